"""What a browser asks a report for, and the addresses of its pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from odzew.desk.person import asking
from odzew.desk.reports import period as periods, report
from odzew.desk.reports.cases import Span
from odzew.staff.models import Person, Role

GROUPINGS = ("team", "person", "channel", "tag")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, for which days, for which part of the desk, and how it is to be parted."""

    person: Person
    period: periods.Period
    part: report.Only
    by: str
    now: datetime

    def report(self) -> report.Report:
        """Return the report."""
        owner = self.person.pk if self.person.role == Role.AGENT else None
        span = Span(self.period.since, self.period.until, self.now, owner)
        return report.Report(self.person, span, self.part, tagged=self.by == "tag")

    def link(self, view: str, *args: str, **more: object) -> str:
        """Return the address of a page about the same, but for what is given; None leaves a word out."""
        part = {name: getattr(self.part, name) for name in report.Only.__slots__}
        said = {"from": self.period.first, "to": self.period.last, "by": self.by, **part, **more}
        query = urlencode({name: value for name, value in said.items() if value is not None})
        return f"{reverse(view, args=args)}?{query}"


def read(request: HttpRequest, now: datetime) -> Asked:
    """Return what is asked for.

    :raises PermissionDenied: when it is a reader, who owes nothing and leads nobody
    """
    person = asking(request)
    if person.role == Role.READER:
        raise PermissionDenied(gettext("Reports are for leads and administrators; agents see their own."))
    words: Mapping[str, str] = request.GET.dict()
    by = words.get("by", "")
    return Asked(
        person=person,
        period=periods.read(words, now),
        part=report.only(words),
        by=by if by in GROUPINGS else GROUPINGS[0],
        now=now,
    )
