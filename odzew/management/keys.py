"""The key of the desk: whether a file holds it, and whether it opens what is sealed here."""

from collections.abc import Iterator
from pathlib import Path

from django.db import DatabaseError

from odzew.channels.models import Account
from odzew.conversations.call import Line
from odzew.lib import sealing
from odzew.notices.pushing import VapidKey
from odzew.orders.models import Shop
from odzew.staff.calendars import Source
from odzew.webhooks.models import Webhook

SEALED = (
    (Account, "sealed"), (Line, "secret"), (Shop, "secret"), (Webhook, "secret"), (Source, "sealed"),
    (VapidKey, "sealed"),
)  # fmt: skip


def holds(file: Path, key: str) -> bool:
    """Return whether a file holds the key, and not one that is left from before, or of another desk."""
    return file.exists() and file.read_text(errors="replace") == key


def opens(key: str) -> bool:
    """Return whether a key opens anything that is sealed here, or nothing is sealed.

    One that it does not open may have been left behind when the key was changed.
    """
    fits = [_fits(sealed, key) for sealed in _newest()]
    return any(fits) or not fits


def _newest() -> Iterator[str]:
    for model, field in SEALED:
        rows = model._default_manager.exclude(**{field: ""}).order_by("-pk").values_list(field, flat=True)
        try:
            yield from rows[:100]
        except DatabaseError:  # tables of an older version lack some; whether books are sound, SQLite says
            continue


def _fits(sealed: str, key: str) -> bool:
    try:
        sealing.open_json(sealed, key)
    except sealing.CannotOpen:
        return False
    return True
