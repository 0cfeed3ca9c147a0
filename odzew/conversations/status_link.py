"""The private link to the page that says how a matter stands."""

from django.conf import settings
from django.urls import reverse

from odzew.lib import sealing


def address(conversation: int) -> str:
    """Return the full address; whoever holds it can open the page, nobody can guess it."""
    token = sealing.token(settings.SECRET_KEY, "status", conversation)
    return settings.SITE_URL.rstrip("/") + reverse("status", args=[conversation, token])


def opens(conversation: int, token: str) -> bool:
    """Return whether the token belongs to the conversation."""
    return sealing.proves(token, settings.SECRET_KEY, "status", conversation)
