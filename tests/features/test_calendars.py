"""Calendars both ways: absences as others read them, and what a person's own calendar proposes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from odzew.intake import calendars
from odzew.language.calendar_words import WORDS
from odzew.ledger import leave
from odzew.staff import absences, proposals
from odzew.staff.absence import Absence, Cover
from odzew.staff.calendars import Feed, Proposal, Source
from odzew.staff.models import Person, Role, Team
from tests.features.letters import MONDAY, Desk, open_desk

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(clock: time_machine.Traveller) -> Desk:
    made = open_desk()
    Person.objects.update(timezone="Europe/Warsaw")
    made.agent.refresh_from_db()
    return made


def ics(*events: str) -> bytes:
    """Return a calendar with events, each written as its lines."""
    parts = "".join(f"BEGIN:VEVENT\n{lines.strip()}\nEND:VEVENT\n" for lines in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{parts}END:VCALENDAR\n".replace("\n", "\r\n").encode()


URLOP = "UID:u1\nSUMMARY:Urlop w górach\nDTSTART;VALUE=DATE:20261130\nDTEND;VALUE=DATE:20261205"


def source(person: Person) -> Source:
    made = Source(person=person, words=list(WORDS), next_at=MONDAY)
    made.address = "https://calendar.example/secret.ics"
    made.save()
    return made


def read(person: Person, content: bytes, at: datetime = MONDAY) -> None:
    """Let the worker read a calendar."""
    Source.objects.filter(person=person).update(next_at=at)
    calendars.step(at, lambda _address: content)


def spans(person: Person) -> list[tuple[str, str, str]]:
    rows = Proposal.objects.filter(person=person, state="proposed").order_by("begins_at", "key")
    return [(row.title, f"{row.begins_at:%m-%d %H:%M}", f"{row.ends_at:%m-%d %H:%M}") for row in rows]


def test_whole_days_half_days_and_zones_become_proposals_that_move_nothing(desk: Desk) -> None:
    source(desk.agent)

    read(
        desk.agent,
        ics(
            URLOP,
            "UID:u2\nSUMMARY:отпуск\nDTSTART:20261210T120000\nDTEND:20261210T170000",  # the clock on the wall
            "UID:u3\nSUMMARY:Leave\nDTSTART:20261211T080000Z\nDURATION:PT4H",
            "UID:u4\nSUMMARY:відпустка\nDTSTART;TZID=America/New_York:20261214T090000\nDURATION:PT3H",
        ),
    )

    assert spans(desk.agent) == [
        ("Urlop w górach", "11-29 23:00", "12-04 23:00"),
        ("отпуск", "12-10 11:00", "12-10 16:00"),
        ("Leave", "12-11 08:00", "12-11 12:00"),
        ("відпустка", "12-14 14:00", "12-14 17:00"),
    ]
    assert not Absence.objects.exists()
    assert Source.objects.get().read_at == MONDAY


def test_what_is_no_absence_is_not_proposed(desk: Desk) -> None:
    source(desk.agent)

    read(
        desk.agent,
        ics(
            "UID:n1\nSUMMARY:Dentist\nDTSTART;VALUE=DATE:20261130",
            "UID:n2\nSUMMARY:Urlop Ani\nDTSTART:20261130T100000Z\nDURATION:PT8H\nTRANSP:TRANSPARENT",
            "UID:n3\nSUMMARY:Urlop\nDTSTART;VALUE=DATE:20261130\nSTATUS:CANCELLED",
            "UID:n4\nSUMMARY:Leave early\nDTSTART:20261130T150000Z\nDURATION:PT20M",
            "UID:n5\nSUMMARY:Urlop\nDTSTART;VALUE=DATE:20250101",
            "UID:n6\nSUMMARY:Urlop\nDTSTART:20261130T000000Z\nDURATION:PT2H\nRRULE:FREQ=SECONDLY",
            "UID:y1\nSUMMARY:Poza biurem\nDTSTART;VALUE=DATE:20261201\nX-MICROSOFT-CDO-BUSYSTATUS:OOF",
        ),
    )

    assert spans(desk.agent) == [("Poza biurem", "11-30 23:00", "12-01 23:00")]


def test_what_repeats_is_proposed_each_time_over_the_change_to_summer_time(desk: Desk) -> None:
    source(desk.agent)
    rule = "RRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;TZID=Europe/Warsaw:20270329T120000"

    read(
        desk.agent,
        ics(f"UID:r\nSUMMARY:urlop\nDTSTART;TZID=Europe/Warsaw:20270322T120000\nDURATION:PT4H\n{rule}"),
    )

    assert spans(desk.agent) == [
        ("urlop", "03-22 11:00", "03-22 15:00"),
        ("urlop", "04-05 10:00", "04-05 14:00"),
    ]


def test_reading_it_again_adds_nothing_and_what_was_said_stays_said(desk: Desk) -> None:
    source(desk.agent)
    read(desk.agent, ics(URLOP))
    proposals.decline(Proposal.objects.get())

    read(desk.agent, ics(URLOP), MONDAY + AN_HOUR)
    assert spans(desk.agent) == []

    read(desk.agent, ics(URLOP.replace("20261205", "20261206")), MONDAY + 2 * AN_HOUR)
    assert spans(desk.agent) == [("Urlop w górach", "11-29 23:00", "12-05 23:00")]

    read(desk.agent, ics(), MONDAY + 3 * AN_HOUR)
    assert Proposal.objects.get().state == "gone"


def test_it_is_planned_with_a_cover_and_the_plan_never_follows_by_itself(desk: Desk, client: Client) -> None:
    source(desk.agent)
    read(desk.agent, ics(URLOP))
    client.force_login(desk.agent)
    proposal = Proposal.objects.get()
    shown = client.get("/absences/").content.decode()
    assert "Urlop w górach" in shown and "Plan it and ask" in shown

    client.post(f"/absences/proposed/{proposal.pk}", {"how": "plan"})
    assert not Absence.objects.exists()  # nobody is asked to stand in
    client.post(f"/absences/proposed/{proposal.pk}", {"how": "plan", "covers": desk.lead.pk})

    absence = Absence.objects.get()
    assert (absence.person, absence.begins_at, absence.source) == (desk.agent, proposal.begins_at, "u1")
    assert Cover.objects.get().person == desk.lead

    read(desk.agent, ics(URLOP.replace("20261205", "20261203")), MONDAY + AN_HOUR)
    absence.refresh_from_db()
    assert absence.ends_at == proposal.ends_at
    assert "Your calendar has changed" in client.get("/absences/").content.decode()
    client.post(f"/absences/proposed/{proposal.pk}", {"how": "seen"})
    assert "Your calendar has changed" not in client.get("/absences/").content.decode()


def test_two_answers_to_one_proposal_plan_it_once(desk: Desk) -> None:
    source(desk.agent)
    read(desk.agent, ics(URLOP))
    proposal = Proposal.objects.get()
    proposals.plan(proposal, MONDAY, [desk.lead])

    with pytest.raises(Exception, match="answered already"):
        proposals.plan(proposal, MONDAY, [desk.lead])
    assert Absence.objects.count() == 1


def test_nobody_answers_for_somebody_else(desk: Desk, client: Client) -> None:
    source(desk.agent)
    read(desk.agent, ics(URLOP))
    client.force_login(desk.lead)

    assert client.post(f"/absences/proposed/{Proposal.objects.get().pk}", {"how": "no"}).status_code == 404


@pytest.mark.parametrize(
    "content",
    [b"<html>", b"", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", b"\xff\xfe\x00" * 100],
    ids=["html", "nothing", "no calendar", "bytes"],
)
def test_what_is_no_calendar_is_said_and_takes_nothing_back(desk: Desk, content: bytes) -> None:
    source(desk.agent)
    read(desk.agent, ics(URLOP))

    read(desk.agent, content, MONDAY + AN_HOUR)

    assert "cannot be read" in Source.objects.get().error
    assert len(spans(desk.agent)) == 1


def test_a_calendar_that_takes_for_ever_is_given_up(
    desk: Desk, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.PARSE_SECONDS = 1
    source(desk.agent)
    endless = "RRULE:FREQ=DAILY;BYSECOND=" + ",".join(map(str, range(60))) + ";BYMINUTE="
    endless += ",".join(map(str, range(60))) + ";BYHOUR=" + ",".join(map(str, range(24)))

    read(desk.agent, ics(f"UID:e\nSUMMARY:urlop\nDTSTART:20000101T000000Z\nDURATION:PT1H\n{endless}"))

    assert "cannot be read" in Source.objects.get().error
    assert "more than 1 seconds" in caplog.text


def test_two_workers_read_a_calendar_once(desk: Desk) -> None:
    source(desk.agent)
    asked: list[str] = []

    def fetch(address: str) -> bytes:
        asked.append(address)
        return ics()

    stale = Source.objects.get()
    assert [calendars.step(MONDAY, fetch), calendars.step(MONDAY, fetch)] == [1, 0]
    assert not calendars._one(stale, MONDAY, fetch)
    assert asked == ["https://calendar.example/secret.ics"]


@pytest.mark.parametrize(
    "address", ["https://127.0.0.1/x.ics", "https://localhost/", "https://169.254.169.254/"]
)
def test_no_calendar_is_fetched_from_our_own_network(desk: Desk, address: str) -> None:
    with pytest.raises(calendars.CannotRead, match="none the desk calls"):
        calendars.fetched(address)


def test_a_person_names_a_calendar_and_its_address_is_never_shown(desk: Desk, client: Client) -> None:
    client.force_login(desk.agent)
    said = {"address": "webcal://calendar.example/very-secret.ics", "words": "urlop, wolne"}

    client.post("/absences/calendar/name", said)

    kept = Source.objects.get()
    assert (kept.address, kept.words) == ("https://calendar.example/very-secret.ics", ["urlop", "wolne"])
    assert "very-secret" not in kept.sealed
    assert "very-secret" not in client.get("/absences/").content.decode()

    client.post("/absences/calendar/name", {"address": "http://calendar.example/", "words": "x"})
    client.post("/absences/calendar/name", {"address": "", "words": "wolne"})
    kept.refresh_from_db()
    assert (kept.address, kept.words) == ("https://calendar.example/very-secret.ics", ["wolne"])
    client.post("/absences/calendar/name", {"forget": "1"})
    assert not Source.objects.exists()


def calendar_of(person: Person, client: Client) -> str:
    """Let a person make an address, and return it."""
    client.force_login(person)
    client.post("/absences/calendar/share", {"feed": "new"})
    return reverse("calendar", args=[person.pk, Feed.objects.get(person=person).token])


def titles(answer: bytes) -> list[tuple[str, object, object]]:
    events = Calendar.from_ical(answer).walk("VEVENT")
    return [(str(event["SUMMARY"]), event.start, event.end) for event in events]


def test_a_calendar_program_reads_absences_and_gaps_without_signing_in(desk: Desk, client: Client) -> None:
    begins, ends = datetime(2026, 11, 30, 23, tzinfo=UTC), datetime(2026, 12, 2, 11, tzinfo=UTC)
    away = absences.plan(
        desk.lead, desk.lead, begins, ends, MONDAY, covers=[desk.agent], reason="Operation, secret"
    )
    address = calendar_of(desk.agent, client)

    answer = Client().get(address)

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert titles(answer.content) == [
        ("Ola Lead is away", begins, ends),
        ("No cover for Ola Lead", begins, ends),
    ]
    assert b"secret" not in answer.content

    absences.answer(Cover.objects.get(), MONDAY, yes=True)
    absences.change_end(away, datetime(2026, 12, 2, 23, tzinfo=UTC), MONDAY)
    answer = Client().get(address)
    assert titles(answer.content)[0][1:] == (date(2026, 12, 1), date(2026, 12, 3))
    assert "Stands in: Jan Agent" in answer.content.decode()


def test_it_shows_the_teams_of_its_owner_only(desk: Desk, client: Client) -> None:
    other = Person.objects.create_user("iga@example.com", "x", name="Iga Other", role=Role.AGENT)
    other.teams.add(Team.objects.create(name="Other"))
    absences.plan(other, other, MONDAY + A_DAY, MONDAY + 2 * A_DAY, MONDAY)
    leave.out_now(desk.lead, desk.lead, MONDAY + A_DAY, MONDAY)
    address = calendar_of(desk.agent, client)

    shown = Client().get(address).content.decode()

    assert "Ola Lead is away" in shown and "Iga" not in shown


def test_an_address_that_was_renewed_or_whose_owner_left_opens_no_more(desk: Desk, client: Client) -> None:
    first = calendar_of(desk.agent, client)
    assert Client().get(first).status_code == 200
    assert Client().get(first.replace(f"/{desk.agent.pk}-", f"/{desk.lead.pk}-")).status_code == 404

    second = calendar_of(desk.agent, client)
    assert (Client().get(first).status_code, Client().get(second).status_code) == (404, 200)

    client.post("/absences/calendar/share", {"feed": "off"})
    assert Client().get(second).status_code == 404
    third = calendar_of(desk.agent, client)
    Person.objects.filter(pk=desk.agent.pk).update(is_active=False)
    assert Client().get(third).status_code == 404


def test_a_hostile_name_adds_no_line_to_the_calendar(desk: Desk, client: Client) -> None:
    name = "Ola\r\nATTENDEE:mailto:x@example.com;,\\n"
    Person.objects.filter(pk=desk.lead.pk).update(name=name)
    absences.plan(desk.lead, desk.lead, MONDAY + A_DAY, MONDAY + 2 * A_DAY, MONDAY)

    answer = Client().get(calendar_of(desk.agent, client))

    assert not any(line.startswith(b"ATTENDEE") for line in answer.content.splitlines())
    [event, _gap] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert "ATTENDEE" in str(event["SUMMARY"])
