"""What templates of the desk can say: icons, faces, moments."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from django import template
from django.template.loader import render_to_string
from django.templatetags.i18n import do_translate
from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from odzew.desk import cursor, moments, pieces
from odzew.desk.by_language import by_language
from odzew.desk.same import Same
from odzew.lib import telephone as telephones

register = template.Library()


class Drawn(Protocol):
    """A row that is drawn already."""

    @property
    def shown(self) -> SafeString: ...  # noqa: D102  its name says it


# Every state's icon is there and the stylesheet shows one, so that desk.js needs to change a word only.
STATES = (("late", "alarm-clock"), ("soon", "hourglass"), ("open", "clock"))
DUE = '<span class="due" data-state="{}" data-due="{}">{}<span class="due-text">{}</span></span>'
AGE = '<time datetime="{}" data-age>{}</time>'
DAY = '<time datetime="{}">{}</time>'


@register.tag
def translate(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """Return Django's tag of this name; what it says is kept when nothing of the page is in it."""
    words: template.Node = do_translate(parser, token)
    bits = token.split_contents()[1:]
    said = bits[::2] if bits[1:2] in ([], ["context"]) else [""]
    # A filter, a variable, "noop" and "as" are left to Django; words in quotes are the same each time.
    return Same([words]) if all(one[:1] == one[-1:] and one[:1] in ("'", '"') for one in said) else words


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, css: str = "") -> SafeString:
    """Return an icon of the sprite; it says nothing to a screen reader, the words beside it do."""
    return pieces.fill(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>',
        css,
        static("desk/icons.svg"),
        name,
    )


@register.simple_tag
def same(template: str) -> SafeString:
    """Return a part of the page that says the same to everybody who reads the language; drawn once."""
    return _same(template, get_language() or "en")


@lru_cache
def _same(template: str, _language: str) -> SafeString:
    return SafeString(render_to_string(template).rstrip("\n"))


@register.simple_tag
def rows(drawn: Iterable[Drawn]) -> SafeString:
    """Return rows that are drawn already, one after the other."""
    return SafeString("".join(row.shown for row in drawn))


@register.simple_tag
def most_pages() -> int:
    """Return how many pages of a list may stand on one."""
    return cursor.MOST


@register.simple_tag
def units() -> str:
    """Return the short words for hour and minute, parted by a bar."""
    return moments.units()


@register.simple_tag
def due(due_at: datetime, now: datetime) -> SafeString:
    """Return when a debt falls due, or by how much it is late."""
    return due_shown(due_at, moments.watch(now))


def due_shown(due_at: datetime, watch: moments.Watch) -> SafeString:
    """Return when a debt falls due, or by how much it is late."""
    state = moments.urgency(due_at, watch.now)
    return pieces.fill(DUE, state, due_at.isoformat(), _icons(), watch.due(due_at))


@lru_cache
def _icons() -> SafeString:
    shown = (pieces.fill('<span data-for="{}">{}</span>', state, icon(name)) for state, name in STATES)
    return SafeString("".join(shown))


@register.simple_tag
def age(moment: datetime, now: datetime) -> SafeString:
    """Return how much time has passed since a moment, kept current by desk.js."""
    return age_shown(moment, moments.watch(now))


def age_shown(moment: datetime, watch: moments.Watch) -> SafeString:
    """Return how much time has passed since a moment, kept current by desk.js."""
    return pieces.fill(AGE, moment.isoformat(), watch.since(moment))


@register.simple_tag
def day(moment: datetime, now: datetime) -> SafeString:
    """Return the local day and hour of a moment."""
    return day_shown(moment, moments.watch(now).reader)


def day_shown(moment: datetime, reader: moments.Reader) -> SafeString:
    """Return the local day and hour of a moment."""
    return pieces.fill(DAY, moment.isoformat(), reader.day(moment))


@register.simple_tag
def span(since: datetime, until: datetime) -> str:
    """Return a span of days in words."""
    return moments.days(since, until)


NEWS = SafeString('<span class="news-dot" aria-hidden="true"></span><span class="unseen">{}: </span>')


@register.simple_tag
def news(is_new: bool) -> SafeString:
    """Return the mark before what holds something that the reader has not seen."""
    return _news() if is_new else SafeString("")


@by_language
def _news() -> SafeString:
    return pieces.fill(NEWS, gettext("something new"))


@register.filter
def initials(name: object) -> str:
    """Return one or two letters that stand for a name or an address."""
    if str(name).startswith("+"):
        return "#"  # of a telephone number none stand for it
    words = [word for word in str(name).replace(".", " ").replace("@", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


OWNER = (
    '<span class="face face-s face-us" title="{}" aria-hidden="true">{}</span><span class="unseen">{}</span>'
)


def owner_shown(name: str, owed_by: str) -> SafeString:
    """Return the face of whoever owes something, with the words "owed by %(name)s" for who hears the page."""
    return pieces.fill(OWNER, name, initials(name), owed_by % {"name": name})


@register.filter
def telephone(value: object) -> str:
    """Return a telephone number in E.164 as people read it."""
    return telephones.written(str(value))


@register.filter
def address(value: object) -> SafeString:
    """Return an address that may be broken behind its @, and nowhere in a word."""
    local, at, domain = str(value).rpartition("@")
    return pieces.fill("{}{}<wbr>{}", local, at, domain)
