"""WhatsApp: signed calls are owed once, delivery pays, and after 24 hours only approved words go."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, connections, transaction
from django.test import Client

from odzew.channels import registry
from odzew.channels.models import Account, Handed
from odzew.channels.whatsapp import api as cloud, inbound
from odzew.conversations import window
from odzew.conversations.alike import Alike
from odzew.conversations.models import Attachment, Conversation, Message
from odzew.conversations.outbound import Upload
from odzew.customers.models import Identity
from odzew.domain.obligation import Refused
from odzew.intake import media, proof, told, well
from odzew.intake.models import Raw
from odzew.ledger import reports
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.outbox import deliver
from odzew.staff.models import AccountTeam, Person
from tests.features import lines, messengers
from tests.features.letters import MONDAY, Desk, open_desk
from tests.features.messengers import Running, reply, send_all, signed_in
from tests.servers.mailboxes import Mailboxes
from tests.servers.whatsapp import BUSINESS, NUMBER, SECRET, TOKEN, WhatsApp, cloud_api, fault_of, signature

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
JAN = {"name": {"formatted_name": "Jan"}, "phones": [{"phone": "1"}]}
LONG = "A line of words.\n\n" * 500
BLOCKED = {"errors": [{"code": 131026, "title": "Message undeliverable"}]}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY + 120 * MINUTE, tick=False) as travelling:
        yield travelling


@pytest.fixture
def desk() -> Iterator[Desk]:
    yield open_desk()
    assert [*reports.findings(), *proof.findings()] == []


@pytest.fixture(scope="module")
def running(mailboxes: Mailboxes) -> Iterator[Running]:
    yield from messengers.lent(cloud_api, mailboxes)


@pytest.fixture
def api(running: Running, settings: Any, monkeypatch: pytest.MonkeyPatch) -> WhatsApp:
    server: WhatsApp = messengers.anew(running, settings, monkeypatch)
    settings.WHATSAPP_API = server.url
    return server


@pytest.fixture
def line(desk: Desk, api: WhatsApp) -> Account:
    said = {"number": NUMBER, "business": BUSINESS, "asks": False, "receipts": False}
    account = Account(channel="whatsapp", name="Kites", created_at=MONDAY, settings=said)
    account.secrets = {"token": TOKEN, "app_secret": SECRET}
    registry.connect(account, "")
    account.save()
    AccountTeam.objects.create(account=account, team=desk.team)
    return account


def bring(line: Account, body: bytes, signed: str | None = None) -> int:
    """Let WhatsApp bring something, and return what it is answered."""
    headers = {"X-Hub-Signature-256": signature(body) if signed is None else signed}
    path = f"/hooks/whatsapp/{line.settings['hook']}"
    return Client().post(path, body, content_type="application/json", headers=headers).status_code


def heard(desk: Desk, line: Account, *bodies: bytes) -> None:
    for body in bodies:
        assert bring(line, body) == 200
    desk.work()


def state(message: Message) -> tuple[str, str]:
    """Return where a message is, and how the debt stands."""
    return Message.objects.get(pk=message.pk).state, Owed.objects.get(kind="answer").state


@pytest.fixture
def answer(desk: Desk, line: Account, api: WhatsApp) -> Message:
    """An answer that WhatsApp has taken."""
    heard(desk, line, api.message("Where is my kite?"))
    made = reply(desk)
    send_all()
    return made


def test_what_a_customer_writes_is_owed_once_to_his_number(desk: Desk, line: Account, api: WhatsApp) -> None:
    second, first = api.message("And when?", at=1794819700), api.message("Where is my kite?")

    heard(desk, line, second, first, second, first)

    rows = Message.objects.filter(direction="inbound").order_by("at")
    assert list(rows.values_list("text", flat=True)) == ["Where is my kite?", "And when?"]
    identity = Identity.objects.get()
    assert (identity.kind, identity.value, identity.proof) == ("whatsapp", "+48600100200", "provider")
    assert identity.display == "+48 600 100 200" and identity.customer.name == "Ala Nowak"
    assert Conversation.objects.count() == 1 and Owed.objects.get().state == "open"


@pytest.mark.parametrize("how", ["forged", "unsigned", "cut", "changed"])
def test_what_is_not_signed_whole_is_not_kept(desk: Desk, line: Account, api: WhatsApp, how: str) -> None:
    body = api.message("Hello")
    tries = {
        "forged": (body, signature(body, "a guess")),
        "unsigned": (body, ""),
        "cut": (body[:-9], signature(body)),
        "changed": (body.replace(b"Hello", b"Hullo"), signature(body)),
    }

    assert bring(line, *tries[how]) == 401
    assert bring(line, b"{", signature(b"{")) == 400
    assert not Raw.objects.exists()


@pytest.fixture
def other(desk: Desk) -> Account:
    """A number of another app."""
    said = {"number": "999", "hook": "other"}
    account = Account(channel="whatsapp", address="+48221002039", created_at=MONDAY, settings=said)
    account.secrets = {"app_secret": "of another app"}
    account.save()
    return account


def test_the_secret_of_one_app_speaks_for_its_own_numbers_only(
    desk: Desk, line: Account, api: WhatsApp, other: Account
) -> None:
    body = api.message("I am somebody else.")
    assert bring(other, body, signature(body, "of another app")) == 401 and not Raw.objects.exists()

    other.secrets = {"app_secret": SECRET}
    other.save()
    assert bring(other, body) == 200 and Raw.objects.get().account == line


def test_a_number_of_another_app_tells_nothing_of_our_messages(
    desk: Desk, line: Account, api: WhatsApp, other: Account, answer: Message
) -> None:
    body = api.status("delivered").replace(NUMBER.encode(), b"999")

    assert bring(other, body, signature(body, "of another app")) == 200
    desk.work()

    assert Raw.objects.latest("pk").state == "told" and state(answer) == ("passed", "open")


def test_the_address_is_proven_by_the_word_that_was_agreed(desk: Desk, line: Account) -> None:
    path, agreed = f"/hooks/whatsapp/{line.settings['hook']}", line.secrets["verify"]
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": agreed}

    assert Client().get(path, asked).content == b"1158201444"
    assert Client().get(path, asked | {"hub.verify_token": "guess"}).status_code == 401


def test_all_that_can_be_sent_comes_through(desk: Desk, line: Account, api: WhatsApp) -> None:
    api.files["m1"] = b"JPEG"
    heard(
        desk, line,
        api.message(type="image", image={"id": "m1", "mime_type": "image/jpeg", "caption": "Broken"}),
        api.message(type="location", location={"latitude": 52.23, "longitude": 21.01, "name": "Home"}),
        api.message(type="contacts", contacts=[JAN]),
        api.message(type="button", button={"text": "Yes"}),
        api.message(type="reaction", reaction={"emoji": "👍", "message_id": "wamid.1"}),
        api.message(type="unsupported", errors=[{"code": 131051}]),
        api.call({"messages": [{"from": "1", "id": "wamid.x", "type": "text"}]}, number="999"),
    )  # fmt: skip
    while media.step(now()):
        pass

    rows = Message.objects.filter(direction="inbound").order_by("at")
    texts = ["Broken", "📍 Home 52.230000, 21.010000", "👤 Jan 1", "Yes", "👍", ""]
    assert list(rows.values_list("text", flat=True)) == texts
    assert [row.automatic for row in rows] == ["", "", "", "", "reaction", ""] and rows[5].notes
    assert bytes(Attachment.objects.get().blob.content) == b"JPEG"
    assert Raw.objects.get(transport_key="wamid.x").state == "discarded"


def test_taken_by_the_api_it_pays_nothing_and_delivered_it_pays(
    desk: Desk, line: Account, api: WhatsApp, answer: Message
) -> None:
    assert state(answer) == ("passed", "open")
    heard(desk, line, api.status("sent"))
    assert state(answer) == ("passed", "open")

    heard(desk, line, api.status("read"), api.status("delivered"), api.status("delivered"))

    assert state(answer) == ("sent", "paid")
    part = Handed.objects.get()
    assert part.read_at and part.delivered_at and set(Raw.objects.values_list("state", flat=True)) == {
        "accepted", "told",
    }  # fmt: skip
    page = signed_in(desk.agent).get(f"/conversations/{answer.conversation_id}/").content.decode()
    assert "read today" in page


def test_a_message_in_parts_pays_when_all_have_arrived(desk: Desk, line: Account, api: WhatsApp) -> None:
    heard(desk, line, api.message("Where is my kite?"))
    bill = Upload(filename="bill.pdf", content_type="application/pdf", content=b"%PDF")
    answer = reply(desk, LONG, uploads=[bill])
    send_all()

    assert len(api.sent) == 4 and api.uploads[0]["file"] == ("bill.pdf", b"%PDF")
    assert api.sent[3]["document"] == {"id": "media-1", "filename": "bill.pdf"}
    for number in range(4):
        assert state(answer) == ("passed", "open")
        heard(desk, line, api.status("delivered", number))
    assert state(answer) == ("sent", "paid")


def test_what_is_told_of_one_part_while_the_next_is_refused_loses_none(
    desk: Desk, line: Account, api: WhatsApp, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard(desk, line, api.message("Where is my kite?"))
    answer = reply(desk, LONG)
    call = cloud.call

    def told_at_once(*given: Any) -> Any:
        said = call(*given)
        heard(desk, line, api.status("sent"))
        api.faults += [fault_of(429, 130429, "Rate limit hit")] if len(api.sent) == 1 else []
        return said

    monkeypatch.setattr(cloud, "call", told_at_once)
    send_all()
    assert state(answer) == ("queued", "open") and len(api.sent) == 1
    clock.shift(MINUTE)
    send_all()

    assert state(answer) == ("passed", "open") and len(api.sent) == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_two_parts_that_arrive_at_once_pay(desk: Desk, line: Account, api: WhatsApp) -> None:
    heard(desk, line, api.message("Where is my kite?"))
    answer = reply(desk, LONG[:5000])
    send_all()
    assert [bring(line, api.status("delivered", number)) for number in (0, 1)] == [200, 200]
    first, second = Raw.objects.filter(state="kept").order_by("pk")

    def take(raw: Raw) -> None:
        try:
            told.set_aside([(raw, inbound.read(bytes(raw.content), raw.envelope))], now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            told.set_aside([(first, inbound.read(bytes(first.content), first.envelope))], now())
            other_part = other.submit(take, second)
            wait([other_part], timeout=0.3)
        other_part.result(timeout=20)

    assert state(answer) == ("sent", "paid")


@pytest.mark.parametrize("before", [[], ["delivered"]], ids=["taken", "delivered"])
def test_what_failed_is_owed_again_with_its_old_moment(
    desk: Desk, line: Account, api: WhatsApp, answer: Message, before: list[str]
) -> None:
    first = Owed.objects.get().due_at
    heard(desk, line, *(api.status(what) for what in before))

    heard(
        desk, line, api.status("failed", **BLOCKED), api.status("failed", **BLOCKED), api.status("delivered")
    )

    assert state(answer) == ("bounced", "open") and Owed.objects.get().due_at == first
    assert "131026 Message undeliverable" in Message.objects.get(pk=answer.pk).server_said


@pytest.mark.parametrize(
    ("fault", "where"),
    [
        (fault_of(400, 131047, "Re-engagement message"), "failed"),
        (fault_of(400, 100, "Invalid parameter"), "failed"),
        (fault_of(429, 130429, "Rate limit hit"), "queued"),
        (fault_of(400, 131056, "Pair rate limit hit"), "queued"),
        (fault_of(401, 190, "Access token has expired"), "queued"),
        (fault_of(500, 131000, "Something went wrong"), "queued"),
        (None, "in_doubt"),
    ],
    ids=["window", "parameter", "rate", "pair rate", "token", "their fault", "silence"],
)
def test_what_was_not_taken_pays_nothing(
    desk: Desk, line: Account, api: WhatsApp, fault: Any, where: str
) -> None:
    heard(desk, line, api.message("Where is my kite?"))
    answer = reply(desk)
    api.faults.append(fault)

    deliver.step()

    assert state(answer) == (where, "open")


def test_a_status_settles_what_was_in_doubt(desk: Desk, line: Account, api: WhatsApp) -> None:
    heard(desk, line, api.message("Where is my kite?"))
    answer = reply(desk)
    api.faults.append(None)
    send_all()
    assert state(answer) == ("in_doubt", "open")
    api.sent.append({"id": "wamid.lost", "to": "48600100200"})
    api.sent[-1]["biz_opaque_callback_data"] = f"0/1/{answer.message_id}"

    heard(desk, line, api.status("delivered"))

    assert state(answer) == ("sent", "paid")


def test_after_a_day_only_an_approved_template_goes(
    desk: Desk, line: Account, api: WhatsApp, clock: time_machine.Traveller
) -> None:
    heard(desk, line, api.message("Where is my kite?"))
    talk = Conversation.objects.get()
    assert window.closes(talk) == MONDAY + DAY + timedelta(seconds=1)
    well.look(line, now())
    clock.shift(DAY)

    with pytest.raises(Refused, match="within 24 hours"):
        reply(desk)
    agent = signed_in(desk.agent)
    page = agent.get(f"/conversations/{talk.pk}/").content.decode()
    assert "parcel_left" in page and "with_picture" not in page and 'value="0/parcel_left"' in page
    said = {"purpose": "answer", "pays": Owed.objects.get().pk, "template": "0/parcel_left", "seen": ""}
    refused = agent.post(f"/conversations/{talk.pk}/reply", {**said, "place-0": ["Ala", ""]})
    assert refused.status_code == 409 and "Fill every place" in refused.content.decode()
    assert (
        agent.post(f"/conversations/{talk.pk}/reply", {**said, "place-0": ["Ala", "17"]}).status_code == 302
    )
    send_all()

    [sent] = api.sent
    values = [{"type": "text", "text": "Ala"}, {"type": "text", "text": "17"}]
    assert sent["template"] == {
        "name": "parcel_left", "language": {"code": "en_US"},
        "components": [{"type": "body", "parameters": values}],
    }  # fmt: skip
    assert Message.objects.get(direction="outbound").text == "Good news Ala! Your order 17 is on its way."


def test_an_administrator_connects_a_number(desk: Desk, api: WhatsApp) -> None:
    boss = signed_in(Person.objects.get(email="boss@example.com"))
    said = {
        "team": desk.team.pk,
        "active": "on",
        "number": NUMBER,
        "business": BUSINESS,
        "app_secret": SECRET,
    }

    wrong = boss.post("/messengers/whatsapp", {**said, "token": "old"})
    assert wrong.status_code == 422 and "look at the token" in wrong.content.decode()
    right = boss.post("/messengers/whatsapp", {**said, "token": TOKEN, "test": "1"}).content.decode()

    line = Account.objects.get(channel="whatsapp")
    assert line.address == "+48221002030" and api.subscribed and SECRET not in line.sealed
    assert f"/hooks/whatsapp/{line.settings['hook']}" in right and line.secrets["verify"] in right
    assert "It is +48 22 100 20 30, Kites." in right and "1 is approved." in right


def test_who_calls_from_the_number_he_writes_from_is_proposed_as_one_and_not_joined(
    desk: Desk, line: Account, api: WhatsApp
) -> None:
    lines.connect(desk)
    call = lines.missed(number="+48600100200")
    heard(desk, line, api.message("Why does nobody pick up?", sender="48600100200"))

    pair = Alike.objects.undecided().get()

    written = Identity.objects.get(kind="whatsapp").customer
    assert {pair.one, pair.other} == {call.customer, written} and call.customer != written
