"""A chat is a door like any other: kept first, owed an answer, and paid when the visitor has seen it."""

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from odzew.channels import registry
from odzew.channels.base import Outgoing, Receipt
from odzew.channels.models import Account
from odzew.conversations import actions, outbound, replying, uniting
from odzew.conversations.models import Conversation, Message
from odzew.conversations.outbound import Upload
from odzew.conversations.visitor import Visitor
from odzew.customers.models import Customer, Identity
from odzew.intake.models import Raw
from odzew.ledger.models import Owed
from odzew.outbox import deliver
from odzew.portal.chat import news, submit
from tests.features.chat import SHOP, Window, make, signed
from tests.features.factory import findings
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db
# How arriving messages hold visitors, and conversations.
HELD = r'FROM "odzew_visitor"|"stands_for_id"( AS "stands_for")? FROM "odzew_conversation"'
LATER = timedelta(minutes=3, seconds=1)


@pytest.fixture(autouse=True)
def monday() -> Iterator[time_machine.Traveller]:
    cache.clear()
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def desk() -> Desk:
    desk = open_desk(can_send=True)
    make(desk)
    return desk


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Account, Outgoing]]:
    """What the mail server took."""
    sent: list[tuple[Account, Outgoing]] = []

    def send(account: Account, outgoing: Outgoing) -> Receipt:
        sent.append((account, outgoing))
        return Receipt("250 OK")

    ways = registry.sender
    monkeypatch.setattr(registry, "sender", lambda name: send if name == "email" else ways(name))
    return sent


def talk_of(window: Window, desk: Desk, text: str = "Where is my parcel?", **more: Any) -> Conversation:
    assert window.write(text, **more).status_code == 200
    desk.work()
    return Conversation.objects.latest("pk")


def answer(talk: Conversation, desk: Desk, text: str = "It comes tomorrow.", **more: Any) -> Message:
    pays = list(Owed.objects.open().of_conversation(talk.pk).values_list("pk", flat=True))
    return replying.reply(talk, desk.agent, text, MONDAY + timedelta(minutes=1), pays=pays, **more)


def is_owed(talk: Conversation) -> bool:
    return Owed.objects.open().of_conversation(talk.pk).exists()


def test_a_message_is_on_disk_before_the_window_says_so_and_is_then_owed(desk: Desk) -> None:
    window = Window()

    told = json.loads(window.write("Where is my parcel?\nI wait.", once="once-upon").content)

    assert Raw.objects.get().state == Raw.State.KEPT
    assert told["once"] == "once-upon"
    assert told["until"]
    desk.work()
    talk = Conversation.objects.get()
    assert (talk.team, talk.account.channel, talk.subject) == (
        desk.team,
        "chat",
        "Where is my parcel? I wait.",
    )
    assert [(i.kind, i.proof) for i in talk.customer.identities.all()] == [("chat", "none")]
    assert is_owed(talk)
    assert window.texts() == ["Where is my parcel?\nI wait."]
    assert json.loads(window.get("messages").content)["owed"] is True


def test_what_is_sent_again_after_an_outage_is_kept_once(desk: Desk) -> None:
    window = Window()

    for _ in range(3):
        assert window.write("Hello?", once="the-same-one").status_code == 200
        desk.work()

    assert Raw.objects.count() == 1
    assert [one["once"] for one in window.said()] == ["the-same-one"]


def test_a_visitor_has_one_open_conversation_also_when_he_writes_twice_at_once(desk: Desk) -> None:
    window = Window()
    window.write("One.")
    window.write("Two.")
    desk.work()
    window.write("Three.")
    desk.work()

    talk = Conversation.objects.get()
    assert window.texts() == ["One.", "Two.", "Three."]
    assert Owed.objects.open().of_conversation(talk.pk).count() == 1
    assert Customer.objects.count() == 1


def test_what_he_writes_long_after_it_was_closed_begins_anew(
    desk: Desk, monday: time_machine.Traveller
) -> None:
    window = Window()
    talk = talk_of(window, desk)
    answer(talk, desk)
    window.show(*[one["id"] for one in window.said()])
    actions.close(talk, desk.agent, MONDAY + timedelta(hours=1))
    monday.shift(timedelta(hours=2))
    window.write("Thank you!")
    desk.work()
    assert Conversation.objects.get().status == Conversation.Status.OPEN
    Conversation.objects.update(status="closed", closed_at=MONDAY)
    monday.shift(timedelta(days=2))

    assert talk_of(window, desk, "Another thing.").pk != talk.pk
    assert window.texts() == ["Another thing."]


def test_an_answer_pays_when_the_window_has_shown_it_and_not_before(
    desk: Desk, monday: time_machine.Traveller
) -> None:
    window = Window()
    talk = talk_of(window, desk)
    sent = answer(talk, desk)
    monday.shift(timedelta(minutes=1))
    assert deliver.step() == 1

    shown = window.said()[-1]
    assert (shown["text"], shown["who"], shown["shown"]) == ("It comes tomorrow.", "Jan Agent", False)
    assert is_owed(talk)
    assert window.show(sent.pk) == 1
    assert not is_owed(talk)
    assert window.show(sent.pk, sent.pk) == 0, "said twice, it counts once"
    assert window.said()[-1]["shown"] is True
    assert not findings()


def test_nobody_can_acknowledge_read_or_fetch_what_another_visitor_was_told(desk: Desk) -> None:
    hers, his = Window(), Window()
    talk = talk_of(hers, desk)
    talk_of(his, desk, "Something else.")
    file = Upload(filename="bill.pdf", content_type="application/pdf", content=b"%PDF")
    sent = answer(talk, desk, uploads=[file])

    assert his.show(sent.pk) == 0
    assert is_owed(talk)
    assert his.texts() == ["Something else."]
    assert his.get(f"files/{sent.pk}/0").status_code == 404
    found = hers.get(f"files/{sent.pk}/0")
    assert (found.content, found["Content-Disposition"]) == (b"%PDF", "attachment")
    assert Window(secret="short").get("messages").status_code == 401


def test_what_can_still_be_taken_back_and_what_only_the_team_sees_is_not_shown(desk: Desk) -> None:
    window = Window()
    talk = talk_of(window, desk)
    actions.note(talk, desk.agent, "He is difficult.", MONDAY)
    when = replying.later.When(MONDAY + timedelta(minutes=2), is_chosen=False)
    waiting = answer(talk, desk, when=when)

    assert window.texts() == ["Where is my parcel?"]
    assert window.show(waiting.pk) == 0
    assert is_owed(talk)


def test_an_answer_nobody_has_seen_goes_by_mail_and_that_pays(
    desk: Desk, monday: time_machine.Traveller, mails: list[tuple[Account, Outgoing]]
) -> None:
    window = Window()
    talk = talk_of(window, desk)
    sent = answer(talk, desk)
    monday.shift(timedelta(minutes=1))
    deliver.step()
    monday.shift(LATER)
    deliver.step()
    sent.refresh_from_db()
    assert (sent.state, mails) == (Message.State.QUEUED, []), "no address is known, so it waits"
    assert "no mail address" in sent.server_said
    assert is_owed(talk)

    assert window.post("mail", {"mail": "ala@example.org"}).status_code == 200
    monday.shift(timedelta(minutes=6))
    deliver.step()

    ((account, outgoing),) = mails
    assert (account, outgoing.to[0][1]) == (desk.account, "ala@example.org")
    assert outgoing.sender == "shop@example.com"
    assert outgoing.reply_to.startswith(f"shop+{talk.pk}-")
    assert not is_owed(talk)
    assert window.show(sent.pk) == 0, "the window comes second, and changes nothing"
    assert not findings()


def test_a_window_that_is_quicker_keeps_the_mail_back(
    desk: Desk, monday: time_machine.Traveller, mails: list[tuple[Account, Outgoing]]
) -> None:
    window = Window()
    talk = talk_of(window, desk, mail="ala@example.org")
    sent = answer(talk, desk)
    monday.shift(timedelta(minutes=1))
    deliver.step()
    window.show(sent.pk)
    monday.shift(LATER)

    assert deliver.step() == 0
    assert mails == []


def test_a_typed_address_is_a_claim_and_joins_nobody(desk: Desk) -> None:
    desk.deliver(letter("My other matter."))
    ala = Customer.objects.get()

    talk = talk_of(Window(), desk, mail="ala@example.org")

    assert talk.customer != ala
    assert talk.address == "ala@example.org"
    assert Identity.objects.filter(kind="email").count() == 1


def test_a_token_of_the_shop_joins_the_customer_by_itself(desk: Desk) -> None:
    desk.deliver(letter("My other matter."))
    token = signed(MONDAY, email="Ala@example.org", name="Ala")

    talk = talk_of(Window(), desk, token=token)

    assert talk.customer == Customer.objects.get()
    assert Identity.objects.get().proof == "shop"
    assert talk.address == "ala@example.org"
    no_mail = talk_of(Window(), desk, token=signed(MONDAY, sub="18"))
    assert [(i.kind, i.value) for i in no_mail.customer.identities.all()] == [("shop", "shop:18")]


@pytest.mark.parametrize(
    "token",
    [
        signed(MONDAY, secret="the secret of somebody else, as long"),
        signed(MONDAY - timedelta(hours=2)),
        signed(MONDAY, exp=None),
        signed(MONDAY, sub=None),
        signed(MONDAY).rpartition(".")[0] + ".",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIiwiZXhwIjo5OTk5OTk5OTk5fQ.",  # {"alg": "none"}
    ],
    ids=["forged", "ended", "without an end", "of nobody", "unsigned", "alg none"],
)
def test_a_token_that_is_not_good_proves_nothing_and_keeps_nothing(desk: Desk, token: str) -> None:
    response = Window().write(token=token)

    assert (response.status_code, json.loads(response.content)) == (403, {"wrong": "token"})
    assert not Raw.objects.exists()


def test_what_was_said_to_who_is_signed_in_opens_to_nobody_else_with_his_secret(desk: Desk) -> None:
    window = Window()
    talk = talk_of(window, desk, token=signed(MONDAY))
    file = Upload(filename="bill.pdf", content_type="application/pdf", content=b"%PDF")
    sent = answer(talk, desk, uploads=[file])

    for token in ("", signed(MONDAY, sub="18"), signed(MONDAY - timedelta(hours=2))):
        window.token = token
        assert window.get("messages").status_code == 403
        assert window.get(f"files/{sent.pk}/0").status_code == 403
        assert window.post("shown", {"ids": str(sent.pk)}).status_code == 403
        assert window.post("mail", {"mail": "thief@example.org"}).status_code == 403
    assert talk_of(window, desk, "Me again.", token="", mail="thief@example.org") == talk, "nothing is lost"
    assert talk_of(window, desk, "I am another.", token=signed(MONDAY, sub="18")) != talk

    window.token = signed(MONDAY)
    assert window.texts() == ["Where is my parcel?", "Me again.", "It comes tomorrow."]
    assert window.show(sent.pk) == 1
    talk.refresh_from_db()
    assert "thief" not in talk.address + Visitor.objects.get().mail


def test_what_a_visitor_writes_after_he_was_erased_begins_anew(desk: Desk) -> None:
    window = Window()
    talk = talk_of(window, desk)
    Conversation.objects.update(erased_at=MONDAY)

    fresh = talk_of(window, desk, "Hello again.")

    assert (fresh != talk, fresh.points_at) == (True, None)


def test_who_answers_by_mail_goes_on_by_mail_and_the_window_sees_no_more(
    desk: Desk, monday: time_machine.Traveller, mails: list[tuple[Account, Outgoing]]
) -> None:
    window = Window()
    talk = talk_of(window, desk, mail="victim@example.org")
    answer(talk, desk)
    monday.shift(LATER + timedelta(minutes=2))
    deliver.step()
    reply_to = mails[0][1].reply_to
    private = letter("I never asked. My order is 4711.", sender="victim@example.org", to=reply_to)
    monday.shift(timedelta(minutes=2))
    with CaptureQueriesContext(connection) as asked:
        desk.deliver(private, sender="victim@example.org", to=reply_to)
    held = [one["sql"] for one in asked if re.search(HELD, one["sql"])]
    assert ["odzew_visitor" in sql for sql in held[:2]] == [True, False], (
        "in the order of a visitor's message"
    )
    talk.refresh_from_db()
    assert talk.messages.filter(direction="inbound").count() == 2

    sent = answer(talk, desk, "Order 4711 is on its way.")
    assert window.texts() == []
    deliver.step()
    sent.refresh_from_db()
    assert sent.state == Message.State.SENT, "at once, no window is waited for"
    assert talk_of(window, desk, "And mine?").pk != talk.pk


@pytest.mark.parametrize(
    ("origin", "status"),
    [(SHOP, 200), ("", 200), ("http://testserver", 200), ("https://evil.example", 403), ("null", 403)],
)
def test_only_pages_of_the_named_sites_may_ask(desk: Desk, origin: str, status: int) -> None:
    window = Window(origin=origin)

    response = window.write()

    assert response.status_code == status
    assert Raw.objects.exists() == (status == 200)
    assert response.headers.get("Access-Control-Allow-Origin", "") == (origin if status == 200 else "")
    asked = window.client.options("/chat/shop/messages", headers={"Origin": origin} if origin else {})
    assert asked.status_code == (204 if status == 200 else 403)


def test_files_come_along_and_what_is_too_much_is_refused_with_words(desk: Desk) -> None:
    window = Window()
    photo = SimpleUploadedFile("kettle.png", b"\x89PNG", "image/png")

    talk = talk_of(window, desk, "", files=[photo])

    assert talk.subject == "kettle.png"
    file = Message.objects.get().attachments.get()
    raw = Raw.objects.get()
    assert registry.file("chat")(bytes(raw.content), {"index": file.index}) == (b"\x89PNG",)
    for wrong in ({"text": " "}, {"text": "x" * 10_001}, {"text": "x", "once": "../.."}):
        assert window.write(**wrong).status_code == 422
    assert Raw.objects.count() == 1


def test_who_writes_too_often_is_told_to_wait_and_many_new_ones_are_held(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = Window(client=Client(REMOTE_ADDR="8.8.8.8"))
    monkeypatch.setattr(submit, "PER_VISITOR", 2)
    assert [window.write("Hi").status_code for _ in range(3)] == [200, 200, 429]
    monkeypatch.setattr(submit, "NEW_PER_PEER", 1)
    cache.clear()
    for _ in range(2):
        Window(client=Client(REMOTE_ADDR="8.8.8.8")).write("Buy!")
    desk.work()

    held = Raw.objects.get(state=Raw.State.QUARANTINED)
    assert held.error == submit.MANY_NEW
    assert is_owed(Conversation.objects.latest("pk")), "held is owed all the same"


def test_the_stream_tells_of_answers_that_no_window_has_shown(desk: Desk) -> None:
    window = Window()
    talk = talk_of(window, desk)
    key = Visitor.objects.get().key
    assert news.look() == {}
    sent = answer(talk, desk)
    assert news.look() == {key: f"{sent.pk}.1"}
    window.show(sent.pk)
    assert news.look() == {}


@pytest.mark.parametrize("kept", ["chat", "mail"])
def test_what_belongs_to_a_merged_conversation_goes_the_way_of_that_one(
    desk: Desk, mails: list[tuple[Account, Outgoing]], kept: str
) -> None:
    desk.deliver(letter("My other matter."))
    mail = Conversation.objects.get()
    chat = talk_of(Window(), desk, token=signed(MONDAY, email="Ala@example.org"))
    code = outbound.draft(mail, Message.Purpose.CODE, "Your code is 123456.", MONDAY)
    code.save()
    sent = answer(chat, desk)
    first, second = (chat, mail) if kept == "chat" else (mail, chat)
    uniting.unite(first, [second], desk.agent, MONDAY)

    with time_machine.travel(MONDAY + timedelta(minutes=2), tick=False):
        while deliver.step():
            pass

    went = {outgoing.message_id: account for account, outgoing in mails}
    assert went.get(code.message_id) == desk.account and sent.message_id not in went
    assert news.look() == {Visitor.objects.get().key: f"{sent.pk}.1"}


def test_a_chat_that_is_not_in_use_answers_nothing(desk: Desk) -> None:
    Account.objects.filter(channel="chat").update(active=False)

    assert Window().write().status_code == 404
    assert Client().get("/chat/shop/").status_code == 404


def test_a_window_that_comes_as_the_last_one_leaves_still_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting: news.Marks = {}
    gives_back, may_go_on = Event(), Event()
    monkeypatch.setattr(news, "_look", lambda: dict(waiting))
    monkeypatch.setattr(news, "_give_back", lambda: (gives_back.set(), may_go_on.wait(5)))
    monkeypatch.setattr(news, "EVERY", 0.01)

    async def story() -> bytes:
        lines = news.Lines()
        first = lines.listen("key", "")
        await anext(first)
        hearing = asyncio.create_task(anext(first))
        await asyncio.sleep(0)
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)
        await asyncio.to_thread(gives_back.wait, 5)
        second = lines.listen("key", "")
        await anext(second)
        waiting["key"] = "7.1"
        asyncio.get_running_loop().call_soon(may_go_on.set)
        return await asyncio.wait_for(anext(second), 2)

    assert asyncio.run(story()) == b"id: 7.1\nevent: answer\ndata: 1\n\n"
