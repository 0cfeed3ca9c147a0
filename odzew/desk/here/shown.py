"""Who else has a conversation open, in words."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext, ngettext

from odzew.conversations.models import Conversation
from odzew.desk.here import seats
from odzew.lib.clock import now
from odzew.staff.models import Person

NAMED = 2  # people by name; more are counted


def here(talk: Conversation, person: Person) -> dict[str, Any]:
    """Return what the line about the others says, and nothing when nobody else is there."""
    others = seats.beside(talk.pk, person.pk, now())
    people = list(Person.objects.filter(pk__in=others).order_by("name", "pk")) if others else []
    write = [one.name for one in people if others[one.pk]]
    look = [one.name for one in people if not others[one.pk]]
    return {"writing": _writing(write), "looking": _looking(look)}


def _writing(names: Sequence[str]) -> str:
    if not names:
        return ""
    words = ngettext("%(names)s is writing here", "%(names)s are writing here", len(names))
    return words % {"names": _listed(names)}


def _looking(names: Sequence[str]) -> str:
    if not names:
        return ""
    words = ngettext("%(names)s has this open too", "%(names)s have this open too", len(names))
    return words % {"names": _listed(names)}


def _listed(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    if more > 0:
        others = ngettext("%(n)d more", "%(n)d more", more) % {"n": more}
        return f"{', '.join(names[:NAMED])} + {others}"
    return gettext("%(one)s and %(other)s") % {"one": names[0], "other": names[1]} if more == 0 else names[0]
