"""Webhooks: what happened is told at least once, in its order, signed; and loudly when it cannot be told."""

import ssl
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from odzew.conversations import actions, merging, settling
from odzew.conversations.models import Conversation, Message
from odzew.domain.obligation import Refused
from odzew.ledger.models import Owed
from odzew.staff.models import Person, Role
from odzew.webhooks import failing, follow, keeping, secret, send
from odzew.webhooks.models import Delivery, Followed, Stirred, Webhook
from tests.domain.examples import HOUR, NINE
from tests.features import factory
from tests.features.factory import Firm, answer, findings, receive, sent
from tests.servers.mailboxes import Mailboxes
from tests.servers.receiver import Receiver, receiver as running_receiver

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def firm() -> Firm:
    made = factory.firm()
    factory.person("boss", role=Role.ADMINISTRATOR, team=made.team)
    return made


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NINE, tick=False) as clock:
        yield clock


@pytest.fixture
def receiver(mailboxes: Mailboxes, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    settings.PRIVATE_HOSTS = ["localhost"]
    believed = ssl.create_default_context(cafile=str(mailboxes.certificate))
    monkeypatch.setattr(send, "authorities", lambda: believed)
    with running_receiver(mailboxes.certificate, mailboxes.key) as running:
        yield running


@pytest.fixture
def hook(firm: Firm, receiver: Receiver) -> Webhook:
    return keeping.make("Shop", receiver.url, [], NINE)


def work(clock: time_machine.Traveller, after: timedelta = timedelta()) -> None:
    """Let the worker do whatever is due after a while."""
    clock.shift(after)
    at = clock_now()
    while follow.step(at):
        pass
    for _round in range(50):
        if not send.step(at):
            return
    raise AssertionError("it never rests")


def clock_now() -> Any:
    return send.now()


def types(receiver: Receiver) -> list[str]:
    return [said["type"] for said in receiver.taken]


def test_what_happens_is_told_once_signed_and_in_its_order(
    firm: Firm, hook: Webhook, receiver: Receiver, clock: Any
) -> None:
    said = receive()
    work(clock)
    reply = answer(said.conversation, firm.jan)
    sent(reply)
    actions.close(said.conversation, firm.jan, NINE + 2 * HOUR)
    work(clock)
    work(clock, HOUR)

    assert types(receiver) == [
        "message.received",
        "obligation.opened",
        "message.sent",
        "obligation.paid",
        "conversation.closed",
    ]
    assert all(call.is_signed_by(secret.of(hook)) for call in receiver.heard)
    assert len({call.headers["webhook-id"] for call in receiver.heard}) == 5
    opened = receiver.taken[1]["data"]
    assert (opened["kind"], opened["owner"], opened["message"]) == ("answer", firm.jan.email, said.pk)
    assert not Stirred.objects.exists()


def test_no_word_of_a_customer_leaves_the_desk(hook: Webhook, receiver: Receiver, clock: Any) -> None:
    receive("My password is swordfish", sender="ala@example.org")

    work(clock)

    assert not any(
        word in call.body for call in receiver.heard for word in (b"swordfish", b"ala@", b"Parcel")
    )


def test_a_bounce_is_told_with_what_it_owes_again(
    firm: Firm, hook: Webhook, receiver: Receiver, clock: Any
) -> None:
    reply = answer(receive().conversation, firm.jan)
    settling.bounced(sent(reply), "550 no such user", NINE + 2 * HOUR)

    work(clock)

    assert types(receiver)[-2:] == ["message.failed", "obligation.reopened"]


def test_customers_who_are_joined_and_parted_again_are_told(
    firm: Firm, hook: Webhook, receiver: Receiver, clock: Any
) -> None:
    one, other = (receive(sender=f"{name}@example.org").conversation.customer for name in ("ala", "ola"))
    merge = merging.merge(one, other, firm.jan, "The same phone.", NINE)
    merging.split(merge, firm.jan, "Another phone.", NINE + HOUR)

    work(clock)

    told = [said["data"] for said in receiver.taken if said["type"].startswith("customer.")]
    assert told == [{"customer": one.pk, "other": other.pk}] * 2


def test_only_what_was_asked_for_is_told(firm: Firm, receiver: Receiver, clock: Any) -> None:
    keeping.make("Late ones", receiver.url, ["obligation.late"], NINE)
    receive()

    work(clock)

    assert receiver.heard == []


def test_what_happened_before_it_was_made_or_while_it_was_off_is_not_told(
    firm: Firm, receiver: Receiver, clock: Any
) -> None:
    receive()
    hook = keeping.make("Shop", receiver.url, [], NINE)
    keeping.change(hook, name="Shop", url=receiver.url, types=[], active=False)
    receive()
    assert not Stirred.objects.exists()
    keeping.change(hook, name="Shop", url=receiver.url, types=[], active=True)
    third = receive(sender="third@example.org")

    work(clock)

    assert {said["data"]["conversation"] for said in receiver.taken} == {third.conversation_id}


def test_a_failure_holds_up_its_conversation_and_no_other(
    firm: Firm, hook: Webhook, receiver: Receiver, clock: Any
) -> None:
    first, other = receive(), receive(sender="other@example.org")
    receiver.answer = lambda said: 500 if said["data"].get("message") == first.pk else 204

    work(clock)

    assert {said["data"]["conversation"] for said in receiver.taken} == {other.conversation_id}
    receiver.answer = lambda said: 204
    work(clock, MINUTE)
    ours = [said["type"] for said in receiver.taken if said["data"]["conversation"] == first.conversation_id]
    assert ours == ["message.received", "obligation.opened"]


def test_a_crash_after_the_answer_tells_the_same_again_under_its_name(
    hook: Webhook, receiver: Receiver, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive()

    def crash(*_said: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(failing, "settle", crash)
        with pytest.raises(KeyboardInterrupt):
            work(clock)
    work(clock, timedelta(seconds=30))
    assert len(receiver.heard) == 1  # whoever has it may still be at it
    work(clock, 2 * MINUTE)

    first, again, *_rest = receiver.heard
    assert first.headers["webhook-id"] == again.headers["webhook-id"] and first.body == again.body
    assert types(receiver) == ["message.received", "message.received", "obligation.opened"]


def test_a_crash_of_the_maker_loses_and_doubles_nothing(
    hook: Webhook, receiver: Receiver, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive()

    def crash(*_said: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Followed.objects, "filter", crash)
        with pytest.raises(KeyboardInterrupt):
            follow.step(NINE)
    work(clock)

    assert types(receiver) == ["message.received", "obligation.opened"]


def test_two_workers_do_not_tell_the_same_at_once(hook: Webhook, receiver: Receiver, clock: Any) -> None:
    receive()
    follow.step(NINE)

    assert send.claim(Webhook.objects.get(), NINE)
    assert send.step(NINE) == 0 and receiver.heard == []


def test_what_cannot_be_told_is_tried_for_days_then_stopped_and_owed_by_an_administrator(
    firm: Firm, hook: Webhook, receiver: Receiver, clock: Any
) -> None:
    receive()
    receiver.answer = lambda _said: 503
    for _try in range(60):
        work(clock, 2 * HOUR)

    hook.refresh_from_db()
    assert not hook.active and hook.stopped_at
    waits = [call.headers["webhook-timestamp"] for call in receiver.heard]
    assert 6 < len(waits) < 25 and len({call.headers["webhook-id"] for call in receiver.heard}) == 1
    debt = Owed.objects.get(kind="action")
    assert debt.owner.role == Role.ADMINISTRATOR and "Shop" in debt.text
    assert findings() == []

    receiver.answer = lambda _said: 204
    keeping.change(hook, name="Shop", url=receiver.url, types=[], active=True)
    keeping.all_again(hook, clock_now())
    work(clock, MINUTE)

    assert types(receiver)[:2] == ["message.received", "obligation.opened"]
    debt.refresh_from_db()
    assert (debt.state, findings()) == ("paid", [])


def test_what_alone_is_never_taken_is_given_up_and_let_be_with_a_reason(
    firm: Firm, hook: Webhook, receiver: Receiver, clock: Any
) -> None:
    bad = receive()
    receiver.answer = lambda said: 422 if said["data"].get("message") == bad.pk else 204
    for number in range(90):
        if number % 10 == 0:
            receive(sender=f"{number}@example.org", at=clock_now())
        work(clock, HOUR)

    hook.refresh_from_db()
    assert hook.active and hook.deliveries.filter(state="given_up").count() == 1
    boss = Person.objects.get(role=Role.ADMINISTRATOR)
    with pytest.raises(Refused):
        failing.let_be(hook.pk, boss, " ", clock_now())
    failing.let_be(hook.pk, boss, "That program never knew this customer.", clock_now())
    assert (Owed.objects.get(kind="action").state, findings()) == ("waived", [])


@pytest.mark.parametrize(
    ("status", "asked", "waits"),
    [
        (429, "600", timedelta(minutes=10)),
        (503, "Mon, 02 Mar 2026 09:20:00 GMT", timedelta(minutes=20)),
        (503, "999999999999", failing.LONGEST_WAIT),
        (503, "soon", timedelta()),
        (503, "-5", timedelta()),
        (503, "9" * 5_000, timedelta()),
        (503, "Mon, 02 Mar 99999999999999999999 09:20:00 GMT", timedelta()),
        (500, "600", timedelta()),
    ],
)
def test_who_asks_to_be_left_alone_is_not_asked_before(
    hook: Webhook, receiver: Receiver, clock: Any, status: int, asked: str, waits: timedelta
) -> None:
    receive()
    receiver.answer, receiver.retry_after = lambda _said: status, asked
    work(clock)

    first = Delivery.objects.earliest("pk")
    assert (NINE + waits <= first.next_at) and first.next_at <= NINE + max(waits, timedelta(seconds=6))
    if waits:
        assert len(receiver.heard) == 1  # nothing else either
        work(clock, min(waits, failing.LONGEST_REST) - timedelta(seconds=1))
        assert len(receiver.heard) == 1


def test_the_last_tries_are_kept_and_shown(hook: Webhook, receiver: Receiver, clock: Any) -> None:
    receive()
    receiver.answer = lambda _said: 500
    for _day in range(14):
        work(clock, timedelta(hours=5))
    row = Delivery.objects.earliest("pk")

    assert len(row.past) == min(row.tries, failing.PAST) > 5
    assert {one["status"] for one in row.past} == {500} and row.past == sorted(
        row.past, key=lambda one: one["at"]
    )


def test_whoever_says_that_it_is_gone_is_told_no_more(hook: Webhook, receiver: Receiver, clock: Any) -> None:
    receiver.answer = lambda _said: 410
    receive()

    work(clock)

    assert not Webhook.objects.get().active and Owed.objects.filter(kind="action").count() == 1


def test_changing_a_webhook_keeps_what_was_noted_since_its_page_was_read(hook: Webhook) -> None:
    noted = {"fails": 3, "debt": 7, "free_at": NINE, "taken_at": NINE, "secret": "another"}
    Webhook.objects.update(**noted)

    changed = keeping.change(hook, name="New", url=hook.url, types=[], active=True)

    assert changed.name == "New" and Webhook.objects.values(*noted).get() == noted


def test_after_a_new_secret_both_sign_for_a_day(hook: Webhook, receiver: Receiver, clock: Any) -> None:
    old = secret.of(hook)
    new = secret.of(keeping.renew(hook.pk, NINE))
    receive()
    work(clock)
    clock.shift(DAY)
    receive(sender="later@example.org", at=clock_now())
    work(clock)

    first, last = receiver.heard[0], receiver.heard[-1]
    assert old != new and first.is_signed_by(old) and first.is_signed_by(new)
    assert last.is_signed_by(new) and not last.is_signed_by(old)


def test_the_own_network_is_not_reached_unless_it_is_allowed(
    hook: Webhook, receiver: Receiver, clock: Any, settings: Any
) -> None:
    settings.PRIVATE_HOSTS = []
    receive()

    work(clock)

    assert receiver.heard == []
    assert "no address out in the world" in Delivery.objects.earliest("pk").said
    with pytest.raises(Refused):
        keeping.make("Plain", "http://example.org/", [], NINE)


def test_a_test_is_sent_at_once_and_never_again(hook: Webhook, receiver: Receiver, clock: Any) -> None:
    receiver.answer = lambda _said: 500

    outcome = keeping.test(hook, NINE)
    work(clock, DAY)

    assert (outcome.status, len(receiver.heard)) == (500, 1)


def test_something_is_sent_again_under_its_old_name(hook: Webhook, receiver: Receiver, clock: Any) -> None:
    receive()
    work(clock)
    row = Delivery.objects.earliest("pk")

    keeping.again(hook, row.pk, NINE)
    with pytest.raises(Refused):
        keeping.again(hook, row.pk, NINE)
    work(clock)

    assert [call.headers["webhook-id"] for call in receiver.heard].count(row.name) == 2


def test_what_is_old_and_settled_goes(hook: Webhook, receiver: Receiver, clock: Any) -> None:
    receive()
    work(clock)

    keeping.step(NINE + 31 * DAY)

    assert not Delivery.objects.exists() and Message.objects.exists() and Conversation.objects.exists()
