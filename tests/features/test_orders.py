"""Orders (F26): what is paid for is owed until it is proven that it arrived; shops sign what they tell."""

import base64
import hashlib
import hmac
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from odzew.conversations import replying, settling, uniting
from odzew.conversations.matters import Union
from odzew.conversations.models import Conversation
from odzew.customers.models import Customer, Identity
from odzew.hearing.models import Heard
from odzew.ledger import reports
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.orders import door, generic
from odzew.orders.models import Item, Order, Shop
from odzew.orders.shown import of_customers
from odzew.staff import absences
from odzew.staff.log import StaffAct
from odzew.staff.models import Person, Role
from tests.features import heard
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db
KEY = b"a secret that is only good for tests"
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def shop(desk: Desk) -> Shop:
    return connect(desk)


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(MONDAY + timedelta(hours=3), tick=False) as clock:
        yield clock


def connect(desk: Desk, kind: str = Shop.Kind.GENERIC, secret: str = SECRET) -> Shop:
    return Shop.objects.create(
        name="Kites", slug="kites", kind=kind, account=desk.account, secret=door.sealed(secret),
        created_at=MONDAY,
    )  # fmt: skip


def order(**more: Any) -> dict[str, Any]:
    data = {
        "key": "17", "number": "A-17", "email": "Ala@example.org", "name": "Ala",
        "placed_at": "2026-03-02T08:00:00Z",
        "paid_at": "2026-03-02T08:05:00Z", "amount": "99.90", "currency": "PLN",
        "items": [{"line": "1", "title": "Ticket"}, {"line": "2", "title": "Kite", "count": 2}],
    }  # fmt: skip
    return {"type": "order", "timestamp": now().isoformat(), "data": data | more}


def arrived(*lines: str, proof: str = "Carrier: signed by A. Nowak") -> dict[str, Any]:
    data = {"key": "17", "lines": list(lines), "proof": proof}
    return {"type": "delivered", "timestamp": now().isoformat(), "data": data}


def call(
    told: dict[str, Any],
    *,
    name: str = "call-1",
    key: bytes = KEY,
    at: datetime | None = None,
    works: bool = True,
) -> Any:
    body = json.dumps(told)
    moment = str(int((at or now()).timestamp()))
    said = f"{name}.{moment}.{body}".encode()
    signature = "v1," + base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    headers = {"webhook-id": name, "webhook-timestamp": moment, "webhook-signature": signature}
    answer = Client().post("/hooks/shops/kites", body, content_type="application/json", headers=headers)
    if works:
        heard.work()
    return answer


def owed() -> list[tuple[str, str]]:
    return list(Owed.objects.filter(kind="delivery").order_by("pk").values_list("text", "state"))


def check_the_books() -> None:
    assert reports.findings() == []
    assert reports.balances()["difference"] == 0


def test_a_paid_order_owes_each_thing_of_it(shop: Shop, desk: Desk) -> None:
    assert call(order()).status_code == 204

    assert owed() == [("Ticket", "open"), ("2 × Kite", "open")]
    talk = Conversation.objects.get()
    assert (talk.customer.name, talk.team, talk.address) == ("Ala", desk.team, "ala@example.org")
    assert Owed.objects.first().opened_at == datetime(2026, 3, 2, 8, 5, tzinfo=UTC)  # type: ignore[union-attr]
    check_the_books()


def test_an_order_that_is_not_paid_owes_nothing_until_it_is(shop: Shop) -> None:
    call(order(paid_at=None))
    assert owed() == []

    call(order(), name="call-2")

    assert len(owed()) == 2


def test_a_break_in_the_number_of_an_order_is_none_in_a_subject(shop: Shop) -> None:
    call(order(number="A-17\r\nBcc: x@example.org"))

    assert Conversation.objects.get().subject == "Order A-17 Bcc: x@example.org"


@pytest.mark.parametrize("again", ["call-1", "call-2"], ids=["the same call", "another call"])
def test_told_twice_it_is_owed_once(shop: Shop, again: str) -> None:
    answers = [call(order()), call(order(), name=again)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert len(owed()) == 2 and Order.objects.count() == 1


def test_only_proof_of_arrival_pays_and_failure_owes_again(shop: Shop) -> None:
    call(order())
    first_due = Owed.objects.get(text="Ticket").due_at

    call(arrived("1"), name="call-2")
    assert owed() == [("Ticket", "paid"), ("2 × Kite", "open")]

    failed = {"type": "failed", "timestamp": now().isoformat(), "data": {"key": "17", "reason": "Came back."}}
    call(failed, name="call-3")

    debt = Owed.objects.get(text="Ticket")
    assert (debt.state, debt.reopenings, debt.due_at) == ("open", 1, first_due)
    check_the_books()


def test_what_arrived_before_it_was_paid_for_is_owed_by_nobody_then(shop: Shop) -> None:
    call(order(paid_at=None))
    call(arrived("1", "2"), name="call-2")
    assert owed() == []
    came_back = {"key": "17", "lines": ["2"], "reason": "Came back."}
    call({"type": "failed", "timestamp": now().isoformat(), "data": came_back}, name="call-3")

    call(order(), name="call-4")

    assert owed() == [("Ticket", "paid"), ("2 × Kite", "open")]
    check_the_books()


def test_an_order_whose_conversation_was_merged_is_owed_where_it_goes_on(shop: Shop, desk: Desk) -> None:
    said = desk.deliver(letter("Where is my kite?"))
    assert said is not None
    call(order())
    uniting.unite(said.conversation, [Order.objects.get().conversation], desk.agent, now())

    call(order(items=[{"line": "3", "title": "String"}]), name="call-2")
    call(arrived("1"), name="call-3")
    call(
        {**arrived("1"), "type": "failed", "data": {"key": "17", "lines": ["1"], "reason": "Lost."}},
        name="call-4",
    )

    assert {debt.conversation for debt in Owed.objects.all()} == {said.conversation_id}
    assert owed() == [("Ticket", "open"), ("2 × Kite", "open"), ("String", "open")]
    assert Owed.objects.get(text="Ticket").reopenings == 1
    check_the_books()
    uniting.undo(Union.objects.get(), desk.agent, now())
    check_the_books()


def test_what_is_owed_again_rests_on_somebody_who_is_there(shop: Shop) -> None:
    call(order())
    call(arrived(), name="call-2")
    owner = Owed.objects.get(text="Ticket").owner
    absences.plan(owner, owner, now(), now() + timedelta(days=1), now(), is_planned=False)
    Conversation.objects.update(status="closed")

    failed = {"type": "failed", "timestamp": now().isoformat(), "data": {"key": "17", "reason": "Came back."}}
    call(failed, name="call-3")

    again = Owed.objects.filter(state="open")
    assert again.count() == 2 and not again.filter(owner=owner).exists()
    assert Conversation.objects.get().status == "open"
    check_the_books()


def test_what_the_docs_say_a_program_sends_is_understood() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "orders.md").read_text()
    examples = re.findall(r"```json\n(.*?)```", docs, re.DOTALL)

    told = [generic.events({}, example.encode()) for example in examples]

    assert [type(event).__name__ for [event] in told] == ["Placed", "Arrived", "Failed", "Paid", "Subscribed"]


def test_what_arrived_before_its_order_was_told_waits_for_it(shop: Shop) -> None:
    assert call(arrived()).status_code == 204
    assert Heard.objects.get().about == "17"

    call(order(), name="call-2")

    assert {state for _text, state in owed()} == {"paid"}


def test_older_news_that_come_late_change_nothing(shop: Shop) -> None:
    call(order())
    old = order(paid_at=None, number="Z") | {"timestamp": (now() - timedelta(hours=1)).isoformat()}

    call(old, name="call-2")

    assert Order.objects.get().number == "A-17" and len(owed()) == 2


def test_a_cancelled_order_is_owed_no_more_by_the_word_of_the_shop(shop: Shop) -> None:
    call(order())

    call(order(cancelled_at="2026-03-02T09:00:00Z"), name="call-2")

    assert {state for _text, state in owed()} == {"waived"}
    check_the_books()


def test_who_bought_is_the_customer_who_writes_from_the_address(shop: Shop, desk: Desk) -> None:
    said = desk.deliver(letter("Where is my ticket?"))
    assert said

    call(order())

    assert Order.objects.get().customer == said.conversation.customer
    assert Customer.objects.count() == 1


def test_who_forged_the_address_is_not_the_customer_who_bought(shop: Shop) -> None:
    forger = Customer.objects.create(name="Eve", created_at=MONDAY)
    Identity.objects.create(customer=forger, value="ala@example.org", forged=True)

    call(order())

    assert Order.objects.get().customer != forger


def test_a_ticket_sent_by_mail_is_paid_when_accepted_and_owed_again_when_it_bounces(
    shop: Shop, desk: Desk
) -> None:
    call(order(items=[{"line": "1", "title": "Ticket"}]))
    debt, talk = Owed.objects.get(), Conversation.objects.get()

    said = replying.reply(talk, desk.agent, "Here is your ticket.", now(), pays=[debt.pk])
    said.state = "sending"
    said.save()
    settling.accepted(said, "250 taken", now())
    assert owed() == [("Ticket", "paid")]
    settling.bounced(said, "550 no such mailbox", now())

    assert owed() == [("Ticket", "open")]


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (lambda: call(order(), key=b"another secret"), 401),
        (lambda: call(order(), at=now() - timedelta(minutes=6)), 401),
        (lambda: call(order(), at=now() + timedelta(minutes=6)), 401),
        (lambda: Client().post("/hooks/shops/kites", "{}", content_type="application/json"), 401),
        (lambda: Client().post("/hooks/shops/other", "{}", content_type="application/json"), 404),
        (lambda: Client().get("/hooks/shops/kites"), 405),
        (lambda: call({"type": "order"}), 422),
        (lambda: call(order(email="nobody")), 422),
        (lambda: call(order(name="a\x00b")), 422),
        (lambda: call(order(items=[{"line": "1", "title": "x", "count": 0}])), 422),
        (lambda: call(arrived(proof="")), 422),
    ],
    ids=range(11),
)
def test_what_is_not_the_shop_s_or_cannot_be_read_is_refused_and_keeps_nothing(
    shop: Shop, told: Any, status: int
) -> None:
    assert told().status_code == status

    assert not Order.objects.exists() and not Heard.objects.exists() and not Customer.objects.exists()


def test_a_shop_that_is_not_in_use_is_not_heard(shop: Shop) -> None:
    Shop.objects.update(active=False)

    assert call(order()).status_code == 404


WOO = {
    "id": 727, "number": "727", "status": "processing", "currency": "PLN", "total": "29.35",
    "date_created_gmt": "2026-03-02T08:00:00", "date_modified_gmt": "2026-03-02T08:05:00",
    "date_paid_gmt": "2026-03-02T08:05:00", "parent_id": 0,
    "billing": {"first_name": "Ala", "last_name": "Nowak", "email": "ala@example.org", "phone": "555"},
    "line_items": [{"id": 315, "name": "Woo Single", "quantity": 2, "total": "6.00"}],
}  # fmt: skip
SHOPIFY = {
    "id": 820982911946154508, "name": "#9999", "email": "ala@example.org", "financial_status": "paid",
    "currency": "USD", "total_price": "414.95", "customer_locale": "uk-UA", "cancelled_at": None,
    "created_at": "2026-03-02T09:00:00+01:00", "updated_at": "2026-03-02T09:05:00+01:00",
    "customer": {"first_name": "Ala", "last_name": None},
    "line_items": [{"id": 866550311766439020, "name": "Kite", "quantity": 1, "sku": None}],
}  # fmt: skip


def signed(body: str) -> str:
    return base64.b64encode(hmac.new(KEY, body.encode(), hashlib.sha256).digest()).decode()


def by_woocommerce(told: dict[str, Any], topic: str = "order.updated", name: str = "d-1") -> Any:
    body = json.dumps(told)
    headers = {
        "X-WC-Webhook-Signature": signed(body), "X-WC-Webhook-Topic": topic, "X-WC-Webhook-Delivery-ID": name,
    }  # fmt: skip
    answer = Client().post("/hooks/shops/kites", body, content_type="application/json", headers=headers)
    heard.work()
    return answer


def by_shopify(told: dict[str, Any], topic: str = "orders/paid", name: str = "d-1") -> Any:
    body = json.dumps(told)
    headers = {
        "X-Shopify-Hmac-Sha256": signed(body), "X-Shopify-Topic": topic, "X-Shopify-Webhook-Id": name,
    }  # fmt: skip
    answer = Client().post("/hooks/shops/kites", body, content_type="application/json", headers=headers)
    heard.work()
    return answer


def test_woocommerce_tells_of_an_order_and_what_it_calls_completed_proves_nothing(desk: Desk) -> None:
    connect(desk, Shop.Kind.WOOCOMMERCE, KEY.decode())
    ping = Client().post(
        "/hooks/shops/kites", "webhook_id=3", content_type="application/x-www-form-urlencoded"
    )

    answers = [by_woocommerce(WOO), by_woocommerce(WOO | {"status": "completed"}, name="d-2")]

    assert [answer.status_code for answer in (ping, *answers)] == [200, 204, 204]
    assert owed() == [("2 × Woo Single", "open")]
    assert Order.objects.get().customer.name == "Ala Nowak"


def test_shopify_tells_of_an_order_and_its_carrier_of_the_arrival(desk: Desk) -> None:
    connect(desk, Shop.Kind.SHOPIFY, KEY.decode())
    shipment = {
        "order_id": SHOPIFY["id"], "fulfillment_id": 1, "status": "delivered",
        "happened_at": "2026-03-02T10:00:00Z",
    }  # fmt: skip

    by_shopify(SHOPIFY)
    assert (owed(), Order.objects.get().customer.language) == ([("Kite", "open")], "uk")
    by_shopify(shipment | {"status": "in_transit"}, "fulfillment_events/create", "d-2")
    assert owed() == [("Kite", "open")]
    by_shopify(shipment, "fulfillment_events/create", "d-3")

    assert owed() == [("Kite", "paid")]


def test_a_card_that_was_declined_first_and_an_order_called_back_are_owed(desk: Desk) -> None:
    connect(desk, Shop.Kind.WOOCOMMERCE, KEY.decode())
    states = [
        ("failed", None),
        ("processing", "2026-03-02T08:05:00"),
        ("cancelled", None),
        ("processing", None),
    ]
    seen = []
    for minute, (status, paid) in enumerate(states):
        moment = {"date_modified_gmt": f"2026-03-02T09:0{minute}:00", "date_paid_gmt": paid, "status": status}
        by_woocommerce(WOO | moment)  # all in one second, under one identifier
        seen.append([state for _text, state in owed()])

    assert seen == [[], ["open"], ["waived"], ["open"]]
    check_the_books()


def test_one_parcel_of_two_pays_what_was_in_it(desk: Desk) -> None:
    connect(desk, Shop.Kind.SHOPIFY, KEY.decode())
    lines = [{"id": 1, "name": "Kite", "quantity": 1}, {"id": 2, "name": "Bar", "quantity": 1}]
    parcels = [{"id": 7, "line_items": [{"id": 1}]}, {"id": 8, "line_items": [{"id": 2}]}]
    there = {"order_id": SHOPIFY["id"], "status": "delivered", "happened_at": "2026-03-02T10:00:00Z"}
    by_shopify(SHOPIFY | {"line_items": lines, "fulfillments": parcels})

    by_shopify(there | {"fulfillment_id": 7}, "fulfillment_events/create")
    unknown = by_shopify(there | {"fulfillment_id": 9}, "fulfillment_events/create")

    assert owed() == [("Kite", "paid"), ("Bar", "open")]
    assert unknown.status_code == 204
    assert Heard.objects.get(state="kept").about == str(SHOPIFY["id"])  # until it tells of the parcel


def test_a_proof_that_was_sent_late_pays_nothing_that_failed_since(shop: Shop) -> None:
    call(order())
    late = arrived("1") | {"timestamp": (now() - timedelta(hours=2)).isoformat()}
    failed = {"type": "failed", "timestamp": now().isoformat(), "data": {"key": "17", "reason": "Lost."}}

    call(failed, name="call-2")
    call(late, name="call-3")

    assert owed()[0] == ("Ticket", "open")


def test_two_calls_of_one_name_with_other_words_are_both_heard(shop: Shop) -> None:
    call(order())
    call(order(key="18", number="A-18"))

    assert Order.objects.count() == 2


def test_who_bought_without_an_address_is_owed_all_the_same(shop: Shop) -> None:
    assert call(order(email="")).status_code == 204

    assert len(owed()) == 2 and Conversation.objects.get().address == ""


def test_what_was_refused_stands_on_the_page_of_the_shop(shop: Shop) -> None:
    twice = [{"line": "1", "title": "Ticket"}, {"line": "1", "title": "Kite"}]

    assert call(order(items=twice)).status_code == 422

    shop.refresh_from_db()
    assert "twice" in shop.refused and shop.refused_at == now()


def test_why_it_was_refused_is_told_in_the_language_of_who_reads_it(shop: Shop, client: Client) -> None:
    call(order(items=[{"line": "1", "title": "Kite"}] * 2))
    client.force_login(
        Person.objects.create_user("b@example.com", name="B", role=Role.ADMINISTRATOR, language="pl")
    )

    page = client.get("/shops/").content.decode()

    sentence, _, about = Shop.objects.get().refused.partition("\n")
    with translation.override("pl"):
        assert f"{gettext(sentence)} {about} (" in page
        assert gettext(sentence) != sentence


def test_orders_of_another_team_are_not_shown(shop: Shop, desk: Desk) -> None:
    call(order())
    customers = [Order.objects.get().customer_id]
    stranger = Person.objects.create_user("x@example.com", None, name="X")

    assert len(of_customers(customers, desk.agent)) == 1
    assert of_customers(customers, stranger) == []


TABLE = """order,email,name,placed_at,paid_at,item,count,amount,currency,arrived_at
A-1,ala@example.org,Ala,2026-03-01T10:00:00Z,2026-03-01T10:05:00Z,Ticket,1,10.00,PLN,
A-1,ala@example.org,Ala,2026-03-01T10:00:00Z,2026-03-01T10:05:00Z,Kite,2,10.00,PLN,2026-03-02T08:00:00Z
A-2,jan@example.org,,2026-03-01T11:00:00Z,,Kite,,,,
"""


def test_a_table_of_orders_is_tried_dry_and_then_brought_in_once(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(TABLE)

    call_command("import", "orders", file, "--shop", "kites", "--dry-run")
    assert "2 orders would be kept" in capsys.readouterr().out and not Order.objects.exists()
    for _ in range(2):
        call_command("import", "orders", file, "--shop", "kites")

    assert Order.objects.count() == 2
    assert owed() == [("Ticket", "open"), ("2 × Kite", "paid")]
    check_the_books()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("order,email\n", "missing: placed_at, item"),
        (TABLE + "A-3,nobody,,2026-03-01,,Kite,,,,\n", "line 5: email"),
        (TABLE + "A-1,eve@example.org,,2026-03-01,,Kite,,,,\n", "line 5: Order A-1 has another address"),
        (
            "line,order,email,placed_at,item\n" + "7,A-1,a@b.c,2026-03-01,Kite\n" * 2,
            "line 3: Order A-1 has a line 7 already",
        ),
        ("\x89PNG", "no table"),
    ],
    ids=["a column is missing", "no address", "another address", "a line twice", "no table"],
)
def test_a_fault_of_a_table_is_named_with_its_line(shop: Shop, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes(text.encode("latin-1"))

    with pytest.raises(CommandError, match=said):
        call_command("import", "orders", file, "--shop", "kites", "--dry-run")


@pytest.mark.django_db(transaction=True)
def test_calls_that_come_at_once_are_done_once(shop: Shop) -> None:
    def send(turn: int) -> int:
        try:
            return int(call(order(), name=f"call-{turn % 2}").status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as several:
        answers = list(several.map(send, range(4)))

    assert answers == [204] * 4
    assert len(owed()) == 2 and Customer.objects.count() == 1 and Item.objects.count() == 2


def test_a_shop_is_connected_on_the_desk_and_its_secret_is_shown_once(desk: Desk, client: Client) -> None:
    boss = type(desk.agent).objects.get(email="boss@example.com")
    client.force_login(boss)
    said = {
        "name": "Kites", "slug": "kites", "kind": "generic", "account": desk.account.pk, "hours": "16",
        "active": "on",
    }  # fmt: skip

    shown = client.post("/shops/new", said).content.decode()

    shop = Shop.objects.get()
    secret = door.secret_of(shop)
    [line] = StaffAct.objects.filter(act="shop-new")
    assert (line.facts["secret"], line.facts["slug"]) == ("new", "kites") and secret not in str(line.facts)
    assert secret in shown and secret not in client.get(f"/shops/{shop.pk}/").content.decode()
    assert call(order(), key=base64.b64decode(secret.removeprefix("whsec_"))).status_code == 204
    assert "Ticket" in client.get(f"/customers/{Order.objects.get().customer_id}/").content.decode()
    assert client.get(f"/conversations/{Conversation.objects.get().pk}/").status_code == 200
