"""The desk tries its doors: what does not come out is an alarm and a debt, what does leaves nothing (F5)."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from odzew.channels.models import Account
from odzew.conversations.models import Conversation, Message
from odzew.customers.models import Customer
from odzew.demo.post_office import PostOffice
from odzew.domain import journal
from odzew.domain.obligation import Refused
from odzew.intake.models import Raw
from odzew.ledger import story  # noqa: F401
from odzew.ledger.models import Entry, Owed
from odzew.probes import judge, plan, send, settle
from odzew.probes.models import Outage, Probe
from odzew.staff.models import Person, Role
from tests.features import factory, webform
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
AN_HOUR = timedelta(hours=1)
State = Probe.State


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    """A real mail server that keeps what the desk sends as files."""
    post = PostOffice(tmp_path)
    post.open()
    yield post
    post.stop()


@pytest.fixture
def desk(office: PostOffice, clock: time_machine.Traveller) -> Desk:
    made = open_desk()
    server = {"host": "127.0.0.1", "port": office.port, "security": "none"}
    made.account.settings = {"smtp": server, "probe": {"on": True, "minutes": 60}}
    made.account.save()
    made.clock = MONDAY
    return made


def sent(office: PostOffice) -> bytes:
    """Send what is due, and return the letter that went."""
    send.Sender().step()
    [path] = office.folder.iterdir()
    content = path.read_bytes()
    path.unlink()
    return content


def lost(clock: time_machine.Traveller, office: PostOffice) -> bytes:
    """Let a probe go and not come out."""
    content = sent(office)
    clock.shift(plan.PATIENCE)
    judge.step(moment())
    return content


def moment() -> datetime:
    from odzew.lib.clock import now

    return now()


def come(desk: Desk, content: bytes) -> Message | None:
    return desk.deliver(content, sender="shop@example.com", peer="127.0.0.1")


def boss() -> Person:
    return Person.objects.get(role=Role.ADMINISTRATOR)


def test_a_probe_comes_out_and_leaves_nothing_behind(
    desk: Desk, office: PostOffice, clock: time_machine.Traveller
) -> None:
    content = sent(office)
    clock.shift(7)

    assert come(desk, content) is None

    probe = Probe.objects.get()
    assert (probe.state, probe.arrived_at) == (State.ARRIVED, MONDAY + timedelta(seconds=7))
    assert Raw.objects.get().state == Raw.State.PROBE
    assert not Conversation.objects.exists() and not Message.objects.exists()
    assert not Customer.objects.exists() and not Entry.objects.exists()
    assert factory.findings() == []


def test_a_probe_goes_once_a_moment_however_many_workers_there_are(
    desk: Desk, office: PostOffice, clock: time_machine.Traveller
) -> None:
    send.ask_due(moment())
    send.ask_due(moment())
    [stale] = Probe.objects.all()
    content = sent(office)

    assert not send.Sender()._send(stale)  # another worker had read the row before it was sent
    assert send.Sender().step() == 0
    come(desk, content)
    clock.shift(AN_HOUR)
    assert [send.Sender().step() for _ in range(2)] == [1, 0]
    assert Probe.objects.count() == 2


def test_a_lost_probe_is_one_alarm_and_one_debt_of_an_administrator(
    desk: Desk, office: PostOffice, clock: time_machine.Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    lost(clock, office)
    clock.shift(AN_HOUR)
    lost(clock, office)

    outage, debt = Outage.objects.get(), Owed.objects.get()
    assert (outage.since, outage.debt) == (MONDAY, debt.pk)
    assert (debt.kind, debt.owner, debt.customer) == ("action", boss(), None)
    assert (debt.opened_at, debt.due_at) == (MONDAY, MONDAY + plan.PATIENCE + AN_HOUR)
    assert "shop@example.com" in debt.text
    assert "door=shop@example.com channel=email state=lost" in caplog.text
    assert factory.findings() == []


def test_the_debt_is_paid_when_a_probe_comes_through_again(
    desk: Desk, office: PostOffice, clock: time_machine.Traveller
) -> None:
    lost(clock, office)
    clock.shift(AN_HOUR)
    content = sent(office)

    come(desk, content)

    paid = Entry.objects.latest("seq")
    assert (paid.kind, paid.by) == ("paid", "desk")
    assert Outage.objects.get().ended_at == MONDAY + plan.PATIENCE + AN_HOUR
    assert Owed.objects.get().state == "paid"
    assert factory.findings() == []


def test_what_comes_too_late_is_ours_still_and_ends_no_outage(
    desk: Desk, office: PostOffice, clock: time_machine.Traveller
) -> None:
    content = lost(clock, office)
    clock.shift(20 * MINUTE)

    assert come(desk, content) is None

    probe = Probe.objects.get()
    assert (probe.state, probe.arrived_at) == (State.LOST, MONDAY + 30 * MINUTE)
    assert Outage.objects.get().ended_at is None
    assert Owed.objects.get().state == "open"


def test_who_says_that_it_is_mended_is_believed_until_the_next_probe_is_lost(
    desk: Desk, office: PostOffice, clock: time_machine.Traveller
) -> None:
    lost(clock, office)
    settle.settle(Outage.objects.get(), boss(), "The provider changed the password.", moment(), mended=True)
    assert Owed.objects.get().state == "paid"

    clock.shift(AN_HOUR)
    lost(clock, office)

    assert [entry.kind for entry in Entry.objects.order_by("seq")] == ["opened", "paid", "reopened"]
    assert Owed.objects.get().opened_at == MONDAY
    assert factory.findings() == []


def test_who_lets_it_be_with_a_reason_is_not_asked_again(
    desk: Desk, office: PostOffice, clock: time_machine.Traveller
) -> None:
    lost(clock, office)
    outage = Outage.objects.get()
    with pytest.raises(Refused, match="Say what was done"):
        settle.settle(outage, boss(), " ", moment(), mended=False)
    with pytest.raises(Refused, match="Only who owes it"):
        settle.settle(outage, desk.agent, "I do not care.", moment(), mended=False)
    settle.settle(outage, boss(), "Closed for the winter.", moment(), mended=False)

    clock.shift(AN_HOUR)
    lost(clock, office)

    assert Owed.objects.get().state == "waived"
    assert Outage.objects.get().ended_at is None


def test_a_crash_while_it_is_sent_is_an_alarm_and_never_a_second_probe(
    desk: Desk, office: PostOffice, clock: time_machine.Traveller
) -> None:
    send.ask_due(moment())
    send._claimed(Probe.objects.get(), moment())  # and the worker dies here

    assert send.Sender().step() == 0
    clock.shift(plan.PATIENCE)
    judge.step(moment())

    assert Probe.objects.get().state == State.LOST
    assert Outage.objects.count() == Owed.objects.count() == 1


def test_a_server_that_is_away_is_tried_again_and_then_it_is_an_alarm_that_says_why(
    desk: Desk, office: PostOffice, clock: time_machine.Traveller
) -> None:
    desk.account.settings["smtp"]["port"] = 1
    desk.account.save()
    assert [send.Sender().step() for _ in range(2)] == [1, 0]
    assert Probe.objects.get().state == State.ASKED

    clock.shift(MINUTE)
    assert send.Sender().step() == 1
    clock.shift(plan.PATIENCE)
    judge.step(moment())

    assert "Nobody answers at 127.0.0.1:1" in Outage.objects.get().said


def test_a_door_that_is_closed_by_its_owner_is_no_outage(
    desk: Desk, office: PostOffice, clock: time_machine.Traveller
) -> None:
    sent(office)
    Account.objects.update(active=False)
    clock.shift(plan.PATIENCE)

    assert judge.step(moment()) == 1
    assert not Outage.objects.exists() and not Owed.objects.exists()


def test_a_report_that_a_probe_could_not_be_delivered_is_an_alarm_at_once(
    desk: Desk, office: PostOffice, clock: time_machine.Traveller
) -> None:
    found = re.search(rb"Message-ID: (<.*>)", sent(office))
    assert found

    shown = come(desk, _report(found[1].decode()))

    assert shown is None and not Conversation.objects.exists()
    assert "mailbox full" in Outage.objects.get().said


def _report(about: str) -> bytes:
    return (
        "From: mailer-daemon@mx.example\r\nTo: shop@example.com\r\nSubject: Undelivered\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt did not go.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; shop@example.com\r\nAction: failed\r\nStatus: 5.2.2\r\n"
        "Diagnostic-Code: smtp; 552 mailbox full\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {about}\r\nSubject: x\r\n\r\n\r\n--b--\r\n"
    ).encode()


def _subject(content: bytes) -> str:
    found = re.search(rb"Subject: (.*)\r\n", content)
    assert found
    return found[1].decode()


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said[:-1] + ("a" if said[-1] != "a" else "b"),
        lambda said: re.sub(r"\d+", "999", said, count=1),
        lambda said: said.rpartition("-")[0],
    ],
    ids=["forged", "unknown", "cut"],
)
def test_what_only_looks_like_a_probe_is_a_customers_mail(
    desk: Desk, office: PostOffice, change: object
) -> None:
    subject = change(_subject(sent(office)))  # type: ignore[operator]

    message = desk.deliver(letter("Where is my parcel?", subject=subject))

    assert message is not None
    assert Owed.objects.get().conversation == message.conversation_id
    assert Probe.objects.get().state == State.WAITING


def test_whoever_sees_a_probe_cannot_hide_a_mail_behind_its_sign(
    desk: Desk, office: PostOffice, clock: time_machine.Traveller
) -> None:
    content = sent(office)
    come(desk, content)

    again = desk.deliver(content, sender="other@example.org")  # a copy that came round another way
    hidden = desk.deliver(letter("Where is my parcel?", subject=_subject(content)))

    assert again is None and hidden is not None
    assert Owed.objects.get().conversation == hidden.conversation_id


def test_a_probe_of_last_week_is_a_mail_like_others(
    desk: Desk, office: PostOffice, clock: time_machine.Traveller
) -> None:
    content = sent(office)
    clock.shift(timedelta(days=8))

    assert come(desk, content) is not None
    assert Owed.objects.filter(kind="answer").count() == 1


def test_the_desk_pays_by_its_own_proof_only_what_no_customer_is_owed() -> None:
    told = {"at": MONDAY, "by": "desk", "obligation": 1}
    opened = {"what": "action", "conversation": None, "owner": 1, "team": 1, "since": MONDAY, "due": MONDAY}
    own, hers = (journal.apply(None, journal.Opened(**told, **opened, customer=who)) for who in (None, 7))

    assert journal.apply(own, journal.Paid(**told, reason="It came through.")).state == "paid"
    for debt, reason in ((hers, "It came through."), (own, " ")):
        with pytest.raises(Refused, match="Only a person's answer"):
            journal.apply(debt, journal.Paid(**told, reason=reason))


@pytest.mark.django_db(transaction=True)
def test_a_probe_fills_in_a_web_form_as_a_visitor_would(live_server, settings, clock) -> None:  # type: ignore[no-untyped-def]
    settings.SITE_URL = live_server.url
    desk = open_desk()
    form = webform.make(desk, probe={"on": True, "minutes": 60})

    send.Sender(pause=0).step()
    desk.work()

    probe = Probe.objects.get(account=form)
    assert (probe.state, probe.said) == (State.ARRIVED, "")
    assert not Conversation.objects.exists()

    form.active = False
    form.save()
    send.ask(form, MONDAY + MINUTE, MONDAY)
    send.Sender(pause=0).step()
    assert "does not take what is filled in: 404" in Probe.objects.latest("pk").said


def test_the_screen_shows_the_round_trip_and_the_outage_and_takes_what_was_done(
    desk: Desk, office: PostOffice, clock: time_machine.Traveller, client: Client
) -> None:
    client.force_login(boss())
    content = sent(office)
    clock.shift(7)
    come(desk, content)
    assert "the probe came out after 7\N{NO-BREAK SPACE}s" in client.get("/mailboxes/").content.decode()

    clock.shift(AN_HOUR)
    lost(clock, office)
    shown = client.get("/mailboxes/").content.decode()
    assert "Doors that let nothing in" in shown and "It is mended" in shown
    assert (
        'odzew_door_open{door="shop@example.com",channel="email"} 0'
        in client.get("/metrics").content.decode()
    )
    assert "Mend this door" in client.get("/").content.decode()
    assert client.get("/reports/").status_code == client.get("/customers/").status_code == 200

    client.post(f"/doors/{desk.account.pk}/mend", {"said": "New password", "how": "mended"})
    assert Owed.objects.get().state == "paid"
    client.post(f"/doors/{desk.account.pk}/try")
    assert Probe.objects.under_way().count() == 1
    client.post(f"/doors/{desk.account.pk}/try")
    assert Probe.objects.under_way().count() == 1


def test_an_administrator_says_whether_how_often_and_by_which_way(desk: Desk, client: Client) -> None:
    client.force_login(boss())
    said = {"name": "Shop", "address": "shop@example.com", "team": desk.team.pk, "active": "on"}
    lines = {"imap_security": "tls", "smtp_host": "mx.example", "smtp_security": "tls"}
    tried = {"probe_on": "on", "probe_minutes": "15", "probe_way": "door"}

    assert client.post(f"/mailboxes/{desk.account.pk}/", {**said, **lines, **tried}).status_code == 302

    desk.account.refresh_from_db()
    assert desk.account.settings["probe"] == {"on": True, "minutes": 15, "way": "door"}
    assert plan.of(desk.account) == plan.Plan(on=True, every=timedelta(minutes=15), way="door")
    assert "Not tried yet" in client.get("/mailboxes/").content.decode()


def test_without_a_server_of_its_own_a_mailbox_is_tried_by_the_door_of_the_desk(
    desk: Desk, office: PostOffice, settings: object
) -> None:
    settings.SMTP_PROBE = f"127.0.0.1:{office.port}"  # type: ignore[attr-defined]
    desk.account.settings = {"probe": {"on": True}}
    desk.account.save()

    content = sent(office)

    assert b"From: probe@odzew.localhost" in content
    assert come(desk, content) is None


def test_a_mailbox_that_is_read_by_imap_is_never_tried_past_it(desk: Desk, office: PostOffice) -> None:
    imap = {"host": "imap.example.com"}
    desk.account.settings |= {"imap": imap, "probe": {"on": True, "way": "door"}}
    assert plan.of(desk.account).way == "server"

    desk.account.settings = {"imap": imap, "probe": {"on": True}}
    desk.account.save()

    assert send.Sender().step() == 0
    assert not plan.of(desk.account).on
