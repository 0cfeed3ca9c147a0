"""Absences in a calendar (RFC 5545): whole days, or busy times, whose title has one of some words.

What repeats is written out up to a horizon. A rule may be endless or cost hours, so this runs in the
process that reads what strangers wrote, under its limits (odzew/intake/child.py).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import recurring_ical_events
from icalendar import Calendar, Event

SHORTEST = timedelta(hours=1)
AT_MOST = 100
TITLE_AT_MOST = 200
KEY_AT_MOST = 200
OUT = "X-MICROSOFT-CDO-BUSYSTATUS"  # OOF: Outlook says "out of office" whatever the title ([MS-OXCICAL])
TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}  # nobody is absent so
Found = dict[str, str]


class NoCalendar(ValueError):
    """It is no calendar."""


def read(raw: bytes, detail: Mapping[str, Any]) -> tuple[list[Found]]:
    """Return the absences of a calendar from `since` until `until`, as `{key, title, begins, ends}`.

    Moments are written as dates (whole days, the end not included), with an offset, or without one
    when they mean the clock on the wall of whoever reads. `words` may be beginnings of words.

    :raises NoCalendar: when it is none
    """
    words = _pattern(detail["words"])
    calendar = _calendar(raw)
    kept = _of_interest(calendar, words)
    since, until = datetime.fromisoformat(detail["since"]), datetime.fromisoformat(detail["until"])
    events = recurring_ical_events.of(calendar, skip_bad_series=True).between(since, until)
    found = [_found(event, kept) for event in events if _is_absence(event, words)]
    return (sorted(found, key=lambda one: (one["begins"], one["key"]))[:AT_MOST],)


def _calendar(raw: bytes) -> Calendar:
    try:
        found = Calendar.from_ical(raw)
    except (ValueError, IndexError, KeyError) as error:
        raise NoCalendar(f"It is no calendar: {error}") from error
    if not isinstance(found, Calendar):
        raise NoCalendar("It is no calendar.")
    return found


def _of_interest(calendar: Calendar, words: re.Pattern[str]) -> dict[str, bool]:
    """Leave in a calendar what may be an absence, and return its identifiers and which of them repeat."""
    events = [part for part in calendar.subcomponents if isinstance(part, Event)]
    wanted = {str(event.get("UID", "")) for event in events if _is_named(event, words)}
    kept = [event for event in events if str(event.get("UID", "")) in wanted and not _is_too_often(event)]
    rest = [part for part in calendar.subcomponents if not isinstance(part, Event)]
    calendar.subcomponents = [*rest, *kept]
    repeats = {str(event.get("UID", "")) for event in kept if _repeats(event)}
    return {uid: uid in repeats for uid in wanted}


def _repeats(event: Event) -> bool:
    return any(event.get(name) is not None for name in ("RRULE", "RDATE", "RECURRENCE-ID"))


def _is_too_often(event: Event) -> bool:
    rules = event.get("RRULE")
    listed = rules if isinstance(rules, list) else [rules] if rules else []
    return any(str(often).upper() in TOO_OFTEN for rule in listed for often in rule.get("FREQ", []))


def _is_named(event: Event, words: re.Pattern[str]) -> bool:
    return str(event.get(OUT, "")).upper() == "OOF" or bool(words.search(str(event.get("SUMMARY", ""))))


def _is_absence(event: Event, words: re.Pattern[str]) -> bool:
    begins, ends = event.start, event.end
    if not _is_named(event, words) or str(event.get("STATUS", "")).upper() == "CANCELLED":
        return False
    if not isinstance(begins, datetime):
        return True
    is_busy = str(event.get("TRANSP", "OPAQUE")).upper() != "TRANSPARENT"
    return is_busy and ends - begins >= SHORTEST


def _found(event: Event, repeating: Mapping[str, bool]) -> Found:
    uid = str(event.get("UID", ""))
    begins, ends = event.start, event.end
    if not isinstance(begins, datetime):
        ends = max(ends, begins + timedelta(days=1))
    first = event.get("RECURRENCE-ID") if repeating.get(uid) else None
    return {
        "key": _key(uid, _written(first.dt) if first is not None else ""),
        "title": " ".join(str(event.get("SUMMARY", "")).split())[:TITLE_AT_MOST],
        "begins": _written(begins),
        "ends": _written(ends),
    }


def _key(uid: str, first: str) -> str:
    said = f"{uid} {first}".strip()
    return said if len(said) <= KEY_AT_MOST else sha256(said.encode()).hexdigest()


def _written(moment: date) -> str:
    return moment.isoformat()


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    said = "|".join(re.escape(word) for word in _clean(words))
    return re.compile(rf"\b(?:{said})" if said else r"(?!)", re.IGNORECASE)


def _clean(words: Iterable[str]) -> Iterator[str]:
    return (word.strip() for word in words if word.strip())
