"""What templates of the desk can say: icons, faces, moments."""

from datetime import datetime
from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from odzew.desk import moments

register = template.Library()
# Every state's icon is there and the stylesheet shows one, so that desk.js needs to change a word only.
STATES = (("late", "alarm-clock"), ("soon", "hourglass"), ("open", "clock"))
DUE = '<span class="due" data-state="{}" data-due="{}">{}<span class="due-text">{}</span></span>'


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, css: str = "") -> SafeString:
    """Return an icon of the sprite; it says nothing to a screen reader, the words beside it do."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>',
        css,
        static("desk/icons.svg"),
        name,
    )


@register.simple_tag
def due(due_at: datetime, now: datetime) -> SafeString:
    """Return when a debt falls due, or by how much it is late."""
    state, words = moments.urgency(due_at, now), moments.due(due_at, now)
    return format_html(DUE, state, due_at.isoformat(), _icons(), words)


@lru_cache
def _icons() -> SafeString:
    shown = (format_html('<span data-for="{}">{}</span>', state, icon(name)) for state, name in STATES)
    return SafeString("".join(shown))


@register.simple_tag
def age(moment: datetime, now: datetime) -> SafeString:
    """Return how much time has passed since a moment, kept current by desk.js."""
    words = moments.span(now - moment)
    return format_html('<time datetime="{}" data-age>{}</time>', moment.isoformat(), words)


@register.simple_tag
def day(moment: datetime, now: datetime) -> SafeString:
    """Return the local day and hour of a moment."""
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), moments.day(moment, now))


@register.simple_tag
def span(since: datetime, until: datetime) -> str:
    """Return a span of days in words."""
    return moments.days(since, until)


@register.filter
def initials(name: object) -> str:
    """Return one or two letters that stand for a name or an address."""
    words = [word for word in str(name).replace(".", " ").replace("@", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


@register.filter
def address(value: object) -> SafeString:
    """Return an address that may be broken behind its @, and nowhere in a word."""
    local, at, domain = str(value).rpartition("@")
    return format_html("{}{}<wbr>{}", local, at, domain)
