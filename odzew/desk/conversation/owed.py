"""What is owed in one conversation, as its panel and its reply form show it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from odzew.conversations.models import Message
from odzew.desk import debts, moments
from odzew.domain import journal, ranking
from odzew.domain.discharge import PAID_BY_A_CALL, PAID_BY_WORDS
from odzew.domain.obligation import Kind
from odzew.ledger.mapping import from_owed
from odzew.ledger.models import Owed
from odzew.ledger.story import Line


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the customer, and whether the reply at hand answers it."""

    text: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class OwedHere:
    """One open debt of the conversation."""

    id: int
    kind: str
    text: str
    label: str
    owner: str
    owner_id: int
    opened_at: datetime
    due_at: datetime
    state: str
    is_promise: bool
    by_words: bool
    by_a_call: bool
    is_callback: bool
    ticked: bool
    why: tuple[debts.Why, ...]
    questions: tuple[Question, ...]


def owed_here(
    rows: Sequence[Owed],
    lines: Iterable[Line],
    messages: Iterable[Message],
    now: datetime,
    *,
    ticked: Collection[int] | None = None,
    answered: Collection[str] = (),
) -> list[OwedHere]:
    """Return the open debts; a lone one is ticked already, of several each has to be."""
    asked = _questions(lines, messages)
    payable = [row.pk for row in rows if Kind(row.kind) in PAID_BY_WORDS]
    kinds = {row.kind for row in rows}
    # That a thing goes with a reply is never taken for granted.
    lone = payable if len(payable) == 1 and Kind.DELIVERY not in kinds else ()
    chosen = ticked if ticked is not None else lone
    return [_here(row, asked.get(row.pk, []), row.pk in chosen, answered, now) for row in rows]


def _here(
    row: Owed, asked: Sequence[str], ticked: bool, answered: Collection[str], now: datetime
) -> OwedHere:
    kind = debts.kind_name(row.kind)
    facts = ranking.reasons(from_owed(row), now)
    return OwedHere(
        id=row.pk,
        kind=kind,
        text=row.text,
        label=_label(kind, row, now),
        owner=str(row.owner),
        owner_id=row.owner_id,
        opened_at=row.opened_at,
        due_at=row.due_at,
        state=moments.urgency(row.due_at, now),
        is_promise=row.kind == Kind.PROMISE,
        by_words=Kind(row.kind) in PAID_BY_WORDS,
        by_a_call=Kind(row.kind) in PAID_BY_A_CALL,
        is_callback=row.kind == Kind.CALLBACK,
        ticked=ticked,
        why=tuple(debts.reason(fact) for fact in facts if fact.word not in ("late", "promised")),
        questions=tuple(Question(text, text in answered) for text in asked) if len(asked) > 1 else (),
    )


def _label(kind: str, row: Owed, now: datetime) -> str:
    if row.text:
        return f"{kind}: {row.text}"
    return gettext("%(kind)s owed since %(day)s") % {"kind": kind, "day": moments.day(row.opened_at, now)}


def _questions(lines: Iterable[Line], messages: Iterable[Message]) -> dict[int, list[str]]:
    """Return what was asked in the messages that opened or joined each debt."""
    by_message = {message.pk: message.questions for message in messages}
    asked: dict[int, list[str]] = {}
    for line in lines:
        entry = line.entry
        if isinstance(entry, journal.Opened | journal.Joined) and entry.message in by_message:
            known = asked.setdefault(entry.obligation, [])
            known.extend(question for question in by_message[entry.message] if question not in known)
    return asked
