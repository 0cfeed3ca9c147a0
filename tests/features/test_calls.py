"""Calls (F6, F11): whom nobody spoke with is owed a call, and only a talk that took place pays it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from odzew.calls import by_hand, door, lost
from odzew.conversations import fact, timeline
from odzew.conversations.alike import Alike
from odzew.conversations.call import Call, CallEvent, Line
from odzew.conversations.happening import Happening
from odzew.conversations.models import Conversation
from odzew.customers.models import Customer, Identity
from odzew.domain import journal
from odzew.ledger import books
from odzew.ledger.models import Entry, Owed
from odzew.lib.clock import now
from odzew.staff.models import Team
from tests.features import heard
from tests.features.letters import MONDAY, Desk, letter, open_desk
from tests.features.lines import ALA, check_the_books, connect, missed, owed, talked, tell

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture(autouse=True)
def line(desk: Desk) -> Line:
    return connect(desk)


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(MONDAY + timedelta(hours=3), tick=False) as clock:
        yield clock


def test_a_missed_call_is_owed_a_call_back_with_an_owner_and_an_hour(desk: Desk) -> None:
    call = missed()

    debt = Owed.objects.get()
    assert (call.state, debt.kind, debt.state, debt.opened_at) == ("missed", "callback", "open", now())
    assert debt.owner in (desk.agent, desk.lead) and debt.due_at > now()
    assert call.obligation == debt.pk and call.conversation.subject == "Call from +48 600 100 200"
    check_the_books()


@pytest.mark.parametrize(
    ("events", "state", "owes"),
    [
        (["ringing", "ended"], "missed", True),
        (["ringing", "answered", "ended"], "talked", False),
        (["ringing", "answered", "held", "ended"], "abandoned", True),
        (["ringing", "held", "ended"], "abandoned", True),
        (["ringing", "voicemail", "ended"], "voicemail", True),
        (["ringing", "answered", "held", "resumed", "ended"], "talked", False),
    ],
)
def test_whom_nobody_spoke_with_is_owed_a_call(events: list[str], state: str, owes: bool) -> None:
    for second, what in enumerate(events):
        assert tell(what, now() + timedelta(seconds=second)).status_code == 204

    assert Call.objects.get().state == state
    assert bool(owed()) == owes
    check_the_books()


def test_who_calls_again_keeps_the_first_moment_and_rises() -> None:
    missed("c-1", now() - timedelta(hours=2))
    first = Owed.objects.get()
    missed("c-2")

    debt = Owed.objects.get()
    assert (debt.opened_at, debt.chasers) == (first.opened_at, 1) and debt.press_at < first.press_at
    assert Conversation.objects.count() == 1
    check_the_books()


def test_the_same_events_again_owe_once() -> None:
    for _ in range(2):
        missed()

    assert owed() == [("open", 0)] and CallEvent.objects.count() == 2


@pytest.mark.parametrize(
    ("direction", "seconds", "state"),
    [("outbound", 120, "paid"), ("inbound", 120, "paid"), ("outbound", 29, "open")],
    ids=["we called back", "she called again", "too short: a machine may have answered"],
)
def test_only_a_talk_pays(direction: str, seconds: int, state: str) -> None:
    missed()
    talked(at=now() + MINUTE, seconds=seconds, direction=direction)

    assert owed() == [(state, 0)]
    check_the_books()


def test_nobody_reached_pays_nothing() -> None:
    missed()
    for turn in range(3):
        missed(f"try-{turn}", now() + MINUTE, direction="outbound")

    assert owed() == [("open", 0)]


def test_music_is_no_talk() -> None:
    missed()
    for second, what in enumerate(["ringing", "answered", "held"]):
        tell(what, now() + timedelta(seconds=60 + second), call="c-2", direction="outbound")
    tell("resumed", now() + timedelta(seconds=60 + 255), call="c-2", direction="outbound")
    tell("ended", now() + timedelta(seconds=60 + 260), call="c-2", direction="outbound")

    call = Call.objects.get(key="c-2")
    assert (call.held_seconds, call.talked_seconds) == (253, 6)
    assert owed() == [("open", 0)]


def test_who_spoke_has_paid_and_else_the_line_is_the_proof(desk: Desk, line: Line) -> None:
    Line.objects.update(places={"101": desk.agent.pk})
    missed()
    talked(at=now() + MINUTE, agent="101")
    missed("c-3", now() + 10 * MINUTE)
    talked("c-4", now() + 20 * MINUTE)

    paid = Entry.objects.filter(kind="paid").order_by("seq")
    assert [entry.by for entry in paid] == [f"person:{desk.agent.pk}", f"line:{line.pk}"]
    assert "2:00" in paid[0].reason


def test_a_talk_that_is_told_before_the_missed_call_it_answers_pays_it() -> None:
    talked(at=now() + 10 * MINUTE)
    missed()

    assert owed() == [("paid", 0)]
    check_the_books()


def test_a_talk_that_is_told_late_pays_nothing_that_was_missed_after_it() -> None:
    missed("c-1")
    missed("c-3", now() + 20 * MINUTE)
    talked(at=now() + 10 * MINUTE)

    assert owed() == [("open", 1)]


def test_a_call_that_turns_out_to_have_been_answered_owes_nothing() -> None:
    tell("ringing")
    tell("ended", now() + timedelta(seconds=10))
    tell("answered", now() + timedelta(seconds=2))

    assert owed() == [("paid", 0)] and Call.objects.get().state == "talked"


def test_a_talk_whose_end_was_told_first_pays_what_was_missed_before_it(desk: Desk) -> None:
    tell("ended", now() - timedelta(minutes=5), call="c-2")
    missed("c-1", now() - timedelta(minutes=20))
    assert owed() == [("open", 1)]

    tell("answered", now() - timedelta(minutes=10), call="c-2")

    assert owed() == [("paid", 1)]
    check_the_books()


def test_who_hung_up_to_music_is_owed_a_call_although_its_end_was_told_before_the_music(desk: Desk) -> None:
    tell("ended", now() - timedelta(minutes=5))
    tell("answered", now() - timedelta(minutes=10))
    assert owed() == [("paid", 0)]

    tell("held", now() - timedelta(minutes=8))
    assert (owed(), Call.objects.get().state) == ([("open", 0)], "abandoned")
    tell("resumed", now() - timedelta(minutes=7))

    assert (owed(), Call.objects.get().state) == ([("paid", 0)], "talked")
    check_the_books()


def test_a_talk_that_was_taken_for_left_waiting_pays_what_was_missed_before_it(desk: Desk) -> None:
    for what, minutes in (("answered", 10), ("ended", 5), ("held", 8)):
        tell(what, now() - timedelta(minutes=minutes), call="c-2")
    missed("c-1", now() - timedelta(minutes=20))

    tell("resumed", now() - timedelta(minutes=7), call="c-2")

    assert owed() == [("paid", 1)]
    check_the_books()


def test_what_is_owed_again_is_not_paid_by_the_same_talk(desk: Desk) -> None:
    from odzew.conversations import actions

    call = missed()
    talked(at=now() + MINUTE)
    actions.reopen(call.conversation, desk.agent, call.obligation or 0, "It was her husband.", now())
    tell("ended", now() + 3 * MINUTE, call="c-2", told_as="again")

    assert owed() == [("open", 0)]


def test_withheld_numbers_are_each_a_customer_of_their_own() -> None:
    for call, number in enumerate(["", "anonymous", "Restricted"]):
        missed(f"c-{call}", number=number)

    assert Customer.objects.count() == 3 and owed() == [("open", 0)] * 3
    assert {call.conversation.subject for call in Call.objects.all()} == {"Call from a withheld number"}
    assert not Identity.objects.filter(kind="phone").exists()


@pytest.mark.parametrize("said", ["600 100 200", "0048600100200", "+48 600-100-200"])
def test_a_number_is_the_same_however_it_is_written(said: str) -> None:
    missed("c-1")
    missed("c-2", number=said)

    assert Identity.objects.get(kind="phone").value == ALA


def test_who_signs_with_the_number_is_likely_the_same_and_never_joined(desk: Desk) -> None:
    desk.deliver(letter("Please call me: 600 100 200."))
    missed()

    assert Customer.objects.count() == 2 and Alike.objects.get().marks == ["phone:600100200"]


def test_a_line_of_another_team_opens_a_matter_of_its_own(desk: Desk) -> None:
    from odzew.staff.models import Team

    missed()
    other = Team.objects.create(name="Other")
    Line.objects.update(team=other)
    talked(at=now() + MINUTE)

    assert owed() == [("open", 0)] and Conversation.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"headers": {"webhook-signature": "v1,AAAA"}}, 401),
        ({"body": b"{}"}, 401),
    ],
)
def test_who_does_not_sign_is_not_heard(change: dict[str, Any], status: int) -> None:
    headers = {"webhook-id": "1", "webhook-timestamp": "1", **change.get("headers", {})}
    body = change.get("body", b"{}")

    answer = Client().post("/hooks/phone/hotline", body, content_type="application/json", headers=headers)

    assert answer.status_code == status and not Call.objects.exists()


def test_what_cannot_be_read_leaves_a_trace_on_the_line(line: Line) -> None:
    assert tell("sneezed").status_code == 422

    line.refresh_from_db()
    assert "sneezed" in line.refused or "type" in line.refused
    assert line.refused_at == now()


def test_what_is_written_of_an_earlier_talk_pays_nothing_that_was_missed_after_it(
    desk: Desk, noon: Any
) -> None:
    talk = talked("c-1")
    missed("c-2", now() + 15 * MINUTE)
    noon.shift(20 * MINUTE)
    by_hand.talked(talk.conversation, desk.agent, "The key is under the mat.", now(), call=talk)
    assert owed() == [("open", 0)]

    noon.shift(2 * MINUTE)
    by_hand.talked(talk.conversation, desk.agent, "She was told.", now(), talked=MINUTE)
    assert owed() == [("paid", 0)]
    check_the_books()


def test_the_journal_names_a_talk_by_its_number_in_the_books_and_no_telephone(desk: Desk) -> None:
    call = missed(at=now() - 10 * MINUTE)
    talk = by_hand.talked(call.conversation, desk.agent, "He is well.", now(), talked=2 * MINUTE)
    missed("late", now() - 5 * MINUTE)  # it is told after the talk that pays it

    reasons = list(Entry.objects.filter(kind="paid").order_by("seq").values_list("reason", flat=True))
    assert reasons == ["", f"call {talk.pk}: 2026-11-16 11:58 UTC, 2:00"]


def test_what_the_database_lets_go_of_waits_and_is_done_once_more(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = [OperationalError("deadlock detected")] * 3

    def record(*told: Any) -> Any:
        if faults:
            raise faults.pop()
        return kept(*told)

    kept = door.record
    monkeypatch.setattr(door, "record", record)

    with pytest.raises(OperationalError):
        tell("ended")
    assert owed() == []

    while faults:
        with suppress(OperationalError):
            heard.work()
    heard.work()

    assert owed() == [("open", 0)]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks no rows")
def test_whoever_acts_in_a_conversation_and_a_line_lock_in_one_order(desk: Desk) -> None:
    def locked(act: Callable[[], Any]) -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            act()
        tables = [one["sql"].split('"')[1] for one in asked if "FOR UPDATE" in one["sql"]]
        return [table for table in dict.fromkeys(tables) if table in order]

    order = ["odzew_conversation", "odzew_call", "odzew_head"]
    tell("ringing")
    call = Call.objects.get()

    assert locked(lambda: tell("ended")) == order
    assert locked(lambda: by_hand.talked(call.conversation, desk.agent, "Well.", now(), call=call)) == order
    assert locked(lambda: tell("ringing", call="c-2")) == [order[0]]
    Call.objects.update(changed_at=now() - timedelta(days=1))
    assert locked(lambda: lost.step(now())) == order


@pytest.mark.django_db(transaction=True)
def test_two_calls_of_one_customer_at_once_owe_one_call_back() -> None:
    def ring(call: int) -> int:
        try:
            return int(tell("ended", call=f"c-{call}").status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as several:
        answers = list(several.map(ring, range(4)))

    assert answers == [204] * 4 and owed() == [("open", 3)]
    check_the_books()


def test_calls_stand_in_the_timeline_of_the_customer(desk: Desk) -> None:
    call = missed()

    lines = timeline.of_customer(call.conversation.customer)

    [told] = [line for line in lines if line["what"].startswith("call ")]
    assert (told["what"], told["who"], told["state"]) == ("call inbound", ALA, call.state)
    assert told["conversation"] == call.conversation_id


def rang(agent: Client, number: str, **more: str) -> Any:
    account = Line.objects.get().account_id
    said = {"number": number, "day": "2026-11-16", "hour": "11:30", "account": str(account), **more}
    return agent.post("/calls/missed", said)


@pytest.fixture
def agent(desk: Desk, client: Client) -> Client:
    client.force_login(desk.agent)
    return client


def test_who_called_from_a_number_nobody_knows_is_owed_a_call_by_the_word_of_a_person(
    desk: Desk, agent: Client
) -> None:
    answers = [rang(agent, " +48 600 100-200 ", name="Ala") for _pressed_twice in range(2)]

    talk, debt = Conversation.objects.get(), Owed.objects.get()
    assert {answer["Location"] for answer in answers} == {f"/conversations/{talk.pk}/"}
    assert (talk.customer.name, talk.team, talk.account) == ("Ala", desk.team, desk.account)
    assert Identity.objects.get().value == ALA and Call.objects.get().number == ALA
    assert (debt.kind, debt.team, debt.opened_at) == ("callback", desk.team, now() - 90 * MINUTE)
    check_the_books()


def test_who_is_known_by_the_number_is_owed_it_where_a_line_would_tell_of_it(agent: Client) -> None:
    missed("c-1", now() - timedelta(days=1))

    rang(agent, ALA)

    assert Conversation.objects.count() == 1 and owed() == [("open", 1)]
    talked("c-2", now())
    assert owed() == [("paid", 1)]


@pytest.mark.parametrize(
    "more", [{"number": "12"}, {"number": ""}, {"hour": "23:00"}, {"hour": ""}, {"account": "0"}]
)
def test_a_call_of_no_number_or_to_come_is_not_written_down(agent: Client, more: dict[str, str]) -> None:
    answer = rang(agent, **{"number": ALA, **more})

    assert answer.status_code == 409 and not Customer.objects.exists()
    assert f'value="{more.get("number", ALA)}"' in answer.content.decode()  # nothing is typed twice


def test_to_type_a_number_shows_nothing_of_whom_only_another_team_knows(desk: Desk, agent: Client) -> None:
    other = Team.objects.create(name="Money")
    eva = missed("c-1").conversation.customer
    Customer.objects.filter(pk=eva.pk).update(name="Eva Secret")
    Identity.objects.create(customer=eva, kind="email", value="eva@secret.example")
    fact.learn(eva, desk.lead, now(), kind="own", label="Shoe", value="size 37")
    Conversation.objects.update(team=other)
    books.post(
        journal.Waived(obligation=debt.pk, at=now(), by="person:1", reason="x")
        for debt in Owed.objects.open()
    )

    at = [rang(agent, ALA)["Location"] for _pressed_twice in range(2)][1]

    pages = [agent.get(page) for page in (at, f"{at}print", "/", "/conversations/", f"/customers/{eva.pk}/")]
    assert pages[-1].status_code == 404 and "600 100 200" in pages[0].content.decode()
    assert not any(
        word in page.content.decode() for page in pages for word in ("Secret", "secret", "size 37")
    )
    assert Happening.objects.filter(what="begun").count() == 1
    tell("ended", call="c-9")  # now she has called herself
    assert "Eva Secret" in agent.get(at).content.decode()
    assert "Eva Secret" in agent.get("/conversations/").content.decode()
