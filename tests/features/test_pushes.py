"""Pushes: sealed, once, not at night, and gone when what they warn of is."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from odzew.conversations import actions
from odzew.customers.models import Customer
from odzew.lib import outward
from odzew.notices import follow, pushing, reading, telling
from odzew.notices.models import Kind, Notice
from odzew.notices.pushing import Browser, Push, VapidKey
from odzew.notices.tuning import Quiet, Tuning, Way
from odzew.outbox import push
from odzew.staff import sessions
from odzew.staff.models import Person, Team
from odzew.staff.sessions import SignedIn
from tests.features import factory
from tests.features.factory import Firm, answer, receive, sent
from tests.servers.mailboxes import Mailboxes
from tests.servers.pushes import Service, push_service

pytestmark = pytest.mark.django_db
IS_PUBLIC = outward.is_public
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)  # ten in Warsaw


@pytest.fixture
def firm() -> Firm:
    made = factory.firm()
    week = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    Team.objects.update(timezone="Europe/Warsaw", hours=week)
    return made


@pytest.fixture
def service(mailboxes: Mailboxes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setattr(outward, "is_public", lambda address: True)
    believed = ssl.create_default_context(cafile=str(mailboxes.certificate))
    monkeypatch.setattr(push, "authorities", lambda: believed)
    with push_service(mailboxes.certificate, mailboxes.key) as running:
        yield running


def seat(person: Person) -> SignedIn:
    return sessions.begin(person, f"session-{person.pk}", "127.0.0.1", "Firefox/1 Linux", MONDAY)


def subscribe(service: Service, person: Person, name: str = "one") -> Browser:
    return pushing.keep(seat(person), *service.subscription(name).values(), MONDAY)


def wish(person: Person, **wishes: object) -> None:
    Tuning.objects.update_or_create(person=person, defaults=wishes)


def work(at: datetime) -> None:
    while follow.step(at):
        pass
    for _round in range(20):
        if not push.step(at):
            return
    raise AssertionError("it never rests")


def test_a_notice_is_pushed_once_sealed_and_without_a_word_of_the_customer(
    firm: Firm, service: Service
) -> None:
    subscribe(service, firm.jan)
    receive("Where is my parcel?", at=MONDAY)

    work(MONDAY)
    work(MONDAY + HOUR)

    [(headers, said)] = service.taken
    notice = Notice.objects.get()
    assert said["title"] == "New for you to answer"
    assert said["url"] == f"/notices/{notice.pk}/"
    assert "arcel" not in str(said) and "ala" not in str(said)
    assert headers["Content-Encoding"] == "aes128gcm" and int(headers["TTL"]) > 0
    assert headers["Authorization"].startswith("vapid t=") and len(headers["Topic"]) <= 32
    assert not Push.objects.exists()


def test_who_wants_it_reads_the_customer_and_the_subject_in_her_language(
    firm: Firm, service: Service
) -> None:
    Person.objects.update(language="pl")
    wish(firm.jan, shows_words=True)
    subscribe(service, firm.jan)
    receive(at=MONDAY)

    work(MONDAY)

    [(_headers, said)] = service.taken
    assert said["body"] == "ala@example.org: Parcel"
    assert (said["lang"], said["title"]) == ("pl", "Nowe do odpowiedzi, 1 wiadomość")


def test_however_long_the_words_are_they_fit(firm: Firm, service: Service) -> None:
    Person.objects.filter(pk=firm.ola.pk).update(name="🪁" * 200)
    wish(firm.jan, shows_words=True)
    subscribe(service, firm.jan)
    for _number in range(4):
        talk = receive(at=MONDAY).conversation
        Customer.objects.filter(pk=talk.customer_id).update(name="🪁" * 200)
        telling.tell(firm.jan.pk, Kind.MENTION, talk.pk, MONDAY, by=firm.ola.pk)

    work(MONDAY)

    assert len(service.taken) == 1


def test_what_comes_within_a_minute_goes_as_one(firm: Firm, service: Service) -> None:
    subscribe(service, firm.jan)
    for number in range(3):
        telling.tell(firm.jan.pk, Kind.MENTION, 100 + number, MONDAY)
    work(MONDAY)
    telling.tell(firm.jan.pk, Kind.MENTION, 200, MONDAY)
    telling.tell(firm.jan.pk, Kind.MENTION, 201, MONDAY)
    work(MONDAY + 10 * timedelta(seconds=1))
    assert [said["title"] for _h, said in service.taken] == ["3 notices"]

    work(MONDAY + 2 * MINUTE)

    assert [said["title"] for _h, said in service.taken] == ["3 notices", "2 notices"]
    assert {said["url"] for _h, said in service.taken} == {"/notices/"}


def test_at_night_it_waits_for_the_morning_and_over_the_weekend(firm: Firm, service: Service) -> None:
    subscribe(service, firm.jan)
    friday = datetime(2026, 11, 20, 20, tzinfo=UTC)
    telling.tell(firm.jan.pk, Kind.MENTION, 100, friday)
    work(friday)
    work(datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert service.taken == []

    work(datetime(2026, 11, 23, 8, tzinfo=UTC))  # Monday at nine in Warsaw

    assert len(service.taken) == 1


@pytest.mark.parametrize(
    ("wishes", "hour", "is_pushed"),
    [
        ({"quiet": Quiet.NEVER}, 2, True),
        ({"quiet": Quiet.SPAN, "quiet_from": "22:00", "quiet_until": "06:00"}, 19, True),
        ({"quiet": Quiet.SPAN, "quiet_from": "22:00", "quiet_until": "06:00"}, 22, False),
        ({"quiet": Quiet.SPAN, "quiet_from": "12:00", "quiet_until": "14:00"}, 11, False),
    ],
)
def test_her_own_quiet_hours_hold(
    firm: Firm, service: Service, wishes: dict[str, object], hour: int, is_pushed: bool
) -> None:
    wish(firm.jan, **wishes)
    subscribe(service, firm.jan)
    telling.tell(firm.jan.pk, Kind.MENTION, 100, MONDAY)

    work(MONDAY.replace(hour=hour))

    assert bool(service.taken) is is_pushed


def test_a_team_that_never_closes_sleeps_at_night(firm: Firm, service: Service) -> None:
    Team.objects.update(hours={})
    subscribe(service, firm.jan)
    telling.tell(firm.jan.pk, Kind.MENTION, 100, MONDAY)

    work(MONDAY.replace(hour=23))
    assert service.taken == []
    work(MONDAY + timedelta(days=1))

    assert len(service.taken) == 1


def test_what_was_read_paid_or_is_not_wanted_is_not_pushed(firm: Firm, service: Service) -> None:
    for who in firm.people:
        subscribe(service, who, who.name)
    wish(firm.people[2], ways={"mention": [Way.PAGE]})
    night = MONDAY.replace(hour=2)
    message = receive(at=night)
    telling.tell(firm.ola.pk, Kind.MENTION, message.conversation_id, night)
    telling.tell(firm.people[2].pk, Kind.MENTION, message.conversation_id, night)
    work(night)

    sent(answer(message.conversation, firm.jan, at=night), at=night)
    reading.read_of(firm.ola, message.conversation_id, night)
    work(MONDAY)

    assert service.taken == []
    assert not Push.objects.exists()


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(firm: Firm, service: Service, status: int) -> None:
    subscribe(service, firm.jan)
    service.answers = [status]
    telling.tell(firm.jan.pk, Kind.MENTION, 100, MONDAY)

    work(MONDAY)

    assert not Browser.objects.exists()


def test_a_browser_with_a_broken_address_is_refused_and_one_kept_before_forgotten(
    firm: Firm, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    _endpoint, public, secret = service.subscription().values()
    hers = seat(firm.jan)
    with pytest.raises(pushing.BadBrowser):
        pushing.keep(hers, "https://[", public, secret, MONDAY)
    with monkeypatch.context() as before:
        before.setattr(pushing.outward, "is_https", lambda _url: True)
        pushing.keep(hers, "https://[", public, secret, MONDAY)
    telling.tell(firm.jan.pk, Kind.MENTION, 100, MONDAY)

    work(MONDAY)

    assert not Browser.objects.exists()


def test_a_service_that_is_down_is_tried_again_later_and_later_and_given_up(
    firm: Firm, service: Service
) -> None:
    subscribe(service, firm.jan)
    service.answers = [503, 429, 500, 201]
    telling.tell(firm.jan.pk, Kind.MENTION, 100, MONDAY)
    work(MONDAY)
    work(MONDAY + 30 * timedelta(seconds=1))
    assert len(service.answers) == 3
    work(MONDAY + MINUTE)
    work(MONDAY + 7 * MINUTE)
    assert (len(service.answers), service.taken) == (1, [])

    work(MONDAY + 30 * MINUTE)

    assert len(service.taken) == 1

    telling.tell(firm.jan.pk, Kind.MENTION, 200, MONDAY)
    service.answers = [500] * 20
    for hours in range(1, 7):
        for minute in (0, 20, 40):
            work(MONDAY + hours * HOUR + minute * MINUTE)
    assert not Push.objects.exists()
    assert service.answers


def test_a_push_whose_sender_died_is_shown_in_the_place_of_the_first(firm: Firm, service: Service) -> None:
    browser = subscribe(service, firm.jan)
    telling.tell(firm.jan.pk, Kind.MENTION, 100, MONDAY)
    follow.step(MONDAY)
    rows = list(Push.objects.select_related("notice"))
    push._claim(browser, MONDAY)
    push._handed_in(browser, Tuning(person=firm.jan), [rows[0].notice], MONDAY)  # and it dies

    work(MONDAY + MINUTE)
    assert len(service.taken) == 1
    work(MONDAY + 3 * MINUTE)

    assert {said["tag"] for _headers, said in service.taken} == {f"notice-{rows[0].notice_id}"}
    assert len(service.taken) == 2


def test_two_workers_do_not_push_the_same(firm: Firm, service: Service) -> None:
    browser = subscribe(service, firm.jan)

    assert [push._claim(browser, MONDAY), push._claim(browser, MONDAY)] == [True, False]


def test_nothing_is_pushed_into_our_own_network_even_to_a_host_an_administrator_may_name(
    firm: Firm, service: Service, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PRIVATE_HOSTS = ["localhost"]
    monkeypatch.setattr(outward, "is_public", IS_PUBLIC)
    subscribe(service, firm.jan)
    telling.tell(firm.jan.pk, Kind.MENTION, 100, MONDAY)

    work(MONDAY)

    assert service.taken == []
    assert not Browser.objects.exists()


def test_signing_out_ends_the_pushes(firm: Firm, service: Service) -> None:
    subscribe(service, firm.jan)

    sessions.end(firm.jan)

    assert not Browser.objects.exists()


def test_a_browser_that_changed_hands_gets_nothing_of_the_one_before(firm: Firm, service: Service) -> None:
    subscribe(service, firm.jan)
    telling.tell(firm.jan.pk, Kind.MENTION, 100, MONDAY)
    follow.step(MONDAY)

    subscribe(service, firm.ola)
    work(MONDAY)

    assert service.taken == []
    assert Browser.objects.get().person == firm.ola


def test_what_a_browser_says_of_itself_is_sealed_and_so_is_our_key(firm: Firm, service: Service) -> None:
    browser = subscribe(service, firm.jan)
    key = pushing.own_key()

    assert key == pushing.own_key()
    assert str(service.port) not in browser.sealed
    assert key not in VapidKey.objects.get().sealed


def test_after_another_secret_key_there_is_a_new_key_and_browsers_begin_anew(
    firm: Firm, service: Service, settings: object
) -> None:
    subscribe(service, firm.jan)
    before = pushing.own_key()

    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]  # noqa: S105

    assert pushing.own_key() != before
    assert not Browser.objects.exists()


def test_a_person_subscribes_and_removes_a_browser_by_the_page(
    firm: Firm, service: Service, client: Client
) -> None:
    client.force_login(firm.jan)
    sessions.begin(firm.jan, client.session.session_key or "", "127.0.0.1", "Firefox/1 Linux", MONDAY)
    bad = client.post("/account/notices/push", {**service.subscription(), "endpoint": "http://x.example/"})
    good = client.post("/account/notices/push", service.subscription())

    assert (bad.status_code, good.status_code) == (422, 200)
    page = client.get("/account/notices").content.decode()
    assert "Firefox · Linux" in page
    client.post("/account/notices/push/off", {"browser": Browser.objects.get().pk})
    assert not Browser.objects.exists()


def test_a_person_removes_no_browser_of_another(firm: Firm, service: Service, client: Client) -> None:
    browser = subscribe(service, firm.ola)
    client.force_login(firm.jan)

    client.post("/account/notices/push/off", {"browser": browser.pk})
    client.post("/account/notices/push/off", {"endpoint": service.subscription()["endpoint"]})

    assert Browser.objects.filter(pk=browser.pk).exists()


def test_a_promise_handed_over_by_night_is_pushed_to_the_next_alone(firm: Firm, service: Service) -> None:
    for who in (firm.jan, firm.ola):
        subscribe(service, who, who.name)
    night = MONDAY.replace(hour=2)
    message = receive(at=night)
    work(night)
    debt = factory.debt(message)
    actions.hand_over(message.conversation, firm.jan, [debt.pk], firm.ola, "She knows.", night)

    work(MONDAY)

    [(_headers, said)] = service.taken
    assert said["title"] == "jan gave you this"
