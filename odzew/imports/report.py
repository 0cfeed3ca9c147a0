"""What came and what did not: figures, and a few examples of each reason."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from odzew.conversations.models import Message
from odzew.domain.obligation import Obligation
from odzew.imports.neutral import Left, Matter

EXAMPLES = 5
FIELDS = 200  # an export with more names than that has made them up as it went


@dataclass(slots=True)
class Report:
    """What a run has come to by now. It grows with the reasons, and not with the export."""

    people: int = 0
    people_here: int = 0
    matters: int = 0
    closed: int = 0
    matters_here: int = 0
    more: int = 0  # of those, in which something was said since
    messages: int = 0
    notes: int = 0
    debts: int = 0
    late: int = 0
    links: int = 0
    why: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    fields: Counter[str] = field(default_factory=Counter)

    def leave(self, left: Left) -> None:
        """Note something that does not come."""
        self.why[left.why] += 1
        if len(self.examples[left.why]) < EXAMPLES:
            self.examples[left.why].append(left.what)

    def count(self, matter: Matter, rows: Sequence[Message], debt: Obligation | None) -> None:
        """Note a ticket that has come, with its messages and what is owed for it."""
        self.matters += 1
        self.closed += not matter.is_open
        self._count(rows, debt, sum(len(said.files) for said in matter.said))

    def count_more(self, rows: Sequence[Message], debt: Obligation | None, links: int) -> None:
        """Note what was said since in a ticket that came before, and what is owed for it."""
        self.more += bool(rows)
        self._count(rows, debt, links)

    def _count(self, rows: Sequence[Message], debt: Obligation | None, links: int) -> None:
        notes = sum(row.direction == Message.Direction.NOTE for row in rows)
        self.notes += notes
        self.messages += len(rows) - notes
        self.links += links
        self.debts += debt is not None
        self.late += debt is not None and debt.escalated > 0

    def pass_over(self, names: Iterator[str]) -> None:
        """Note fields that hold something and have no place here."""
        self.fields.update(name for name in names if name in self.fields or len(self.fields) < FIELDS)

    def as_json(self, *, dry: bool) -> dict[str, Any]:
        """Return it for another program."""
        return {
            "dry_run": dry,
            "came": {
                "people": self.people, "matters": self.matters, "closed": self.closed,
                "messages": self.messages, "notes": self.notes, "debts": self.debts, "late": self.late,
            },
            "here_before": {"people": self.people_here, "matters": self.matters_here, "more": self.more},
            "links": self.links,
            "left": [{"why": w, "count": n, "examples": self.examples[w]} for w, n in self.why.most_common()],
            "fields": dict(self.fields.most_common()),
        }  # fmt: skip

    def lines(self, *, dry: bool) -> Iterator[str]:
        """Yield it for a person."""
        yield "Would come (a dry run, nothing was kept):" if dry else "Came:"
        yield f"  people         {self.people:>9,}   ({self.people_here:,} were here before)"
        yield f"  conversations  {self.matters:>9,}   ({self.matters_here:,} were here before)"
        yield f"    closed       {self.closed:>9,}"
        yield f"    went on      {self.more:>9,}"
        yield f"  messages       {self.messages:>9,}   and {self.notes:,} notes"
        yield f"  debts          {self.debts:>9,}   ({self.late:,} late already)"
        if self.links:
            yield f"  {self.links:,} files stayed where they are; their links stand below the messages."
        yield "Did not come:" if self.why or self.fields else "Everything came."
        for why, count in self.why.most_common():
            yield f"  {count:>9,}  {why}"
            yield f"             {'; '.join(self.examples[why])}{' …' if count > EXAMPLES else ''}"
        if self.fields:
            yield "  fields that have no place here, and how often they were filled:"
            yield f"             {', '.join(f'{name} ({n:,})' for name, n in self.fields.most_common())}"
