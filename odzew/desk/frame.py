"""The frame around each screen: drawn once for each set of facts it shows, kept, and filled in anew.

What is kept is found by all that stands in it, so it cannot be out of date; what differs with each request
(the address, the token against forged forms) is put in afterwards.
"""

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from secrets import token_hex
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from odzew.conversations.later import UNDO
from odzew.desk import links
from odzew.desk.place import Place
from odzew.staff.models import Person

KEPT = 500  # some kilobytes each
# Nobody can write them into a name.
AT, TOKEN, BACK, HELP = (f"frame-{token_hex(8)}" for _ in range(4))


def rail(places: Sequence[Place], at: str) -> SafeString:
    """Return the places of the rail as they stand on the page `at`, which the rail asks for again."""
    drawn = _rail(tuple(places), at == links.to("search"), get_language() or "en")
    return SafeString(drawn.replace(AT, quote(at)))


@lru_cache(maxsize=KEPT)
def _rail(places: tuple[Place, ...], searches: bool, _language: str) -> str:  # noqa: FBT001  a key of the cache
    return render_to_string("desk/_places.html", {"places": places, "searches": searches, "at": AT})


def foot(person: Person, places: Sequence[Place], token: str, back: str, topic: str) -> SafeString:
    """Return the foot of the rail: the keys, help, and the menu behind the own face.

    `token` is the one against forged forms, `back` the address to return to, `topic` that of the help.
    """
    facts = (str(person), person.email, person.theme, person.may_write, person.undo_seconds)
    drawn = _foot(facts, tuple(place for place in places if place.rare), get_language() or "en")
    return SafeString(drawn.replace(TOKEN, token).replace(HELP, topic).replace(BACK, escape(back)))


@lru_cache(maxsize=KEPT)
def _foot(facts: tuple[str, str, str, bool, int], places: tuple[Place, ...], _language: str) -> str:
    name, email, theme, may_write, seconds = facts
    shown = {"name": name, "email": email, "theme": theme, "may_write": may_write, "undo_seconds": seconds}
    shown |= {"places": places, "undo": UNDO, "csrf_token": TOKEN, "back": BACK, "help": HELP}
    return render_to_string("desk/_foot.html", shown)
