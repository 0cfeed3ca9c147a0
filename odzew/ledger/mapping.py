"""Entries and obligations between the rules and the tables."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from hashlib import sha256
from json import JSONEncoder
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from odzew.domain import journal, ranking
from odzew.domain.obligation import Kind, Obligation, State
from odzew.ledger.models import Entry, Owed
from odzew.lib.rows import new_row

KINDS: dict[str, type[journal.Entry]] = {
    "opened": journal.Opened,
    "joined": journal.Joined,
    "paid": journal.Paid,
    "waived": journal.Waived,
    "reopened": journal.Reopened,
    "handed_over": journal.HandedOver,
    "postponed": journal.Postponed,
    "escalated": journal.Escalated,
    "moved": journal.Moved,
}
WORDS = {kind: word for word, kind in KINDS.items()}
CANONICAL = JSONEncoder(sort_keys=True, ensure_ascii=False).encode
COMMON = {f.name for f in fields(journal.Entry)}
FACTS = {kind: tuple(f.name for f in fields(kind) if f.name not in COMMON) for kind in WORDS}
MOMENTS = ("since", "due", "next_at")
KEYS = ("owner", "team", "customer", "escalated_to", "instead_of")
NAMES = tuple(f.name for f in fields(Obligation))
ALL = attrgetter(*NAMES)
# What no rank rests on, so that it is not asked for anew: all that an escalation changes.
UNRANKED = frozenset({"alarm_at", "escalated", "escalated_to"})
SAME = tuple(name for name in NAMES if name not in KEYS)
KIND, STATE = NAMES.index("kind"), NAMES.index("state")


def to_row(entry: journal.Entry, seq: int, before: bytes) -> Entry:
    """Return the line `seq` for the journal, chained to the digest before it."""
    facts = {name: _plain(getattr(entry, name)) for name in FACTS[type(entry)]}
    row = new_row(
        Entry,
        seq=seq,
        obligation=entry.obligation,
        kind=WORDS[type(entry)],
        at=entry.at,
        by=entry.by,
        reason=entry.reason,
        message=entry.message,
        facts=facts,
    )
    row.digest = digest(row, before)
    return row


def from_row(row: Entry) -> journal.Entry:
    """Return what a line of the journal says.

    :raises AttributeError, KeyError, TypeError, ValueError: when it is not as `to_row` wrote it
    """
    kind = KINDS[row.kind]
    facts: dict[str, Any] = {
        name: _moment(value) if name in MOMENTS and value is not None else value
        for name, value in row.facts.items()
    }
    if kind is journal.Opened:
        facts["what"] = Kind(facts["what"])
    common: dict[str, Any] = {name: getattr(row, name) for name in COMMON}
    return kind(**common, **facts)


def digest(row: Entry, before: bytes) -> bytes:
    """Return the SHA-256 over the line and the digest of the line before it."""
    at = row.at.astimezone(UTC).isoformat()
    return chained(
        [row.seq, row.obligation, row.kind, at, row.by, row.reason, row.message, row.facts], before
    )


def chained(said: list[object], before: bytes) -> bytes:
    """Return the SHA-256 over what a line says, in canonical JSON, and the digest of the line before it."""
    return sha256(bytes(before) + CANONICAL(said).encode()).digest()


def to_owed(debt: Obligation) -> Owed:
    """Return the row that shows an obligation."""
    same = {name: getattr(debt, name) for name in SAME}
    return new_row(
        Owed,
        **same,
        customer_id=debt.customer,
        owner_id=debt.owner,
        team_id=debt.team,
        escalated_to_id=debt.escalated_to,
        instead_of_id=debt.instead_of,
        press_at=ranking.press_at(debt),
    )


def from_owed(row: Owed) -> Obligation:
    """Return the obligation a row shows."""
    same: dict[str, Any] = {name: getattr(row, name) for name in SAME}
    same.update(kind=Kind(row.kind), state=State(row.state))
    return Obligation(
        **same,
        customer=row.customer_id,
        owner=row.owner_id,
        team=row.team_id,
        escalated_to=row.escalated_to_id,
        instead_of=row.instead_of_id,
    )


def debts_of(rows: "QuerySet[Owed]") -> list[Obligation]:
    """Return the obligations that rows show, in their order.

    Value by value: a row of the ORM costs as much again as all else that is done with it.
    """
    return [debt(values) for values in rows.values_list(*NAMES)]


def debt(row: Sequence[Any]) -> Obligation:
    """Return the obligation whose columns `NAMES` these are."""
    values = list(row)
    values[KIND], values[STATE] = Kind(values[KIND]), State(values[STATE])
    return Obligation(*values)


def changes(before: Obligation, after: Obligation) -> dict[str, Any]:
    """Return the columns in which the rows of an obligation before and after differ, as they are after."""
    pairs = zip(NAMES, ALL(before), ALL(after), strict=True)
    found = {name: new for name, old, new in pairs if old != new}
    if not found.keys() <= UNRANKED and ranking.press_at(before) != (press_at := ranking.press_at(after)):
        found["press_at"] = press_at
    return found


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"{value} is no instant")
    return moment


def _plain(value: object) -> object:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
