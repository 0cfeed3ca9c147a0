"""The journal: entries that are only added to, and what they add up to.

Every state of the books is a fold over entries, so a replay can prove the tables (law 2).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import singledispatch
from typing import Any

from odzew.domain.entries import (
    Entry,
    Escalated,
    HandedOver,
    Joined,
    Moved,
    Opened,
    Paid,
    Postponed,
    Reopened,
    Waived,
)
from odzew.domain.obligation import Kind, Obligation, Refused, State

__all__ = [
    "Books",
    "Entry",
    "Escalated",
    "HandedOver",
    "Joined",
    "Moved",
    "Opened",
    "Paid",
    "Postponed",
    "Reopened",
    "Waived",
    "apply",
    "replay",
]

Books = Mapping[int, Obligation]
A_PERSON = re.compile(r"person:[1-9]\d*")
A_SHOP = re.compile(r"shop:[1-9]\d*")
A_LINE = re.compile(r"line:[1-9]\d*")


def apply(debt: Obligation | None, entry: Entry) -> Obligation:
    """Return the obligation as it stands after `entry`.

    :raises Refused: when a law of the books stands against the entry
    """
    if isinstance(entry, Opened):
        return _open(debt, entry)
    if debt is None:
        raise Refused(f"No debt {entry.obligation} was ever opened.")
    return _step(entry, debt)


def replay(entries: Iterable[Entry]) -> dict[int, Obligation]:
    """Return every obligation the entries add up to, by its number."""
    books: dict[int, Obligation] = {}
    for entry in entries:
        books[entry.obligation] = apply(books.get(entry.obligation), entry)
    return books


def _open(debt: Obligation | None, entry: Opened) -> Obligation:
    if debt is not None:
        raise Refused(f"Debt {debt.id} is opened already.")
    # A part is as old as the whole, also on a clock that was set back since.
    if entry.parent is None and entry.since > entry.at + timedelta(days=1):
        raise Refused("A debt cannot begin in the future.")
    return Obligation(
        id=entry.obligation,
        kind=entry.what,
        customer=entry.customer,
        conversation=entry.conversation,
        owner=entry.owner,
        team=entry.team,
        opened_at=entry.since,
        due_at=entry.due,
        text=entry.text,
        alarm_at=entry.due,
        instead_of=entry.instead_of,
        failures=entry.failures,
    )


@singledispatch
def _step(entry: Entry, debt: Obligation) -> Obligation:
    raise Refused(f"The books know no entry of the kind {type(entry).__name__}.")


@_step.register
def _joined(entry: Joined, debt: Obligation) -> Obligation:
    _must_be_open(debt, "be joined")
    return replace(debt, chasers=debt.chasers + 1)


@_step.register
def _paid(entry: Paid, debt: Obligation) -> Obligation:
    _must_be_open(debt, "be paid")
    if not (A_PERSON.fullmatch(entry.by) or _is_proven(debt, entry)):
        raise Refused("Only a person's answer pays a debt (law 4).")
    return _settle(debt, entry, State.PAID)


@_step.register
def _waived(entry: Waived, debt: Obligation) -> Obligation:
    _must_be_open(debt, "be waived")
    # Whom we owe may let us off himself, or by the shop where he bought it; nobody else outside the firm may.
    himself = debt.customer is not None and entry.by == f"customer:{debt.customer}"
    by_whom = A_PERSON.fullmatch(entry.by) or himself or _told_by_a_shop(debt, entry)
    if not by_whom or not entry.reason.strip():
        raise Refused("A waiver needs a name and a reason.")
    return _settle(debt, entry, State.WAIVED)


@_step.register
def _reopened(entry: Reopened, debt: Obligation) -> Obligation:
    if debt.state is State.OPEN:
        raise Refused(f"Debt {debt.id} is open; there is nothing to reopen.")
    return replace(
        debt,
        state=State.OPEN,
        closed_at=None,
        settled_by=None,
        reopenings=debt.reopenings + 1,
        # Its due moment may be long past; who has to know of it is told from now on, step by step.
        **_from_the_first_step(max(debt.due_at, entry.at)),
    )


@_step.register
def _handed_over(entry: HandedOver, debt: Obligation) -> Obligation:
    _must_be_open(debt, "be handed over")
    return replace(debt, owner=entry.owner, team=entry.team, instead_of=entry.instead_of)


@_step.register
def _escalated(entry: Escalated, debt: Obligation) -> Obligation:
    _must_be_open(debt, "be escalated")
    if entry.step <= debt.escalated:
        raise Refused(f"Debt {debt.id} is past step {entry.step} already; each is taken once.")
    return replace(debt, escalated=entry.step, escalated_to=entry.to, alarm_at=entry.next_at)


@_step.register
def _moved(entry: Moved, debt: Obligation) -> Obligation:
    # A settled one too: the answer that paid it may come back, where its words are.
    if debt.conversation == entry.conversation:
        raise Refused(f"Debt {debt.id} is owed in conversation {entry.conversation} already.")
    return replace(debt, conversation=entry.conversation)


@_step.register
def _postponed(entry: Postponed, debt: Obligation) -> Obligation:
    _must_be_open(debt, "be given a new date")
    if debt.kind is not Kind.PROMISE:
        raise Refused("Only a promise can be given a new date; an answer is due when it is due (law 9).")
    broken = debt.broken or entry.at > debt.due_at
    again = _from_the_first_step(entry.due)
    return replace(debt, due_at=entry.due, moves=debt.moves + 1, broken=broken, **again)


def _is_proven(debt: Obligation, entry: Entry) -> bool:
    """Return whether it is paid by a proof that is no answer, and says what it is."""
    if not entry.reason.strip():
        return False
    # What no customer is owed: there the desk's own proof counts (docs/adr/0034). What has arrived: who
    # carried it knows (docs/adr/0033). What was talked: the line it was talked on (docs/adr/0036).
    heard = debt.kind is Kind.CALLBACK and A_LINE.fullmatch(entry.by) is not None
    return heard or (debt.customer is None and entry.by == "desk") or _told_by_a_shop(debt, entry)


def _told_by_a_shop(debt: Obligation, entry: Entry) -> bool:
    return debt.kind is Kind.DELIVERY and A_SHOP.fullmatch(entry.by) is not None


def _from_the_first_step(alarm_at: datetime) -> dict[str, Any]:
    return {"alarm_at": alarm_at, "escalated": 0, "escalated_to": None}


def _must_be_open(debt: Obligation, what: str) -> None:
    if debt.state is not State.OPEN:
        raise Refused(f"Debt {debt.id} is {debt.state}; only an open debt can {what}.")


def _settle(debt: Obligation, entry: Entry, state: State) -> Obligation:
    return replace(
        debt,
        state=state,
        closed_at=entry.at,
        settled_by=entry.message,
        alarm_at=None,
        broken=debt.broken or entry.at > debt.due_at,
    )
