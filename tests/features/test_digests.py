"""The digest: at her hours, on working days, in her language, once, and only when there is something."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
import time_machine
from django.test import Client

from odzew.channels.base import ChannelError, Outgoing, Receipt
from odzew.channels.email.compose import compose
from odzew.channels.models import Account
from odzew.notices import digests, follow, reading, telling, tuning
from odzew.notices.digests import Digest
from odzew.notices.models import Kind, Notice
from odzew.notices.tuning import Quiet, Tuning
from odzew.outbox import digest
from odzew.staff.absence import Absence
from odzew.staff.models import Person, Role, Team
from tests.features import factory
from tests.features.factory import Firm, person, receive

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FRIDAY = datetime(2026, 11, 13, 14, tzinfo=UTC)  # three in the afternoon in Warsaw
MONDAY = datetime(2026, 11, 16, 7, tzinfo=UTC)  # eight


class Server:
    """Where mails are handed in: it keeps them, or answers as the test says."""

    def __init__(self) -> None:
        self.taken: list[Outgoing] = []
        self.fails: list[ChannelError] = []

    def send(self, _account: Account, outgoing: Outgoing) -> Receipt:
        if self.fails:
            raise self.fails.pop(0)
        self.taken.append(outgoing)
        return Receipt("250 taken")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    made = Server()
    monkeypatch.setattr(digest.registry, "sender", lambda _channel: made.send)
    yield made


@pytest.fixture
def firm() -> Firm:
    made = factory.firm()
    week = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    Team.objects.update(timezone="Europe/Warsaw", hours=week)
    Account.objects.update(settings={"smtp": {"host": "127.0.0.1", "port": 1}})
    wish(made.jan, ["08:00", "13:00"], FRIDAY)
    return made


def wish(who: Person, hours: list[str], at: datetime, **more: object) -> None:
    values = {"digest_hours": hours, "digest_at": digests.next_at(who, hours, at), **more}
    Tuning.objects.update_or_create(person=who, defaults=values)


def work(at: datetime) -> None:
    while follow.step(at):
        pass
    digests.step(at)
    while digest.step(at):
        pass


def test_it_comes_at_her_hour_of_the_next_working_day_with_what_is_not_read(
    firm: Firm, server: Server
) -> None:
    receive(at=FRIDAY)
    work(FRIDAY)
    work(datetime(2026, 11, 14, 12, tzinfo=UTC))
    work(MONDAY - MINUTE)
    assert server.taken == []

    work(MONDAY)
    work(MONDAY)

    [mail] = server.taken
    assert mail.to == (("jan", "jan@firm.example"),)
    assert mail.subject == "1 notice"
    assert "New for you to answer" in mail.text
    assert f"http://127.0.0.1:8000/notices/{Notice.objects.get().pk}/" in mail.text
    assert "arcel" not in mail.text
    assert tuning.of(firm.jan.pk).digest_at == MONDAY + 5 * HOUR


def test_a_machine_is_told_that_a_machine_wrote_it(firm: Firm, server: Server) -> None:
    receive(at=FRIDAY)
    work(FRIDAY)
    work(MONDAY)

    mail = message_from_bytes(compose(server.taken[0]), policy=default)

    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Reply-To"] is None


def test_it_says_who_and_what_in_her_language_when_she_wants_it(firm: Firm, server: Server) -> None:
    Person.objects.update(language="uk")
    wish(firm.jan, ["08:00"], FRIDAY, shows_words=True)
    receive(at=FRIDAY)
    work(FRIDAY)

    work(MONDAY)

    assert "ala@example.org: Parcel" in server.taken[0].text
    assert (server.taken[0].subject, server.taken[0].language) == ("1 сповіщення", "uk")


def test_when_there_is_nothing_nothing_is_sent(firm: Firm, server: Server) -> None:
    receive(at=FRIDAY)
    work(FRIDAY)
    reading.read_all(firm.jan, Notice.objects.get().pk, FRIDAY)

    work(MONDAY)
    work(MONDAY + 5 * HOUR)

    assert server.taken == []
    assert not Digest.objects.exists()


def test_nothing_is_mailed_twice(firm: Firm, server: Server) -> None:
    receive(at=FRIDAY)
    work(FRIDAY)
    work(MONDAY)

    telling.tell(firm.jan.pk, Kind.MENTION, 7, MONDAY)
    work(MONDAY + 5 * HOUR)

    assert [mail.subject for mail in server.taken] == ["1 notice", "1 notice"]
    assert "mentioned" in server.taken[1].text


def test_a_desk_that_was_down_for_days_sends_one(firm: Firm, server: Server) -> None:
    receive(at=FRIDAY)
    work(FRIDAY)

    work(MONDAY + timedelta(days=3))

    assert len(server.taken) == 1


def test_what_is_read_between_the_hour_and_the_sending_is_left_out(firm: Firm, server: Server) -> None:
    receive(at=FRIDAY)
    work(FRIDAY)
    digests.step(MONDAY)
    reading.read_all(firm.jan, Notice.objects.get().pk, MONDAY)

    work(MONDAY)

    assert server.taken == []


def test_who_is_away_gets_it_when_back(firm: Firm, server: Server) -> None:
    receive(at=FRIDAY)
    work(FRIDAY)
    absence = Absence.objects.create(
        person=firm.jan, begins_at=FRIDAY, ends_at=MONDAY + 10 * HOUR, state="begun", next_at=MONDAY,
        created_at=FRIDAY, created_by=firm.jan,
    )  # fmt: skip
    work(MONDAY)
    assert server.taken == []

    Absence.objects.filter(pk=absence.pk).update(state="ended")
    work(MONDAY + 5 * HOUR)

    assert len(server.taken) == 1


def test_a_server_that_is_down_is_tried_again_and_one_in_doubt_is_not(firm: Firm, server: Server) -> None:
    receive(at=FRIDAY)
    work(FRIDAY)
    server.fails = [ChannelError("down"), ChannelError("silence", in_doubt=True)]
    work(MONDAY)
    assert Digest.objects.get().state == "queued"

    work(MONDAY + MINUTE)
    work(MONDAY + 2 * HOUR)

    assert (Digest.objects.get().state, server.taken) == ("in_doubt", [])


def test_a_digest_whose_sender_died_is_in_doubt_and_not_sent_again(firm: Firm, server: Server) -> None:
    receive(at=FRIDAY)
    work(FRIDAY)
    digests.step(MONDAY)
    Digest.objects.update(state="sending", next_try_at=MONDAY + 15 * MINUTE)

    work(MONDAY + HOUR)

    assert (Digest.objects.get().state, server.taken) == ("in_doubt", [])


def test_without_a_mailbox_that_can_send_it_says_so(firm: Firm, server: Server, client: Client) -> None:
    Account.objects.update(settings={})
    receive(at=FRIDAY)
    work(FRIDAY)
    work(MONDAY)

    client.force_login(firm.jan)

    assert Digest.objects.get().state == "failed"
    assert "No mailbox of this desk can send yet" in client.get("/account/notices").content.decode()


FORM = {
    "warn_minutes": "30", "quiet": "span", "quiet_from": "20:00", "quiet_until": "06:30",
    "digest_hours": "8, 13:30", "shows_words": "on", "ways-owed": ["page", "push"], "ways-late": ["mail"],
}  # fmt: skip


def test_a_person_tunes_what_reaches_her(firm: Firm, client: Client) -> None:
    client.force_login(firm.ola)

    answer = client.post("/account/notices", FORM)

    wishes = tuning.of(firm.ola.pk)
    assert answer.status_code == 302
    assert (wishes.warn_minutes, wishes.quiet, wishes.shows_words) == (30, Quiet.SPAN, True)
    assert wishes.digest_hours == ["08:00", "13:30"]
    assert wishes.digest_at is not None
    assert wishes.ways_of(Kind.OWED) == {"page", "push"}
    assert wishes.ways_of(Kind.MENTION) == set()


@pytest.mark.parametrize(
    "wrong",
    [{"digest_hours": "25"}, {"digest_hours": "soon"}, {"digest_hours": "1,2,3,4,5"}, {"quiet_from": ""},
     {"quiet_until": "20:00"}, {"warn_minutes": "0"}, {"quiet": "always"}],
)  # fmt: skip
def test_what_cannot_be_is_given_back_and_nothing_is_kept(
    firm: Firm, client: Client, wrong: dict[str, str]
) -> None:
    client.force_login(firm.ola)

    answer = client.post("/account/notices", FORM | wrong)

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Tuning.objects.filter(person=firm.ola).exists()


def test_a_kind_that_is_not_wanted_in_the_page_does_not_stand_there(firm: Firm, client: Client) -> None:
    Tuning.objects.filter(person=firm.jan).update(ways={"mention": ["mail"], "followed": []})
    telling.tell(firm.jan.pk, Kind.MENTION, 7, FRIDAY)
    telling.tell(firm.jan.pk, Kind.FOLLOWED, 7, FRIDAY)
    work(FRIDAY)
    client.force_login(firm.jan)

    assert client.get("/notices/").context["rows"] == []
    assert [row.kind for row in Notice.objects.all()] == ["mention"]
    assert reading.unread(firm.jan) == 0


def test_who_wants_to_be_warned_earlier_is_from_now_on(firm: Firm, client: Client) -> None:
    Team.objects.update(hours={})
    receive(at=FRIDAY)
    work(FRIDAY + 5 * HOUR)
    assert [row.kind for row in Notice.objects.all()] == ["owed"]

    with time_machine.travel(FRIDAY + 5 * HOUR, tick=False):
        client.force_login(firm.jan)
        client.post("/account/notices", FORM | {"warn_minutes": "240", "ways-soon": "page"})
    work(FRIDAY + 5 * HOUR)

    assert [row.kind for row in Notice.objects.order_by("pk")] == ["owed", "soon"]


def test_nobody_reads_the_wishes_or_notices_of_another(firm: Firm, client: Client) -> None:
    receive(at=FRIDAY)
    work(FRIDAY)
    client.force_login(person("boss", role=Role.ADMINISTRATOR))

    assert client.get(f"/notices/{Notice.objects.get().pk}/").status_code == 404
    assert client.get("/notices/").context["rows"] == []
    assert "8:00" not in client.get("/account/notices").context["form"]["digest_hours"].value()
