"""What the lines of the journal have to tell, to whom, and what they settle; it asks the database nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from odzew.domain import journal
from odzew.domain.escalation import Step
from odzew.domain.obligation import Kind as What, Obligation, State
from odzew.ledger import reasons
from odzew.notices.models import Kind

WARNING = frozenset({Kind.OWED, Kind.SOON})
OF_A_DEBT = frozenset({Kind.OWED, Kind.SOON, Kind.LATE, Kind.ASIDE, Kind.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing to tell `person`."""

    person: int
    kind: Kind
    about: str
    at: datetime
    by: int | None = None
    conversation: int | None = None
    obligation: int | None = None
    message: int | None = None
    absence: int | None = None
    # Only if it was never told, read or not.
    once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """What was told of one thing is settled, for everybody `but` one."""

    kinds: frozenset[Kind]
    about: str
    at: datetime
    but: int | None = None


def of(lines: Iterable[journal.Entry], debts: Mapping[int, Obligation]) -> Iterator[News | Over]:
    """Yield what lines say, given the debts as they are by now: nobody is told of what was paid since."""
    for line in lines:
        yield from _of(line, debts[line.obligation])


def _of(line: journal.Entry, debt: Obligation) -> Iterator[News | Over]:
    if line.reason == reasons.FROM_ANOTHER_DESK:  # hundreds at once, and years old: it stands on Today
        return
    if isinstance(line, journal.Paid | journal.Waived):
        yield _over(line, OF_A_DEBT)
    elif isinstance(line, journal.Postponed):
        yield _over(line, frozenset({Kind.SOON, Kind.LATE}))
    elif isinstance(line, journal.HandedOver):
        yield _over(line, WARNING, but=debt.owner)
    if debt.state is State.OPEN:
        yield from _of_open(line, debt)


def _of_open(line: journal.Entry, debt: Obligation) -> Iterator[News]:
    if isinstance(line, journal.Escalated):
        yield from _late(line, debt)
    elif isinstance(line, journal.Opened | journal.Joined | journal.Reopened | journal.HandedOver):
        returned = isinstance(line, journal.Reopened) and line.message is not None and line.by == "desk"
        by = person_of(line.by)
        stays = isinstance(line, journal.HandedOver) and line.reason == reasons.STAYS
        # Of a bounce the settling of the message tells; of her own act, or of what she keeps, nobody is told.
        if not (returned or stays) and by != debt.owner:
            yield _news(line, debt, debt.owner, _kind(line, debt), by=by)


def _kind(line: journal.Entry, debt: Obligation) -> Kind:
    # What a third party said is owed as a notice; that our question did not arrive, the desk itself says.
    said = debt.kind is What.NOTICE and line.message is not None and line.by != "desk"
    return Kind.ASIDE if said else Kind.OWED


def _late(line: journal.Escalated, debt: Obligation) -> Iterator[News]:
    if line.step < debt.escalated:
        return
    yield _news(line, debt, line.to, Kind.LATE)
    # Steps that were missed while the desk was down are taken as one: its owner hears of it all the same.
    if line.step > Step.OWNER and line.to != debt.owner:
        yield _news(line, debt, debt.owner, Kind.LATE, once=True)


def _news(
    line: journal.Entry,
    debt: Obligation,
    person: int,
    kind: Kind,
    *,
    by: int | None = None,
    once: bool = False,
) -> News:
    return News(
        person=person,
        kind=kind,
        about=about(debt.id),
        at=line.at,
        by=by,
        conversation=debt.conversation,
        obligation=debt.id,
        message=line.message,
        once=once,
    )


def _over(line: journal.Entry, kinds: frozenset[Kind], but: int | None = None) -> Over:
    return Over(kinds=kinds, about=about(line.obligation), at=line.at, but=but)


def about(debt: int) -> str:
    """Return how a notice names a debt it is about."""
    return f"debt {debt}"


def person_of(by: str) -> int | None:
    """Return the number of the person who acted, if one did."""
    who, _colon, number = by.partition(":")
    return int(number) if who == "person" else None
