"""The gist of an invitation (text/calendar, RFC 5545), for a note and for mails that hold nothing else."""

import re
from datetime import datetime

_FIELD = re.compile(
    r"^(SUMMARY|DTSTART|DTEND|LOCATION|DESCRIPTION|METHOD)(?:;([^:\n]*))?:([^\n]*)", re.MULTILINE
)
_ESCAPE = re.compile(r"\\([nN,;\\])")


def gist(text: str) -> str:
    """Return summary, times, place and description of the first event, a line each."""
    fields = _fields(text)
    when = " – ".join(_moment(fields[key]) for key in ("DTSTART", "DTEND") if fields.get(key))
    lines = [fields.get("SUMMARY", ""), when, fields.get("LOCATION", ""), fields.get("DESCRIPTION", "")]
    return "\n".join(line for line in lines if line.strip())


def _fields(text: str) -> dict[str, str]:
    """Return the first value of each field of the first event."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text).replace("\r\n", "\n")
    event = unfolded[max(0, unfolded.find("BEGIN:VEVENT")) :]
    out: dict[str, str] = {}
    for found in _FIELD.finditer(event):
        value = _ESCAPE.sub(lambda sign: "\n" if sign[1] in "nN" else sign[1], found[3]).strip()
        zone = re.search(r"TZID=([^;]+)", found[2] or "")
        out.setdefault(found[1], f"{value} {zone[1]}" if zone else value)
    return out


def _moment(value: str) -> str:
    """Return a calendar time in a form people read: 2026-11-22 14:30."""
    found = re.match(r"(\d{8})(?:T(\d{4})\d{0,2}(Z)?)?\s*(.*)", value)
    if not found:
        return value
    try:
        day = datetime.strptime(found[1] + (found[2] or "0000"), "%Y%m%d%H%M")  # noqa: DTZ007  # A wall-clock time for the eye.
    except ValueError:
        return value
    zone = "UTC" if found[3] else found[4]
    return f"{day:%Y-%m-%d %H:%M} {zone}".strip() if found[2] else f"{day:%Y-%m-%d}"
