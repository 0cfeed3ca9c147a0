"""The door of notices: tell a person something, or take it back."""

from datetime import datetime

from odzew.notices.models import Kind, Told


def tell(
    person: int,
    kind: Kind,
    conversation: int | None,
    now: datetime,
    *,
    by: int | None = None,
    message: int | None = None,
    obligation: int | None = None,
    absence: int | None = None,
) -> None:
    """Tell a person something, in the transaction of what happened: both are kept, or neither.

    It adds one row and takes no lock, so any number may be told anywhere in a transaction. A worker
    makes the notice within a second, and sends it the ways and at the hours the person has chosen.
    `by` is the person whose act it is: nobody is told of his own. `message` is where the notice leads
    to within the conversation. The same kind about the same thing (`about`) is one notice until it is
    read, with a count. What a worker tells by itself: whatever stands in the journal (`news`).
    """
    if by == person:
        return
    Told.objects.create(
        person_id=person,
        kind=kind,
        at=now,
        by=by,
        conversation=conversation,
        message=message,
        obligation=obligation,
        absence=absence,
    )


def take_back(
    kind: Kind,
    now: datetime,
    *,
    message: int | None = None,
    obligation: int | None = None,
    absence: int | None = None,
) -> None:
    """Take back what everybody was told of one of these: it was settled meanwhile."""
    Told.objects.create(
        kind=kind, at=now, message=message, obligation=obligation, absence=absence, is_over=True
    )


def about(told: Told) -> str:
    """Return what it is about: a debt, an absence, a message whose fate is told, or a conversation."""
    if told.obligation is not None:
        return f"debt {told.obligation}"
    if told.absence is not None:
        return f"absence {told.absence}"
    if told.message is not None and told.kind in (Kind.FAILED, Kind.DOUBT):
        return f"message {told.message}"
    return f"conversation {told.conversation}"
