"""The moments people snooze until, reckoned by the hours of the team."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext

from odzew.desk import moments
from odzew.domain import worktime
from odzew.staff.models import Team

EVENING, MORNING = time(18), time(9)
LAST_HOUR = 17  # of a day whose evening is still worth waiting for


@dataclass(frozen=True, slots=True)
class Preset:
    """One moment to choose, with its words and its hour."""

    key: str
    words: str
    at: datetime
    day: str


def presets(team: Team, now: datetime) -> list[Preset]:
    """Return the moments there are to choose from now, each once."""
    known, by_key = names(now), keyed(team, now)
    tomorrow = now.astimezone(ZoneInfo(team.timezone)).date() + timedelta(days=1)
    if by_key["morning"].astimezone(ZoneInfo(team.timezone)).date() == tomorrow:
        known["morning"] = gettext("Tomorrow morning")
    found = {by_key[key]: key for key in reversed(known)}
    return [Preset(found[at], known[found[at]], at, moments.day(at, now)) for at in sorted(found)]


def keyed(team: Team, now: datetime) -> dict[str, datetime]:
    """Return the moment of each key; two may be the same, and the evening may have passed."""
    today = now.astimezone(ZoneInfo(team.timezone)).date()
    return {
        "evening": timezone.make_aware(datetime.combine(timezone.localdate(now), EVENING)),
        "morning": opening(team, today + timedelta(days=1)),
        "week": opening(team, today + timedelta(days=7 - today.weekday())),
    }


def names(now: datetime) -> dict[str, str]:
    """Return what can be chosen now, whatever the team."""
    evening = {"evening": gettext("This evening")} if timezone.localtime(now).hour < LAST_HOUR else {}
    return evening | {"morning": gettext("Next working morning"), "week": gettext("Next week")}


def opening(team: Team, day: date) -> datetime:
    """Return when the team begins to work on a day, or on the next working day after it."""
    zone = ZoneInfo(team.timezone)
    if not team.hours:
        return datetime.combine(day, MORNING, zone)
    try:
        return worktime.next_opening(team.calendar, datetime.combine(day, time.min, zone))
    except worktime.NeverOpen:
        return datetime.combine(day, MORNING, zone)
