"""When a messenger takes free words, and the approved ones it takes at other times.

WhatsApp takes them within 24 hours of what the customer wrote last ("Customer service windows",
https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from odzew.channels import registry
from odzew.conversations.models import Conversation, Message
from odzew.domain.obligation import Refused

LENGTH = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Filled:
    """An approved template with its places filled: what is sent, and what the customer reads."""

    sent: Mapping[str, Any]
    text: str


def closes(conversation: Conversation) -> datetime | None:
    """Return until when free words are taken; None where they always are."""
    if conversation.account.channel not in registry.WINDOWED:
        return None
    heard = Message.objects.filter(
        conversation__customer=conversation.customer_id,
        conversation__account=conversation.account_id,
        direction=Message.Direction.INBOUND,
    )
    newest = heard.aggregate(at=Max("at"))["at"]
    return (newest or conversation.created_at - LENGTH) + LENGTH


def check(conversation: Conversation, template: Filled | None, at: datetime) -> None:
    """Make sure that a message which goes at that moment would be taken.

    :raises Refused: when it has free words, and none are taken then
    """
    until = closes(conversation) if template is None else None
    if until is not None and at >= until:
        raise Refused(
            _(
                "WhatsApp takes free words only within 24 hours of what the customer wrote last."
                " Choose an approved template, or write by another way."
            )
        )


def approved(conversation: Conversation) -> list[dict[str, Any]]:
    """Return the approved templates of the account, those in the customer's language first."""
    known: list[dict[str, Any]] = conversation.account.state.get("templates") or []
    own = conversation.language or "-"
    return sorted(known, key=lambda one: (not one["language"].startswith(own), one["name"], one["language"]))


def fill(template: Mapping[str, Any], values: Sequence[str]) -> Filled:
    """Return a template with its places filled in their order.

    :raises Refused: when a place is left empty
    """
    said = [" ".join(value.split()) for value in values]  # breaks are refused in a place (error 132000)
    if len(said) != len(template["places"]) or not all(said):
        raise Refused(_("Fill every place of the template."))
    text, pairs = template["body"], list(zip(template["places"], said, strict=True))
    for place, value in pairs:
        text = _put(text, place, value)
    sent = {"name": template["name"], "language": template["language"], "values": [list(p) for p in pairs]}
    return Filled(sent, text)


def _put(text: str, place: str, value: str) -> str:
    for shape in (f"{{{{{place}}}}}", f"{{{{ {place} }}}}"):
        text = text.replace(shape, value)
    return text
