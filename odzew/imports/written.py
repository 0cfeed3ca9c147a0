"""Messages of another desk as rows of the history. None of them is sent, and none pays anything."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from odzew.conversations.elsewhere import ELSEWHERE
from odzew.conversations.models import Conversation, Message
from odzew.imports.neutral import Kind, Link, Said, Who
from odzew.imports.people import address_of
from odzew.language import detect, questions, quotes
from odzew.lib.plain import one_line, plain, plain_key
from odzew.staff.models import Person

ENOUGH = 4000  # characters that tell a language, and hold what a customer asks


@dataclass(frozen=True, slots=True)
class Read:
    """A message as it was read: its text, its own words, and the language of these."""

    said: Said
    text: str
    own_words: str
    language: str


def read(said: Said, hint: str) -> Read:
    """Return what a message says; files that stayed there are links below it."""
    text = said.text.strip() or quotes.to_text(said.html)
    own = quotes.read(text, said.html or None).reply or text if said.kind is Kind.CUSTOMER else text
    links = "\n".join(_link(file) for file in said.files)
    parts = [plain("\n\n".join(part for part in (one, links) if part)) for one in (text, own)]
    return Read(said, parts[0], parts[1], detect.detect(own[:ENOUGH], hint))


def unanswered(said: Iterable[Said]) -> list[Said]:
    """Return what the customer has said since we answered last, the oldest first."""
    waiting: list[Said] = []
    for one in in_order(said):
        if one.kind is Kind.ANSWER:
            waiting = []
        elif one.kind is Kind.CUSTOMER:
            waiting.append(one)
    return waiting


def in_order(said: Iterable[Said]) -> list[Said]:
    """Return messages as they were said, the oldest first."""
    return sorted(said, key=lambda one: one.at)


class Writer:
    """Makes the rows of one conversation."""

    def __init__(self, talk: Conversation, staff: dict[str, Person], now: datetime) -> None:
        """Let `staff` be the people of this desk by their address."""
        self.talk, self.staff, self.now = talk, staff, now

    def rows(self, reads: Iterable[Read], waiting: frozenset[str]) -> Iterator[Message]:
        """Yield a row for each message; those whose keys wait are owed an answer here."""
        for one in reads:
            make = {Kind.CUSTOMER: self._inbound, Kind.NOTE: self._note}.get(one.said.kind, self._outbound)
            row = make(one)
            if one.said.kind is Kind.CUSTOMER and one.said.key in waiting:
                row.automatic = ""
                row.questions = questions.read(one.own_words[:ENOUGH], one.language)
            yield row

    def _row(self, one: Read, direction: Message.Direction) -> Message:
        who = one.said.who or Who(key="")
        return Message(
            conversation=self.talk,
            direction=direction,
            at=min(one.said.at, self.now),
            from_name=one_line(who.name)[:300],
            subject=plain(one.said.subject, 2000),
            text=one.text,
            own_words=one.own_words,
            language=one.language,
            # Replies name these in their fields; with a break in one none could go out.
            message_id=plain_key(one_line(one.said.message_id), 998),
            references=[answers] if (answers := one_line(one.said.answers)[:998]) else [],
        )

    def _inbound(self, one: Read) -> Message:
        row = self._row(one, Message.Direction.INBOUND)
        row.automatic = ELSEWHERE
        row.from_address = address_of(one.said.who) if one.said.who else ""
        row.recipients = {"to": [["", self.talk.account.address]]}
        return row

    def _outbound(self, one: Read) -> Message:
        row = self._row(one, Message.Direction.OUTBOUND)
        row.automatic, row.state, row.settled_at = ELSEWHERE, Message.State.SENT, row.at
        row.author = self._author(one)
        row.from_address, row.to_address = self.talk.account.address, self.talk.address
        row.recipients = {"to": [[str(self.talk.customer), self.talk.address]]} if self.talk.address else {}
        return row

    def _note(self, one: Read) -> Message:
        row = self._row(one, Message.Direction.NOTE)
        row.author = self._author(one)
        return row

    def _author(self, one: Read) -> Person | None:
        return self.staff.get(address_of(one.said.who)) if one.said.who else None


def _link(file: Link) -> str:
    return f"{one_line(file.name) or '?'}: {one_line(file.url) or '?'}"
