"""Third parties asked beside a conversation: whom, when, and whether they have answered."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext

from odzew.conversations.models import Conversation, Message
from odzew.desk import moments
from odzew.desk.conversation.mark import Mark
from odzew.desk.conversation.said import Said
from odzew.lib.ready import Ready

OURS = Q(messages__direction=Message.Direction.OUTBOUND)
THEIRS = Q(messages__direction=Message.Direction.INBOUND, messages__automatic="")
ON_ITS_WAY = (Message.State.QUEUED, Message.State.SENDING)


@dataclass(frozen=True, slots=True)
class Asked:
    """One third party, and how it stands with the question we asked last."""

    id: int
    who: str
    subject: str
    standing: Mark
    fill: dict[str, str]  # what the dialog begins with, when it is asked again

    @property
    def filled(self) -> str:
        """Return the same for the script that opens the dialog."""
        return json.dumps(self.fill)


def asked(talk: Conversation, now: datetime) -> list[Asked]:
    """Return whom we have asked about a conversation, with one query, whoever was asked first before."""
    return [_asked(row, now) for row in _ASIDES(talk.pk)]


def _asides(talk: int) -> "QuerySet[Conversation]":
    last = Message.objects.filter(conversation=OuterRef("pk"), direction=Message.Direction.OUTBOUND)
    rows = Conversation.objects.filter(beside=talk).select_related("customer")
    told = rows.annotate(
        asked_at=Max("messages__at", filter=OURS),
        answered_at=Max("messages__at", filter=THEIRS),
        last_state=Subquery(last.order_by("-at", "-pk").values("state")[:1]),
    )
    return told.order_by("pk")


_ASIDES = Ready(_asides)


def _asked(row: Any, now: datetime) -> Asked:
    fill = {"to": row.address, "name": row.customer.name, "subject": row.subject}
    return Asked(row.pk, row.customer.name or row.address, row.subject, _standing(row, now), fill)


def _standing(row: Any, now: datetime) -> Mark:
    ago = {"ago": moments.ago(row.asked_at, now)}
    if row.answered_at and row.answered_at >= row.asked_at:
        words = gettext("Answered %(ago)s") % {"ago": moments.ago(row.answered_at, now)}
        return Mark("check", words, state="paid")
    match Message.State(row.last_state):
        case Message.State.FAILED | Message.State.BOUNCED:
            return Mark("triangle-alert", gettext("Asked %(ago)s: it did not arrive") % ago, state="late")
        case Message.State.IN_DOUBT:
            words = gettext("Asked %(ago)s: nobody knows whether it went out") % ago
            return Mark("circle-question-mark", words, state="late")
        case state if state in ON_ITS_WAY:
            return Mark("clock", gettext("Asked %(ago)s: not sent yet") % ago, state="open")
    return Mark("hourglass", gettext("Asked %(ago)s, no reply yet") % ago, state="soon")


def set_apart(said: Said, message: Message, parties: Sequence[Asked]) -> Said:
    """Make visible that a message stands in a side conversation, which the customer does not see."""
    party = next((one for one in parties if one.id == message.conversation_id), None)
    if party is None:
        return said
    words = (
        gettext("To %(who)s, not seen by the customer")
        if said.ours
        else gettext("From %(who)s, not seen by the customer")
    )
    said.css = f"{said.css} said-aside".strip()
    said.badge = Mark("lock", words % {"who": party.who}, "badge-note")
    return said
