"""Working hours as a person types them: "9:00–13:00, 14–17:30", and days of one's own, a line each."""

import re
from datetime import date

from django.utils.translation import gettext as _

from odzew.staff.hours import BadHours, spans

Spans = list[list[str]]
SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?")
BETWEEN = re.compile(r"[\s,;]*")
CLOSED = ("", "-", "–", "closed", "zamknięte", "зачинено", "закрыто", "выходной", "вихідний", "wolne")


def read_day(text: str) -> Spans:
    """Return the spans of a day; nothing at all is a closed day.

    :raises BadHours: when it cannot be read, or spans overlap
    """
    said = text.strip().lower()
    if said in CLOSED:
        return []
    found = list(SPAN.finditer(said))
    rest = SPAN.sub("", said)
    if not found or not BETWEEN.fullmatch(rest):
        raise BadHours(_("“%(text)s” is no time of work: write it as 9:00–17:00.") % {"text": text.strip()})
    day = [[_clock(m[1], m[2]), _clock(m[3], m[4])] for m in found]
    _check(day)
    return sorted(day)


def read_days(text: str) -> dict[str, Spans]:
    """Return days of one's own: "2026-12-31 9:00–12:00", or the day alone when it is closed.

    :raises BadHours: when a line cannot be read
    """
    return dict(_read_line(line.strip()) for line in text.splitlines() if line.strip())


def written_day(day: Spans) -> str:
    """Return the spans of a day as they are typed."""
    return ", ".join(f"{start}–{end}" for start, end in day)


def written_days(days: dict[str, Spans]) -> str:
    """Return days of one's own, a line each, the earliest first."""
    return "\n".join(f"{day} {written_day(spans)}".strip() for day, spans in sorted(days.items()))


def _read_line(line: str) -> tuple[str, Spans]:
    day, _space, hours = line.partition(" ")
    try:
        return date.fromisoformat(day).isoformat(), read_day(hours)
    except ValueError:
        raise BadHours(
            _("“%(text)s” does not begin with a day: write it as 2026-12-31 9:00–12:00.") % {"text": line}
        ) from None


def _clock(hour: str, minute: str | None) -> str:
    return f"{int(hour):02d}:{minute or '00'}"


def _check(day: Spans) -> None:
    try:
        read = spans(day)
    except BadHours:
        words = {"text": written_day(day)}
        raise BadHours(_("“%(text)s” cannot be: each time begins before it ends.") % words) from None
    ends = [end for _start, end in read[:-1]]
    if any(end > start for end, (start, _end) in zip(ends, read[1:], strict=True)):
        raise BadHours(_("“%(text)s” overlaps itself.") % {"text": written_day(day)})
