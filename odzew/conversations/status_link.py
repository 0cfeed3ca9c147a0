"""The private link to the customer's own page: nobody can guess it, it ends, and it can be revoked."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from odzew.conversations.models import Conversation
from odzew.lib import sealing

# Counted from the last word or deed in the matter, so that a link of a living matter never ends.
LASTS = timedelta(days=180)
AT_MOST = 20  # how often revoked links are still known for such


def address(conversation: Conversation) -> str:
    """Return the full address; whoever holds it can open the page, nobody can guess it."""
    return settings.SITE_URL.rstrip("/") + reverse("status", args=[conversation.pk, token(conversation)])


def first(conversation: Conversation) -> str:
    """Return the full address as long as no link was ever revoked, then nothing."""
    return "" if conversation.link_generation else address(conversation)


def question(conversation: Conversation, message: int) -> str:
    """Return the address of the page that asks whether an answer answered."""
    return settings.SITE_URL.rstrip("/") + reverse(
        "verdict", args=[conversation.pk, token(conversation), message]
    )


def token(conversation: Conversation) -> str:
    """Return the token of the links given out since they were last revoked."""
    return sealing.token(settings.SECRET_KEY, "status", conversation.pk, conversation.link_generation)


def opens(conversation: Conversation, given: str) -> bool:
    """Return whether the token belongs to the conversation."""
    return sealing.proves(given, settings.SECRET_KEY, "status", conversation.pk, conversation.link_generation)


def was_revoked(conversation: Conversation, given: str) -> bool:
    """Return whether the token is of a link that was given out once, and revoked since."""
    before = range(conversation.link_generation)
    return any(
        sealing.proves(given, settings.SECRET_KEY, "status", conversation.pk, generation)
        for generation in before[-AT_MOST:]
    )


def has_ended(conversation: Conversation, now: datetime) -> bool:
    """Return whether nothing has happened in the matter for so long that its links are dead."""
    return conversation.last_at < now - LASTS
