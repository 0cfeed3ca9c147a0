"""What of the staff log is asked for: by whom, which act, which thing, from when until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import QuerySet

from odzew.desk import cursor, moments, numbers
from odzew.staff.log import StaffAct

NAMES = ("person", "act", "thing", "number", "since", "until")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filter as it was typed; what cannot be read is left out and shown empty."""

    person: int | None = None
    act: str = ""
    thing: str = ""
    number: int | None = None
    since: date | None = None
    until: date | None = None

    def lines(self) -> "QuerySet[StaffAct]":
        """Return what is asked for, the newest first."""
        same = {"person": self.person, "act": self.act, "thing": self.thing, "number": self.number}
        found = StaffAct.objects.filter(**{name: value for name, value in same.items() if value})
        if self.since:
            found = found.filter(at__gte=moments.midnight(self.since))
        if self.until:
            found = found.filter(at__lt=moments.midnight(self.until + timedelta(days=1)))
        return found.newest_first()

    def query(self, **more: str) -> str:
        """Return the filter as an address carries it."""
        said = {name: getattr(self, name) for name in NAMES}
        return urlencode({name: value for name, value in said.items() if value} | more)


def read(given: Mapping[str, str]) -> Wanted:
    """Return the filter of a form."""
    return Wanted(
        person=numbers.number(given.get("person", "")),
        act=given.get("act", "")[:40].replace("\0", ""),
        thing=given.get("thing", "")[:20].replace("\0", ""),
        number=numbers.number(given.get("number", "").strip()),
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
    )


def behind(lines: "QuerySet[StaffAct]", after: str) -> "QuerySet[StaffAct]":
    """Return the lines behind a cursor."""
    row = cursor.read(after)
    return lines.filter(cursor.behind("at", row, backwards=True)) if row else lines


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 9000 else None
