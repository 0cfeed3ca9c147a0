"""Filling a snippet: a fixed list of places, each filled once, and nothing in them is read again."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from odzew.conversations.models import Conversation
from odzew.ledger.models import Owed
from odzew.lib.plain import one_line
from odzew.staff.models import Person

PLACES = (
    "customer.name",
    "agent.name",
    "team.name",
    "conversation.number",
    "conversation.subject",
    "due",
    "today",
)
PLACE = re.compile(r"\{([^{}]*)\}")
GAP = "…"  # what is not known is left for its author to see


def unknown(text: str) -> list[str]:
    """Return what stands in braces and is no place that can be filled."""
    return [found for found in PLACE.findall(text) if found.strip() not in PLACES]


def values(conversation: Conversation, person: Person, now: datetime) -> dict[str, str]:
    """Return what each place is filled with; moments in the language of the conversation."""
    due = Owed.objects.open().of_conversation(conversation.pk).order_by("due_at", "pk")
    moment = due.values_list("due_at", flat=True).first()
    zone = ZoneInfo(conversation.team.timezone)  # the hours the firm keeps, and so its customers
    lang = conversation.language or conversation.team.language
    found = {
        "customer.name": conversation.customer.name,
        "agent.name": person.name,
        "team.name": conversation.team.name,
        "conversation.number": str(conversation.pk),
        "conversation.subject": conversation.subject,
        "due": f"{_day(moment.astimezone(zone), lang)}, {moment.astimezone(zone):%H:%M}" if moment else "",
        "today": _day(now.astimezone(zone), lang),
    }
    return {place: one_line(value) for place, value in found.items()}


def filled(text: str, known: dict[str, str]) -> str:
    """Return a text with its places filled, in one pass: a customer may be called {agent.name}."""
    return PLACE.sub(lambda place: known.get(place[1].strip(), "") or GAP, text)


def _day(moment: datetime, lang: str) -> str:
    return format_date(moment.date(), "d MMMM y", locale=lang)
