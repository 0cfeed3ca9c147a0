"""An exchange with Asterisk is listened to; what is lost while it is not heard is owed a look."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client as Browser
from django.urls import reverse

from odzew.calls import deaf, door
from odzew.calls.asterisk import client, watch
from odzew.conversations.call import Call, CallEvent, Line
from odzew.domain.obligation import Refused
from odzew.ledger.models import Entry, Owed
from odzew.lib import outward
from odzew.lib.clock import monotonic, now
from odzew.staff.models import Person
from tests.features.letters import Desk, open_desk
from tests.features.lines import check_the_books, connect
from tests.servers import asterisk as served
from tests.servers.asterisk import SECRET, TRUNK, USER, Asterisk, bridged, device, ringing_in

pytestmark = pytest.mark.django_db(transaction=True)
ALA, JAN = ringing_in("1.1"), device("1.2", "1.1")
SOON = 20.0  # seconds; what a test waits for comes at once


@pytest.fixture
def exchange() -> Iterator[Asterisk]:
    with served.manager() as asterisk:
        yield asterisk


@pytest.fixture
def desk() -> Desk:
    return open_desk()


def line_to(desk: Desk, exchange: Asterisk, **more: str) -> Line:
    said = {"host": "127.0.0.1", "port": exchange.port, "security": "none", "user": USER, "trunks": TRUNK}
    return connect(desk, Line.Kind.ASTERISK, SECRET, exchange=said | more, places={"101": desk.agent.pk})


class Listener:
    """A thread that listens to a line, as a worker's does."""

    def __init__(self, line: Line) -> None:
        self.stop = threading.Event()
        self.thread = threading.Thread(target=watch.watch, args=(line.pk, self.stop, (0.01,)))

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_fault: object) -> None:
        self.stop.set()
        self.thread.join(SOON)


def until(happened: Callable[[], Any]) -> None:
    """Wait until something has happened; no longer than it may take."""
    end, pause = monotonic() + SOON, threading.Event()
    while not happened():
        assert monotonic() < end, "it did not happen"
        pause.wait(0.02)


def is_heard() -> bool:
    return Line.objects.filter(listened_at__isnull=False, wrong="", deaf_since=None).exists()


def test_a_call_that_nobody_answers_is_owed_a_call_back_and_the_talk_pays(
    desk: Desk, exchange: Asterisk
) -> None:
    with Listener(line_to(desk, exchange)):
        until(is_heard)
        exchange.tell("Newchannel", **ALA)
        exchange.tell("Hangup", **ALA)
        until(lambda: Owed.objects.filter(kind="callback", state="open").exists())

        again, jan = ringing_in("2.1"), device("2.2", "2.1")
        exchange.tell("Newchannel", **again)
        for row in (again, jan):
            exchange.tell("BridgeEnter", **bridged(row, "b2"))
        until(lambda: Call.objects.filter(key="2.1", state="talking", agents=["101"]).exists())

    call = Call.objects.get(key="2.1")
    assert (call.number, call.agent) == ("+48600100200", desk.agent)
    check_the_books()


def test_an_event_that_is_cut_and_a_line_that_ends_are_asked_for_again(
    desk: Desk, exchange: Asterisk
) -> None:
    with Listener(line_to(desk, exchange)):
        until(is_heard)
        exchange.tell("Newchannel", **ALA)
        until(lambda: Call.objects.exists())
        whole = served.packet(Event="Hangup", **ALA)
        exchange.say(whole[:40])
        exchange.hang_up()
        until(lambda: Call.objects.filter(state="missed").exists())

    assert exchange.asked.count("Login") >= 2
    assert list(CallEvent.objects.order_by("pk").values_list("name", flat=True)) == [
        "ringing-1.1",
        "gone-1.1",
    ]
    check_the_books()


def test_a_talk_that_goes_on_while_the_line_was_down_stays_one_call(desk: Desk, exchange: Asterisk) -> None:
    with Listener(line_to(desk, exchange)):
        until(is_heard)
        exchange.tell("Newchannel", **ALA)
        for row in (ALA, JAN):
            exchange.tell("BridgeEnter", **bridged(row, "b1"))
        until(lambda: CallEvent.objects.count() == 2)
        exchange.channels = [
            {**row, "ChannelState": "6", "BridgeId": "b1", "Duration": "00:00:01"} for row in (ALA, JAN)
        ]
        exchange.hang_up()
        until(lambda: exchange.asked.count("CoreShowChannels") == 2 and exchange.lines)
        exchange.tell("Hangup", **ALA)
        until(lambda: Call.objects.filter(state="talked").exists())

    assert Call.objects.count() == 1 and CallEvent.objects.count() == 3


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"user": "nobody"}, "check the user and the secret"),
        ({"port": 1}, "Nobody answers"),
        ({"host": "169.254.169.254"}, "cannot be the address of an exchange"),
    ],
)
def test_a_line_that_cannot_be_listened_to_says_why(
    desk: Desk, exchange: Asterisk, fault: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.network.is_near", lambda _host: True)
    with Listener(line_to(desk, exchange, **fault)):
        until(lambda: Line.objects.filter(wrong__contains=said).exists())

    assert Line.objects.get().deaf_since is not None


def test_who_says_something_else_or_nothing_is_no_exchange(
    desk: Desk, exchange: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "SECONDS", 0.3)
    exchange.banner = b"220 mail.example.com ESMTP\r\n"
    with Listener(line_to(desk, exchange)):
        until(lambda: Line.objects.filter(wrong__contains="no manager interface").exists())
        exchange.banner, exchange.is_dumb = b"Asterisk Call Manager/7.0.3\r\n", True
        until(lambda: Line.objects.filter(wrong__contains="no answer").exists())


def test_a_line_that_has_gone_dumb_is_asked_and_dialled_again(
    desk: Desk, exchange: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "QUIET", 0.2)
    monkeypatch.setattr(client, "SECONDS", 0.3)
    with Listener(line_to(desk, exchange)):
        until(lambda: "Ping" in exchange.asked)
        exchange.is_dumb = True
        until(lambda: Line.objects.filter(wrong__contains="no answer").exists())
        exchange.is_dumb = False
        until(is_heard)


def test_under_tls_only_a_certificate_that_is_good_is_believed(desk: Desk, mailboxes: Any) -> None:
    with served.manager(mailboxes.certificate, mailboxes.key) as exchange:
        line = line_to(desk, exchange, host="localhost", security="tls")
        with Listener(line):
            until(lambda: Line.objects.filter(wrong__contains="CERTIFICATE_VERIFY_FAILED").exists())
            outward.authorities().load_verify_locations(mailboxes.certificate)
            until(is_heard)
    outward.authorities.cache_clear()


def test_while_the_database_is_away_nothing_that_was_told_is_lost(
    desk: Desk, exchange: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults, keep = [OperationalError("away")] * 2, door.keep

    def kept(*told: Any) -> None:
        if faults:
            raise faults.pop()
        keep(*told)

    monkeypatch.setattr(door, "keep", kept)
    with Listener(line_to(desk, exchange)):
        until(is_heard)
        exchange.tell("Newchannel", **ALA)
        exchange.tell("Hangup", **ALA)
        until(lambda: Call.objects.filter(state="missed").exists())


def test_a_database_that_is_away_closes_no_line_and_what_is_lost_all_the_same_is_owed(
    desk: Desk, exchange: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    listening = watch.Listening(line_to(desk, exchange), threading.Event())
    faults, heard = [OperationalError("away")] * 2, deaf.heard

    def away(*told: Any, **more: Any) -> Any:
        if faults:
            raise faults.pop()
        return heard(*told, **more)

    monkeypatch.setattr(deaf, "heard", away)
    monkeypatch.setattr(listening.stop, "wait", lambda _seconds: False)
    listening._listed({"event": "CoreShowChannelsComplete"}, [], now())
    assert listening.heard and is_heard()

    listening.noted_at -= watch.NOTE_EVERY
    with monkeypatch.context() as broken:
        broken.setattr("django.db.models.QuerySet.update", away)
        faults.append(OperationalError("away"))
        assert listening._is_still_ours()
    assert not Owed.objects.exists()
    deaf.unheard(listening.line.pk, "ValueError", now(), lost=True)
    assert Owed.objects.get().kind == "action"


def test_a_line_that_was_deaf_is_owed_one_look_which_only_a_person_pays(
    desk: Desk, exchange: Asterisk
) -> None:
    line, at = line_to(desk, exchange), now()
    deaf.heard(line.pk, at)
    deaf.unheard(line.pk, "Nobody answers", at + timedelta(minutes=1))
    assert not Owed.objects.exists()

    for minute in (10, 11, 30):
        deaf.unheard(line.pk, "Nobody answers", at + timedelta(minutes=minute))
    debt = Owed.objects.get()
    assert (debt.kind, debt.state, debt.opened_at) == ("action", "open", at)
    with pytest.raises(Refused, match="still not connected"):
        deaf.settle(line.pk, desk.lead, "Mended.", at, mended=True)

    assert deaf.heard(line.pk, at + timedelta(minutes=40)) == at
    assert Owed.objects.get().state == "open"  # nobody has looked for the calls that were lost
    deaf.settle(line.pk, desk.lead, "Two calls written down.", at + timedelta(hours=1), mended=True)
    assert Owed.objects.get().state == "paid"
    assert Entry.objects.get(kind="paid").by == f"person:{desk.lead.pk}"
    check_the_books()


@pytest.mark.parametrize(("minutes", "owed"), [(1, 0), (3, 1)])
def test_a_worker_that_was_away_leaves_a_gap_too(
    desk: Desk, exchange: Asterisk, minutes: int, owed: int
) -> None:
    line, at = line_to(desk, exchange), now()
    deaf.heard(line.pk, at)
    for _ in range(2):
        deaf.heard(line.pk, at + timedelta(minutes=minutes))

    assert Owed.objects.count() == owed


def test_an_administrator_sets_it_up_and_is_told_how_it_fares(desk: Desk, exchange: Asterisk) -> None:
    browser = Browser()
    browser.force_login(Person.objects.get(email="boss@example.com"))
    form = {
        "name": "Hotline", "slug": "hotline", "kind": "asterisk", "number": "+48221234567", "active": "on",
        "team": desk.team.pk, "account": desk.account.pk, "secret": SECRET, "user": USER, "trunks": TRUNK,
    }  # fmt: skip
    assert b"cannot listen" in browser.post(reverse("line-new"), form).content
    assert (
        browser.post(reverse("line-new"), {**form, "host": "pbx.lan", "security": "tls"}).status_code == 302
    )

    line = Line.objects.get()
    at = watch.exchange_of(line)
    assert (at.host, at.port, at.security, at.secret) == ("pbx.lan", 5039, "tls", SECRET)
    deaf.unheard(line.pk, "Nobody answers at pbx.lan:5039", now() - timedelta(hours=1))
    deaf.unheard(line.pk, "Nobody answers at pbx.lan:5039", now())
    assert b"Nobody answers at pbx.lan" in browser.get(reverse("lines")).content
    assert b'odzew_line_heard{line="hotline"} 0' in browser.get("/metrics").content
    assert b"call list" in browser.get(reverse("line", args=[line.pk])).content
    browser.post(reverse("line-settle", args=[line.pk]), {"how": "left", "said": "It is a test."})
    assert Owed.objects.get().state == "waived"
    browser.post(reverse("line", args=[line.pk]), {**form, "host": "pbx.lan", "active": ""})
    assert deaf.heard(line.pk, now()) is None  # while it was not in use nobody was to hear it


@pytest.mark.parametrize(
    "changed", [{"host": "elsewhere.example"}, {"port": "5040"}, {"security": "none"}, {"user": "other"}]
)
def test_the_kept_secret_goes_to_no_other_server_and_not_in_the_clear(
    desk: Desk, changed: dict[str, str]
) -> None:
    at = {"host": "pbx.lan", "port": 5039, "security": "tls", "user": USER, "trunks": TRUNK}
    line = connect(desk, Line.Kind.ASTERISK, SECRET, exchange=at)
    browser = Browser()
    browser.force_login(Person.objects.get(email="boss@example.com"))
    form = {
        "name": "Hotline", "slug": "hotline", "kind": "asterisk", "number": "+48221234567", "active": "on",
        "team": desk.team.pk, "account": desk.account.pk, **at,
    }  # fmt: skip
    address = reverse("line", args=[line.pk])

    refused = browser.post(address, {**form, **changed})

    assert refused.status_code == 422 and b"Enter the secret again" in refused.content
    line.refresh_from_db()
    assert line.exchange == at
    assert browser.post(address, {**form, "trunks": "PJSIP/other"}).status_code == 302
    assert browser.post(address, {**form, **changed, "secret": SECRET}).status_code == 302
