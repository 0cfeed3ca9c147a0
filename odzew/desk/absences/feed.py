"""Absences and gaps of cover as a calendar that other programs read (RFC 5545), by a private address."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from odzew.desk.absences import shown
from odzew.domain import cover as rules
from odzew.lib.clock import now
from odzew.staff import presence
from odzew.staff.absence import Absence, Cover
from odzew.staff.calendars import Feed
from odzew.staff.models import Person

AHEAD = timedelta(days=365)
EVERY = timedelta(hours=1)


@require_safe
def calendar(_request: HttpRequest, number: int, token: str) -> HttpResponse:
    """Give the calendar of whoever holds its address."""
    feed = Feed.objects.select_related("person").filter(person=number).first()
    if feed is None or not feed.opens(token):
        raise Http404(gettext("There is no such page."))
    person = feed.person
    language = person.language or settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(ZoneInfo(person.timezone)):
        answer = HttpResponse(made(person, now()), content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    answer["Content-Disposition"] = 'inline; filename="absences.ics"'
    return answer


def made(person: Person, at: datetime) -> bytes:
    """Return the absences a person may see, and where nobody stands in, as a calendar."""
    found = Calendar()
    found.add("prodid", "-//Odzew//Absences//EN")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", gettext("Absences"))
    # How often to come again: RFC 7986 §5.7, and what Outlook listens to.
    found.add("refresh-interval", EVERY, parameters={"value": "DURATION"})
    found.add("x-published-ttl", "PT1H")
    for event in _events(person, at):
        found.add_component(event)
    return bytes(found.to_ical())


def _events(person: Person, at: datetime) -> Iterator[Event]:
    standing = list(Absence.objects.standing().select_related("person").order_by("begins_at", "pk"))
    gaps = presence.gaps(standing, at + AHEAD)
    seen = set(Absence.objects.standing().visible_to(person).values_list("pk", flat=True))
    rows = [row for row in standing if row.pk in seen]
    covers = _covers(rows)
    for row in rows:
        yield _absence(row, covers.get(row.pk, []), at)
        yield from (_gap(row, gap, at) for gap in gaps[row.pk])


def _covers(rows: list[Absence]) -> dict[int, list[str]]:
    accepted = Cover.objects.filter(absence__in=rows, state=Cover.State.ACCEPTED).select_related("person")
    names: dict[int, list[str]] = {}
    for cover in accepted.order_by("since", "pk"):
        names.setdefault(cover.absence_id, []).append(str(cover.person))
    return names


def _absence(row: Absence, covers: list[str], at: datetime) -> Event:
    # Its reason is for the person and the leads, and an address can be passed on.
    title = gettext("%(name)s is away") % {"name": row.person}
    event = _event(f"absence-{row.pk}", title, row.begins_at, row.ends_at, at)
    if covers:
        event.add("description", gettext("Stands in: %(names)s") % {"names": ", ".join(covers)})
    return event


def _gap(row: Absence, gap: rules.Gap, at: datetime) -> Event:
    title = gettext("No cover for %(name)s") % {"name": row.person}
    key = f"gap-{row.pk}-{gap.since:%Y%m%dT%H%M%SZ}"
    event = _event(key, title, gap.since, gap.until, at)
    event.add("description", shown.why(gap.why))
    return event


def _event(key: str, title: str, since: datetime, until: datetime, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{key}@{settings.SMTP_NAME}")
    event.add("dtstamp", at)
    event.add("summary", title)
    first, last = timezone.localtime(since), timezone.localtime(until)
    if first.time() == last.time() == time.min:
        event.add("dtstart", first.date())
        event.add("dtend", last.date())
    else:
        event.add("dtstart", since.astimezone(UTC))
        event.add("dtend", until.astimezone(UTC))
    event.add("transp", "TRANSPARENT")  # it takes no time of whoever reads it
    return event
