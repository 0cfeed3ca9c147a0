"""Debts and entries as examples; every field can be told."""

from datetime import UTC, datetime, timedelta

from odzew.domain import journal
from odzew.domain.obligation import Kind, Obligation, State

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def debt(**told):
    """An answer open since nine, due at five."""
    usual = dict(
        id=1,
        kind=Kind.ANSWER,
        customer=3,
        conversation=5,
        owner=7,
        team=2,
        opened_at=NINE,
        due_at=NINE + 8 * HOUR,
    )
    alarm = {"alarm_at": told.get("due_at", usual["due_at"])}
    return Obligation(**{**usual, **alarm, **told})


def paid(**told):
    """The same, paid at noon by message 40."""
    return debt(
        **{"state": State.PAID, "closed_at": NINE + 3 * HOUR, "settled_by": 40, "alarm_at": None, **told}
    )


def waived(**told):
    """The same, waived at noon."""
    return debt(**{"state": State.WAIVED, "closed_at": NINE + 3 * HOUR, "alarm_at": None, **told})


def opened(**told):
    """The entry that opens the debt of this page."""
    usual = dict(
        obligation=1,
        at=NINE,
        by="customer:3",
        message=30,
        what=Kind.ANSWER,
        customer=3,
        conversation=5,
        owner=7,
        team=2,
        since=NINE,
        due=NINE + 8 * HOUR,
    )
    return journal.Opened(**{**usual, **told})


def entry(kind, **told):
    """A later entry about it, written by person 7 at one in the afternoon."""
    usual = dict(obligation=1, at=NINE + 4 * HOUR, by="person:7", reason="because")
    more = {
        journal.HandedOver: dict(owner=8, team=4),
        journal.Postponed: dict(due=NINE + 2 * DAY),
        journal.Paid: dict(message=41),
        journal.Moved: dict(conversation=6),
        journal.Escalated: dict(step=1, to=9, next_at=None),
    }
    return kind(**{**usual, **more.get(kind, {}), **told})
