"""Moments and spans in a person's words."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

SOON = timedelta(hours=4)


def span(length: timedelta) -> str:
    """Return a length of time in words: "5 min", "2 hr 10 min", "3 days" (desk.js counts alike)."""
    minutes = int(abs(length).total_seconds() // 60)
    hours, minute = divmod(minutes, 60)
    if hours >= 48:
        return ngettext("%(n)d day", "%(n)d days", hours // 24) % {"n": hours // 24}
    if hours and (hours >= 10 or not minute):
        return gettext("%(n)d hr") % {"n": hours}
    short = gettext("%(n)d min") % {"n": minute}
    return f"{gettext('%(n)d hr') % {'n': hours}} {short}" if hours else short


def urgency(due_at: datetime, now: datetime) -> str:
    """Return "late", "soon" (within `SOON`) or "open" for an open debt."""
    if now > due_at:
        return "late"
    return "soon" if due_at - now < SOON else "open"


def due(due_at: datetime, now: datetime) -> str:
    """Return by how much a debt is late, or in what time it falls due."""
    words = gettext("late by %s") if now > due_at else gettext("due in %s")
    return words % span(due_at - now)


def ago(moment: datetime, now: datetime) -> str:
    """Return how long ago a moment was."""
    return gettext("%s ago") % span(now - moment)


def day(moment: datetime, now: datetime) -> str:
    """Return the local day and hour of a moment, as near as words come: "today 14:05", "Tue 09:00"."""
    local, today = timezone.localtime(moment), timezone.localtime(now).date()
    away = (local.date() - today).days
    hour = date_format(local, "H:i")
    near = {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}
    if away in near:
        return f"{near[away]} {hour}"
    if abs(away) < 7:
        return f"{date_format(local, 'D')} {hour}"
    return f"{date_format(local, 'j M' if local.year == today.year else 'j M Y')} {hour}"
