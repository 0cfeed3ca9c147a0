"""Messages of other systems, orders and the timeline, by the API."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache

from odzew.conversations import tagging
from odzew.conversations.models import Conversation, Message
from odzew.customers.models import Customer
from odzew.ledger import reports
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.orders import door
from odzew.orders.models import Shop
from odzew.staff.models import Person, Team
from tests.features.letters import MONDAY, Desk, letter, open_desk
from tests.features.test_api import Program, problem

pytestmark = pytest.mark.django_db
MAIL = {"direction": "inbound", "mailbox": "shop@example.com", "customer": "Ala@example.org"}


@pytest.fixture(autouse=True)
def noon() -> Any:
    cache.clear()
    with time_machine.travel(MONDAY + timedelta(hours=3), tick=False) as clock:
        yield clock


@pytest.fixture
def desk() -> Desk:
    made = open_desk()
    Shop.objects.create(
        name="Kites", slug="kites", kind="generic", account=made.account, secret=door.sealed("x"),
        created_at=MONDAY,
    )  # fmt: skip
    return made


def hand_in(desk: Desk, key: str = "a-key-of-mine", **more: Any) -> Any:
    return Program(desk.agent).post("/messages", MAIL | {"text": "Where is it?"} | more, key)


def order(desk: Desk, key: str = "a-key-of-mine", **more: Any) -> Any:
    said = {
        "shop": "kites", "key": "17", "number": "A-17", "email": "ala@example.org", "at": now().isoformat(),
        "placed_at": "2026-11-16T08:00:00Z", "paid_at": "2026-11-16T08:05:00Z",
        "items": [{"line": "1", "title": "Ticket"}, {"line": "2", "title": "Kite", "count": 2}],
    }  # fmt: skip
    return Program(desk.agent).post("/orders", said | more, key)


def test_what_another_system_received_is_owed_an_answer_from_its_own_moment(desk: Desk) -> None:
    received = now() - timedelta(hours=2)

    answers = [hand_in(desk, subject="Żółty latawiec", name='Ala "A" Nowak', at=received.isoformat())] * 2
    desk.work()

    assert [answer.status_code for answer in answers] == [201, 201]
    said, debt = Message.objects.get(), Owed.objects.get()
    assert (said.subject, said.from_name, said.text.strip()) == (
        "Żółty latawiec", 'Ala "A" Nowak', "Where is it?",
    )  # fmt: skip
    assert (said.message_id, debt.kind, debt.opened_at) == (
        answers[0].json()["message_id"], "answer", received,
    )  # fmt: skip
    assert reports.findings() == []


def test_handed_in_twice_by_one_key_it_is_kept_once(desk: Desk) -> None:
    program = Program(desk.agent)
    answers = [program.post("/messages", MAIL | {"text": "Where is it?"}) for _time in range(2)]
    desk.work()

    assert answers[0].json() == answers[1].json() and Message.objects.count() == 1


def test_a_machines_message_opens_no_debt(desk: Desk) -> None:
    hand_in(desk, automatic=True)
    desk.work()

    assert Message.objects.get().automatic and not Owed.objects.exists()


def test_what_another_system_sent_stands_in_the_history_and_pays_nothing(desk: Desk) -> None:
    asked = desk.deliver(letter("Where is my parcel?"))
    assert asked

    told = hand_in(
        desk,
        direction="outbound",
        customer="ala@example.org",
        subject="It left",
        in_reply_to=asked.message_id,
    ).json()

    said = Message.objects.get(pk=told["message"])
    assert (said.conversation, said.state, said.author) == (asked.conversation, "sent", None)
    assert Owed.objects.get().state == "open" and reports.findings() == []


def test_a_mail_of_another_system_that_answers_nothing_begins_what_nobody_owes(desk: Desk) -> None:
    told = hand_in(desk, direction="outbound", message_id="<invoice-1@till.example>").json()
    again = hand_in(desk, "another-key", direction="outbound", message_id="<invoice-1@till.example>").json()

    talk = Conversation.objects.get(pk=told["conversation"])
    assert (talk.status, talk.customer.identities.get().value) == ("closed", "ala@example.org")
    assert again["message"] == told["message"] and not Owed.objects.exists()
    # Its identifier can be guessed: who names it without being proven joins nothing (ADR 17).
    forged = letter("Why?", sender="eve@example.org", in_reply_to="<invoice-1@till.example>")
    reply = desk.deliver(forged, sender="eve@example.org")
    assert reply and reply.conversation_id != told["conversation"]


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"mailbox": "nobody@example.com"}, 404),
        ({"subject": "a\nBcc: x@example.org"}, 422),
        ({"name": "a\r\nBcc: x@example.org"}, 422),
        ({"customer": "a@b\n.org"}, 422),
        ({"at": "2100-01-01T00:00:00Z"}, 422),
        ({"at": "2026-11-16T08:00:00"}, 422),
        ({"direction": "sideways"}, 422),
        ({"message_id": "no brackets"}, 422),
    ],
    ids=str,
)
def test_a_message_that_is_none_is_refused(desk: Desk, more: dict[str, str], status: int) -> None:
    assert problem(hand_in(desk, **more))[0] == status
    assert not Message.objects.exists()


def test_the_mailbox_of_another_team_takes_nothing(desk: Desk) -> None:
    stranger = Person.objects.create_user("x@example.com", None, name="X")
    stranger.teams.add(Team.objects.create(name="Other"))

    assert problem(Program(stranger).post("/messages", MAIL | {"text": "Hello"}))[0] == 404


def test_an_order_is_told_read_delivered_and_owed_again(desk: Desk) -> None:
    program = Program(desk.agent)
    number = order(desk).json()["id"]
    assert [one["state"] for one in program.get(f"/orders/{number}").json()["items"]] == ["open", "open"]

    at = now().isoformat()
    done = program.post(
        f"/orders/{number}/delivered", {"proof": "Signed.", "lines": ["1"], "at": at}, "delivered"
    )
    assert [one["state"] for one in done.json()["items"]] == ["paid", "open"]
    program.post(f"/orders/{number}/failed", {"reason": "Came back.", "lines": ["1"], "at": at}, "came-back")
    [found] = program.get("/orders", shop="kites", key="17").json()["items"]
    assert [one["state"] for one in found["items"]] == ["open", "open"]
    listed = program.get(f"/customers/{found['customer']}/orders").json()["items"]
    assert listed == [found] and reports.findings() == []


def test_orders_of_another_team_are_neither_seen_nor_told(desk: Desk) -> None:
    number = order(desk).json()["id"]
    stranger = Person.objects.create_user("x@example.com", None, name="X")
    stranger.teams.add(Team.objects.create(name="Other"))
    program = Program(stranger)

    assert problem(program.get(f"/orders/{number}"))[0] == 404
    assert program.get("/orders", shop="kites", key="17").json()["items"] == []
    sent = {"shop": "kites", "key": "1", "at": now().isoformat(), "placed_at": now().isoformat()}
    assert problem(program.post("/orders", sent))[0] == 404


def test_all_that_happened_is_one_list_the_newest_first_and_pages_follow_without_a_gap(desk: Desk) -> None:
    said = desk.deliver(letter("Where is my parcel?"))
    assert said
    order(desk)
    tagging.add(said.conversation, desk.agent, "Kites", now())
    program, customer = Program(desk.agent), Customer.objects.get()

    whole = program.get(f"/customers/{customer.pk}/timeline").json()["items"]
    found, cursor = [], ""
    while cursor is not None:
        part = program.get(f"/customers/{customer.pk}/timeline", limit=1, cursor=cursor).json()
        found += part["items"]
        cursor = part["next"]

    assert found == whole
    assert [one["at"] for one in whole] == sorted((one["at"] for one in whole), reverse=True)
    assert {one["type"] for one in whole} >= {
        "message.inbound", "obligation.opened", "order.placed", "order.paid", "conversation.tagged",
    }  # fmt: skip
