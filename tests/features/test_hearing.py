"""What shops and exchanges tell is on disk before they are answered, done once, and never lost."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError
from django.test import Client, RequestFactory

from odzew.api import shops
from odzew.calls.twilio import Step
from odzew.conversations.call import Call, Line
from odzew.customers.models import Customer
from odzew.domain.obligation import Refused, State
from odzew.hearing import keep, work
from odzew.hearing.models import Heard
from odzew.ledger import reports
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from odzew.orders import door
from odzew.orders.models import Order, Shop
from odzew.staff.models import Person
from tests.features import heard, lines, test_orders as orders, test_twilio as twilio
from tests.features.letters import MONDAY, Desk, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def shop(desk: Desk) -> Shop:
    return orders.connect(desk)


@pytest.fixture
def boss(desk: Desk, client: Client) -> Client:
    client.force_login(Person.objects.get(email="boss@example.com"))
    return client


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(MONDAY + timedelta(hours=3), tick=False) as clock:
        yield clock


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """Faults with which the books stand against the next calls, the last first."""
    faults: list[BaseException] = []

    def do(*told: Any) -> None:
        if faults:
            raise faults[-1]
        done(*told)

    done = door.do
    monkeypatch.setattr(door, "do", do)
    return faults


def later(clock: Any, **time: int) -> None:
    clock.shift(timedelta(**time))
    heard.work()


def holds(clock: Any) -> None:
    for _try in range(3):
        later(clock, minutes=1)


def test_it_is_answered_when_it_is_kept_and_done_by_the_worker(shop: Shop) -> None:
    answer = orders.call(orders.order(), works=False)

    assert (answer.status_code, Heard.objects.get().state) == (204, "kept")
    assert not Order.objects.exists() and not Customer.objects.exists()

    heard.work()

    row = Heard.objects.get()
    assert (row.state, bytes(row.content), row.envelope) == ("done", b"", {})  # it named somebody
    assert len(orders.owed()) == 2


def test_what_cannot_be_kept_is_told_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_rows: Any) -> int:
        raise DatabaseError("away")

    monkeypatch.setattr(keep, "add_rows", away)
    answer = orders.call(orders.order())
    monkeypatch.undo()

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert orders.call(orders.order()).status_code == 204 and len(orders.owed()) == 2


def test_what_waits_for_its_order_goes_on_with_it_however_late(shop: Shop, noon: Any) -> None:
    orders.call(orders.arrived())
    later(noon, hours=20)

    orders.call(orders.order(), name="call-2")

    assert {state for _text, state in orders.owed()} == {"paid"}
    assert not Heard.objects.exclude(state="done").exists()


def test_what_no_order_came_for_is_owed_an_administrator_after_a_day(shop: Shop, noon: Any) -> None:
    orders.call(orders.arrived())
    later(noon, hours=25)

    assert Heard.objects.get().state == "held"
    debt = Owed.objects.get()
    assert (debt.kind, debt.owner.email) == ("action", "boss@example.com") and "Kites" in debt.text


def test_what_cannot_be_done_delays_no_other_and_is_one_debt(
    shop: Shop, refused: list[BaseException], noon: Any
) -> None:
    refused += [Refused("The books stand against it."), ValueError("our mistake")]
    for number in range(2):
        orders.call(orders.order(), name=f"call-{number}")
        holds(noon)
        refused.pop()
    orders.call(orders.order(), name="call-3")

    assert list(Heard.objects.order_by("pk").values_list("state", flat=True)) == ["held", "held", "done"]
    assert len(orders.owed()) == 2 and Owed.objects.filter(kind="action").count() == 1
    assert (reports.findings(), reports.balances()["difference"]) == ([], 0)


def test_who_runs_the_desk_tries_it_again_or_lets_it_be_and_then_nothing_is_owed(
    shop: Shop, refused: list[BaseException], noon: Any, boss: Client
) -> None:
    refused += [Refused("The books stand against it.")]
    for key in "ab":
        orders.call(orders.order(key=key), name=f"call-{key}")
        holds(noon)
    first, second = Heard.objects.order_by("pk")
    assert "The books stand against it." in boss.get("/quarantine/").content.decode()
    assert "A-17" in boss.get(f"/quarantine/told/{first.pk}/").content.decode()

    assert boss.post(f"/quarantine/told/{first.pk}/retry").status_code == 409
    refused.clear()
    assert boss.post(f"/quarantine/told/{first.pk}/retry").status_code == 302
    assert Order.objects.get().key == "a" and Owed.objects.get(kind="action").state == State.OPEN
    assert boss.post(f"/quarantine/told/{second.pk}/discard", {"reason": " "}).status_code == 409
    boss.post(f"/quarantine/told/{second.pk}/discard", {"reason": "It was a trial."})

    assert Owed.objects.get(kind="action").state == State.WAIVED
    assert "Everything could be read" in boss.get("/quarantine/").content.decode()


def test_only_who_runs_the_desk_sees_what_programs_told(shop: Shop, desk: Desk, client: Client) -> None:
    row = heard.held(shop, "secret")
    client.force_login(desk.lead)

    assert "Kites" not in client.get("/quarantine/").content.decode()
    assert client.get(f"/quarantine/told/{row.pk}/").status_code == 403


def test_whoever_dies_over_it_leaves_it_as_it_was(shop: Shop, refused: list[BaseException]) -> None:
    orders.call(orders.order(), works=False)

    refused += [SystemExit()]
    with pytest.raises(SystemExit):
        heard.work()
    assert (Heard.objects.get().state, Heard.objects.get().tries) == ("kept", 0)
    refused.clear()
    heard.work()

    assert len(orders.owed()) == 2


def test_twilio_is_told_that_somebody_answered_before_the_worker_knows_it(desk: Desk, settings: Any) -> None:
    settings.SITE_URL = twilio.SITE
    lines.connect(desk, Line.Kind.TWILIO, twilio.TOKEN, places={twilio.MOBILE: desk.agent.pk})

    assert twilio.verbs(twilio.tell(Step.CALL, CallStatus="ringing", works=False)) == ["Dial", "Number"]
    facts = {"CallSid": twilio.LEG, "ParentCallSid": twilio.SID, "To": twilio.MOBILE}
    twilio.tell(Step.TAKEN, Digits="1", Direction="outbound-dial", works=False, **facts)
    answer = twilio.tell(Step.DIALLED, DialCallStatus="completed", works=False)

    assert not Call.objects.exists() and twilio.verbs(answer) == ["Hangup"]
    heard.work()
    assert Call.objects.get().state == "talking"


def test_what_was_done_is_forgotten_after_a_month(shop: Shop, noon: Any) -> None:
    orders.call(orders.order())
    noon.shift(work.KEPT + timedelta(days=1))
    orders.call(orders.order(key="18"), name="call-2")

    assert list(Heard.objects.values_list("at", flat=True)) == [now()]


def test_what_can_neither_be_done_nor_set_aside_delays_no_other(shop: Shop, noon: Any) -> None:
    nobodys = {"door": "shop", "of": shop.pk + 1, "at": now(), "tries": 2, "envelope": {"kind": "generic"}}
    Heard.objects.create(name="1", content=b"{}", **nobodys)

    orders.call(orders.order())

    assert len(orders.owed()) == 2
    assert [row.state for row in Heard.objects.order_by("pk")] == ["kept", "done"]


def test_a_number_or_a_moment_that_nothing_of_ours_could_hold_is_refused_at_the_door(desk: Desk) -> None:
    orders.connect(desk, Shop.Kind.SHOPIFY, orders.KEY.decode())
    there: dict[str, Any] = {
        "order_id": 1, "fulfillment_id": 1, "status": "delivered", "happened_at": "2026-03-02T10:00:00Z",
    }  # fmt: skip
    wrong: list[dict[str, Any]] = [{"order_id": 10**300}, {"happened_at": "9999-12-31T23:00:00-05:00"}]

    answers = [orders.by_shopify(there | one, "fulfillment_events/create") for one in wrong]

    assert [answer.status_code for answer in answers] == [422, 422] and not Heard.objects.exists()


def test_a_call_that_does_not_tell_its_length_is_measured(shop: Shop) -> None:
    request = RequestFactory().post("/", b" " * (shops.LARGEST + 1), content_type="application/json")
    assert request.body  # as it comes in chunks
    del request.META["CONTENT_LENGTH"]

    assert shops.call(request, shop.slug).status_code == 413
