"""Proof that whatever came is in the history, exactly once, and that a person's message is owed for."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from odzew.conversations.models import Conversation, Message
from odzew.domain.audit import Finding
from odzew.intake.models import Raw
from odzew.ledger import reports
from odzew.ledger.models import Owed


def findings() -> Iterator[Finding]:
    """Yield each payload without a message, and each message of a person without a debt (law 1),
    each conversation closed while something is owed in it (law 8), and each that is merged and not empty."""
    said = Message.objects.filter(raw=OuterRef("pk"))
    taken = Raw.objects.filter(state__in=[Raw.State.ACCEPTED, Raw.State.QUARANTINED])
    for number in taken.filter(~Exists(said)).values_list("pk", flat=True):
        yield Finding(1, "It was accepted, but no message holds it.", f"payload {number}")
    owed = Owed.objects.open().filter(conversation=OuterRef("pk"))
    closed = Conversation.objects.filter(Exists(owed), status=Conversation.Status.CLOSED)
    for number in closed.values_list("pk", flat=True):
        yield Finding(8, "It is closed, and something is owed in it.", f"conversation {number}")
    held = Exists(Message.objects.filter(conversation=OuterRef("pk")))
    merged = Conversation.objects.filter(
        held | Exists(Owed.objects.filter(conversation=OuterRef("pk"))), stands_for__isnull=False
    )
    for number in merged.values_list("pk", flat=True):
        yield Finding(
            2, "It is merged into another one, and holds something still.", f"conversation {number}"
        )
    for number in _unowed():
        yield Finding(1, "A person wrote it, and no debt was opened or joined.", f"message {number}")


def _unowed() -> Iterator[int]:
    booked = reports.messages_booked()
    people = Message.objects.filter(direction=Message.Direction.INBOUND, automatic="")
    for number in people.values_list("pk", flat=True).iterator(chunk_size=10_000):
        if number not in booked:
            yield number
