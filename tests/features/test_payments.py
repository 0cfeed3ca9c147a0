"""Payments and subscriptions: told late, twice and in any order, they are kept once."""

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from odzew.conversations.models import Conversation
from odzew.customers.models import Customer
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.orders import door, generic
from odzew.orders.models import Order, Shop
from odzew.orders.payment import Payment, Subscription
from odzew.privacy import erasing
from tests.features.letters import MONDAY, Desk, open_desk
from tests.features.test_orders import (
    KEY,
    SHOPIFY,
    WOO,
    arrived,
    by_shopify,
    by_woocommerce,
    call,
    check_the_books,
    connect,
    order,
    owed,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(MONDAY + 3 * HOUR, tick=False) as clock:
        yield clock


@pytest.fixture
def desk() -> Desk:
    desk = open_desk()
    connect(desk)
    return desk


def payment(key: str = "tr-1", *, at: datetime | None = None, **more: Any) -> dict[str, Any]:
    moment = (at or now()).isoformat()
    data = {"key": key, "order": "17", "paid_at": moment, "amount": "99.90", "currency": "PLN"}
    return {"type": "payment", "timestamp": moment, "data": data | more}


def plan(**more: Any) -> dict[str, Any]:
    data = {"key": "s-1", "email": "ala@example.org", "plan": "Kite of the month", "state": "active"}
    return {
        "type": "subscription",
        "timestamp": now().isoformat(),
        "data": {**data, "since": "2026-01-01", **more},
    }


def tell(*told: dict[str, Any]) -> None:
    for number, one in enumerate(told):
        assert call(one, name=f"tell-{Payment.objects.count()}-{number}-{one['type']}").status_code == 204


UNPAID = {"paid_at": None, "items": [{"line": "1", "title": "Ticket"}]}


@pytest.mark.parametrize("place", range(3))
def test_an_order_is_paid_for_once_whenever_its_payment_is_told(desk: Desk, place: int) -> None:
    told = [order(**UNPAID), order(**UNPAID)]
    told.insert(place, payment())

    tell(*told)
    tell(payment(), order(**UNPAID))

    [kept] = Payment.objects.all()
    assert (kept.order, kept.customer) == (Order.objects.get(), Order.objects.get().customer)
    assert owed() == [("Ticket", "open")] and Order.objects.get().paid_at == kept.at
    check_the_books()


@pytest.mark.parametrize(
    ("payments", "debts"),
    [
        ([{"state": "pending"}], 0),
        ([{"state": "failed"}], 0),
        ([{"amount": "30.00"}], 0),
        ([{"amount": "-99.90"}], 0),
        ([{"currency": "EUR"}], 0),
        ([{"amount": "30.00"}, {"amount": "69.90"}], 1),
        ([{}, {"amount": "-99.90"}], 0),
    ],
    ids=["pending", "failed", "deposit", "refund", "other money", "two halves", "paid and paid back"],
)
def test_only_what_is_paid_in_full_is_owed(desk: Desk, payments: list[dict[str, Any]], debts: int) -> None:
    tell(*[payment(f"tr-{number}", **said) for number, said in enumerate(payments)], order(**UNPAID))

    assert len(owed()) == debts
    check_the_books()


def test_what_was_pending_pays_when_it_is_settled_and_older_news_change_nothing(
    desk: Desk, noon: Any
) -> None:
    old = payment(state="pending")
    tell(order(**UNPAID), old)
    noon.shift(HOUR)
    tell(payment())

    call(old, name="late")

    assert (Payment.objects.get().state, Payment.objects.get().at) == ("paid", now())
    assert owed() == [("Ticket", "open")]


def test_a_charge_after_cancelling_is_a_warning_beside_the_reply_whichever_is_told_first(desk: Desk) -> None:
    charge = payment(order="", subscription="s-1", amount="29.00", at=now() - HOUR)
    tell(charge)
    assert Payment.objects.get().customer is None

    tell(plan(state="cancelled", cancelled_at=(now() - 2 * HOUR).isoformat()), order())
    tell(plan(state="cancelled", cancelled_at=now().isoformat()))  # it does not become a later one

    customer = Customer.objects.get()
    assert Payment.objects.get().customer == customer and Payment.objects.get().is_after_the_end
    client = Client()
    client.force_login(desk.agent)
    page = client.get(f"/conversations/{Conversation.objects.get().pk}/").content.decode()
    assert (
        "Charged after the subscription was cancelled" in page
        and "29.00 PLN" in page
        and "Kite of the month" in page
    )


@pytest.mark.parametrize(
    "said", [{"amount": "-29.00"}, {"state": "failed"}, {"subscription": ""}], ids=["back", "failed", "other"]
)
def test_money_that_went_back_or_never_moved_is_no_warning(desk: Desk, said: dict[str, str]) -> None:
    tell(plan(state="cancelled", cancelled_at=(now() - HOUR).isoformat()))

    tell(payment(**{"order": "", "subscription": "s-1", "email": "ala@example.org", **said}))

    assert not Payment.objects.get().is_after_the_end


def test_woocommerce_tells_payments_refunds_and_subscriptions(desk: Desk) -> None:
    Shop.objects.all().delete()
    connect(desk, Shop.Kind.WOOCOMMERCE, KEY.decode())
    back = {"refunds": [{"id": 9, "reason": "Broken", "total": "-6.00"}]}
    sub = {
        "id": 31, "status": "pending-cancel", "date_modified_gmt": "2026-03-03T08:00:00",
        "start_date_gmt": "2026-01-01T00:00:00", "next_payment_date_gmt": "", "cancelled_date_gmt": "",
        "end_date_gmt": "2026-04-01T00:00:00", "billing": WOO["billing"], "line_items": WOO["line_items"],
    }  # fmt: skip

    for turn, told in enumerate((WOO, WOO | back, WOO | back | {"date_modified_gmt": "2026-03-05T08:00:00"})):
        by_woocommerce(told, name=f"d-{turn}")
    by_woocommerce(sub, "subscription.updated", "d-9")

    kept = [(one.key, one.amount, f"{one.at:%d}") for one in Payment.objects.order_by("pk")]
    assert kept == [("order-727", Decimal("29.35"), "02"), ("refund-9", Decimal("-6.00"), "02")]
    row = Subscription.objects.get()
    assert (row.plan, row.state, f"{row.until:%m}") == ("Woo Single", "cancelled", "04")
    assert row.customer == Order.objects.get().customer and row.cancelled_at is not None
    assert len(owed()) == 1


def test_shopify_tells_payments_before_their_order_and_an_authorization_is_none(desk: Desk) -> None:
    Shop.objects.all().delete()
    connect(desk, Shop.Kind.SHOPIFY, KEY.decode())
    said = {
        "id": 389404469, "order_id": SHOPIFY["id"], "kind": "authorization", "status": "success",
        "amount": "414.95", "currency": "USD", "created_at": "2026-03-02T09:02:00+01:00",
    }  # fmt: skip

    by_shopify(said, "order_transactions/create", "d-1")
    by_shopify(said | {"id": 2, "kind": "capture"}, "order_transactions/create", "d-2")
    by_shopify(SHOPIFY | {"financial_status": "pending"}, "orders/create", "d-3")

    assert [one.key for one in Payment.objects.all()] == ["2"] and owed() == [("Kite", "open")]


PAID = "payment,order,email,paid_at,amount,currency\np-1,17,,2026-03-01 10:00,99.90,PLN\n"
PLANS = "subscription,email,plan,state,since\ns-1,ala@example.org,Kite of the month,active,2026-01-01\n"


def test_tables_bring_in_payments_and_subscriptions_once_and_a_dry_run_none(
    desk: Desk, tmp_path: Path
) -> None:
    tell(order(**UNPAID))
    for what, text in (("payments", PAID), ("subscriptions", PLANS)):
        (tmp_path / what).write_text(text)
    for more in (["--dry-run"], [], []):
        for what in ("payments", "subscriptions"):
            call_command("import", what, tmp_path / what, "--shop", "kites", *more)
        assert (
            Payment.objects.count()
            == Subscription.objects.count()
            == int(not more or "--dry-run" not in more)
        )

    assert owed() == [("Ticket", "open")]


@pytest.mark.parametrize(
    ("what", "line", "said"),
    [
        ("payments", PAID + "p-2,,,2026-03-01,5,PLN\n", "line 3: Name the order"),
        ("payments", PAID + "p-2,17,,soon,5,PLN\n", "line 3: paid_at"),
        ("subscriptions", PLANS + "s-2,nobody,Kite,active,2026-01-01\n", "line 3: email"),
        ("subscriptions", "email,plan\n", "missing: subscription, state, since"),
    ],
)
def test_a_fault_of_a_table_is_named_with_its_line(
    desk: Desk, tmp_path: Path, what: str, line: str, said: str
) -> None:
    (tmp_path / "t.csv").write_text(line)

    with pytest.raises(CommandError, match=said):
        call_command("import", what, tmp_path / "t.csv", "--shop", "kites", "--dry-run")


def test_the_books_of_the_firm_keep_what_was_paid_by_who_was_erased_and_forget_who_it_was(desk: Desk) -> None:
    tell(payment(order="", email="ala@example.org", name="Ala"), plan())
    customer = Customer.objects.get()

    erasing.erase(customer, now())

    customer.refresh_from_db()
    assert (customer.name, Payment.objects.get().customer) == ("", customer)
    assert not Owed.objects.exists()


def test_a_shop_is_held_before_its_order_whatever_it_tells(desk: Desk) -> None:
    call(order())
    told = [
        generic.events({}, json.dumps(arrived()).encode())[0],
        generic.events({}, json.dumps(payment()).encode())[0],
    ]

    for event in told:
        with CaptureQueriesContext(connection) as asked:
            door.do(Shop.objects.get(), event, now())
        tables = re.findall(r'FROM "odzew_(shop|order)"', " ".join(one["sql"] for one in asked))
        assert tables[1:3] == ["shop", "order"]  # the first one is the test's
