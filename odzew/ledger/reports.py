"""The books as other programs read them (DESIGN §5): owed, balance, audit."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count

from odzew.domain import audit, balance, ranking
from odzew.domain.obligation import Obligation, State
from odzew.ledger import counters
from odzew.ledger.chain import PAGE, Chain
from odzew.ledger.mapping import from_owed
from odzew.ledger.models import Entry, Owed
from odzew.ledger.snapshot import snapshot
from odzew.staff.models import Person
from odzew.staff.presence import there


def owed(now: datetime, person: str = "") -> Iterator[dict[str, Any]]:
    """Yield what is owed, the most pressing first; `person` is a name or an address.

    `rank` counts from 1 over all that is owed.
    """
    rows = Owed.objects.open().most_pressing_first().select_related("customer", "owner", "team")
    for rank, row in enumerate(rows.iterator(chunk_size=PAGE), 1):
        if person and person.lower() not in (row.owner.email.lower(), row.owner.name.lower()):
            continue
        yield {**line(row, now), "rank": rank}


def line(row: Owed, now: datetime) -> dict[str, Any]:
    """Return one debt as other programs read it, without its rank, which is one among all."""
    debt = from_owed(row)
    return {
        "id": row.pk,
        "kind": row.kind,
        "customer": str(row.customer or ""),
        "conversation": row.conversation,
        "owner": row.owner.email,
        "team": row.team.name,
        "opened_at": row.opened_at.isoformat(),
        "due_at": row.due_at.isoformat(),
        "late": debt.is_late(now),
        "why": _why(ranking.reasons(debt, now)),
    }


def _why(reasons: Iterable[ranking.Reason]) -> str:
    said = [r.word if r.count == 1 else f"{r.word} {r.count} times" for r in reasons]
    return ", ".join(said) or "by its due moment"


def balances() -> dict[str, Any]:
    """Return law 2 in figures: what the journal opened beside what the table holds."""
    kinds: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(("opened", *State), 0))
    people: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(("opened", *State), 0))
    names = dict(Person.objects.values_list("pk", "email"))
    for kind, count in _opened_by_kind():
        kinds[kind]["opened"] += count
    owners = _last_owners()
    for number in owners.values():
        people[names[number]]["opened"] += 1
    for row in Owed.objects.values("kind", "state", "owner_id").annotate(n=Count("pk")):
        kinds[row["kind"]][row["state"]] += row["n"]
        people[names[row["owner_id"]]][row["state"]] += row["n"]
    total = {word: sum(k[word] for k in kinds.values()) for word in ("opened", *State)}
    return {
        **_line(total),
        "by_kind": {name: _line(k) for name, k in sorted(kinds.items())},
        "by_person": {name: _line(p) for name, p in sorted(people.items())},
    }


def _line(counts: dict[str, int]) -> dict[str, int]:
    line = balance.Balance(**{str(word): count for word, count in counts.items()})
    return {
        "opened": line.opened,
        "paid": line.paid,
        "waived": line.waived,
        "open": line.open,
        "difference": line.difference,
    }


def _opened_by_kind() -> Iterator[tuple[str, int]]:
    counts = Entry.objects.filter(kind="opened").values_list("facts__what").annotate(n=Count("pk"))
    yield from counts


def _last_owners() -> dict[int, int]:
    """Return by obligation who is accountable, as the journal alone says it."""
    lines = Entry.objects.filter(kind__in=["opened", "handed_over"]).order_by("seq")
    return dict(lines.values_list("obligation", "facts__owner").iterator(chunk_size=PAGE))


def findings() -> list[audit.Finding]:
    """Replay the journal, and return whatever it and the tables cannot explain."""
    with snapshot():
        chain = Chain()
        replayed, refused = audit.replay_all(chain)
        derived, unreadable = _derived()
        return [
            *chain.findings,
            *refused,
            *unreadable,
            *audit.compare(replayed, derived),
            *audit.unattended(derived.values(), there()),
            *counters.findings(derived.values()),
        ]


def _derived() -> tuple[dict[int, Obligation], list[audit.Finding]]:
    debts, found = {}, []
    for row in Owed.objects.iterator(chunk_size=PAGE):
        try:
            debt = debts[row.pk] = from_owed(row)
        except ValueError as error:
            found.append(audit.Finding(2, f"The table cannot be read: {error}.", f"obligation {row.pk}"))
            continue
        if row.press_at != ranking.press_at(debt):
            said = f"It ranks by {row.press_at}, the rules say {ranking.press_at(debt)}."
            found.append(audit.Finding(3, said, f"obligation {row.pk}"))
    return debts, found


def messages_booked() -> set[int]:
    """Return the messages that opened a debt or joined one."""
    lines = Entry.objects.filter(kind__in=["opened", "joined"]).values_list("message", flat=True)
    return {number for number in lines.iterator(chunk_size=PAGE) if number is not None}
