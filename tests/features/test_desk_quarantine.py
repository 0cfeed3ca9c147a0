"""Quarantine: what nobody could read is shown raw, is owed an answer, and leaves with a reason only."""

import pytest
from django.test import Client, RequestFactory

from odzew.conversations.models import Message
from odzew.desk.quarantine.held import held
from odzew.desk.waiting import waiting
from odzew.domain.obligation import State
from odzew.intake import quarantine
from odzew.intake.accept import accept
from odzew.intake.models import Raw
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.queue.waiting import TRIES
from odzew.staff.models import Person, Role, Team
from tests.features.letters import Desk, letter, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def lead(desk: Desk, client: Client) -> Client:
    client.force_login(desk.lead)
    return client


@pytest.fixture
def raw(desk: Desk) -> Raw:
    """A letter whose reading was stopped three times, as `drain` leaves it."""
    desk.hand_in(letter("Read me <script>alert(1)</script>", subject="A lamp"))
    row = Raw.objects.select_related("account").get()
    row.tries, row.error = TRIES, "Reading it was stopped: it took more than 20 seconds"
    row.save()
    accept([(row, quarantine.as_it_came(row))], now())
    row.refresh_from_db()
    assert row.state == Raw.State.QUARANTINED
    return row


def test_it_is_listed_counted_and_shown_as_it_came(lead: Client, raw: Raw) -> None:
    listed = lead.get("/quarantine/").content.decode()
    shown = lead.get(f"/quarantine/{raw.pk}/").content.decode()

    assert "ala@example.org" in listed
    assert "could not be read" in listed  # beside its count in the rail
    assert "it took more than 20 seconds" in shown
    assert "Subject: A lamp" in shown
    assert "&lt;script&gt;" in shown


def test_it_can_be_answered_from_its_raw_text(lead: Client, raw: Raw) -> None:
    message = Message.objects.get(raw=raw.pk)

    assert (
        f'href="/conversations/{message.conversation_id}/#reply"'
        in lead.get(f"/quarantine/{raw.pk}/").content.decode()
    )
    assert Owed.objects.open().filter(conversation=message.conversation_id).count() == 1


def test_read_again_it_shows_its_words_and_is_owed_since_the_same_moment(lead: Client, raw: Raw) -> None:
    before = Owed.objects.get()

    assert lead.post(f"/quarantine/{raw.pk}/retry").status_code == 302

    raw.refresh_from_db()
    message, after = Message.objects.get(raw=raw.pk), Owed.objects.get()
    assert (raw.state, message.subject) == (Raw.State.ACCEPTED, "A lamp")
    assert (after.state, after.opened_at) == (State.OPEN, before.opened_at)
    assert "Everything could be read" in lead.get("/quarantine/").content.decode()


def test_it_is_not_discarded_without_a_reason(lead: Client, raw: Raw) -> None:
    response = lead.post(f"/quarantine/{raw.pk}/discard", {"reason": " "})

    assert response.status_code == 409
    raw.refresh_from_db()
    assert (raw.state, Owed.objects.get().state) == (Raw.State.QUARANTINED, State.OPEN)


def test_discarded_it_is_waived_and_its_bytes_are_kept(desk: Desk, lead: Client, raw: Raw) -> None:
    before = bytes(raw.content)

    lead.post(f"/quarantine/{raw.pk}/discard", {"reason": "Garbage of a machine"})

    raw.refresh_from_db()
    assert (raw.state, raw.discarded_by) == (Raw.State.DISCARDED, f"person:{desk.lead.pk}")
    assert Owed.objects.get().state == State.WAIVED
    assert bytes(raw.content) == before


def test_another_team_does_not_see_it(client: Client, raw: Raw) -> None:
    stranger = Person.objects.create_user("x@example.com", "a long password", name="X", role=Role.AGENT)
    stranger.teams.add(Team.objects.create(name="Other"))
    client.force_login(stranger)

    assert "ala@example.org" not in client.get("/quarantine/").content.decode()
    assert client.get(f"/quarantine/{raw.pk}/").status_code == 404
    assert client.post(f"/quarantine/{raw.pk}/discard", {"reason": "x"}).status_code == 404


def test_the_rail_counts_for_everybody_what_he_may_see(desk: Desk, raw: Raw, rf: RequestFactory) -> None:
    other = Team.objects.create(name="Other")
    outsider = Person.objects.create_user("o@example.com", None, name="O", role=Role.AGENT)
    answering = Person.objects.create_user("a@example.com", None, name="A", role=Role.AGENT)
    answering.teams.add(other)
    administrator = Person.objects.create_user("d@example.com", None, name="D", role=Role.ADMINISTRATOR)
    talk = Message.objects.get(raw=raw.pk).conversation
    talk.team = other
    talk.save()

    counted = []
    for person in (desk.lead, outsider, answering, administrator):
        request = rf.get("/")
        request.user = person
        assert waiting(request).held == held(person).count()
        counted.append(waiting(request).held)

    assert counted == [1, 0, 1, 1]
