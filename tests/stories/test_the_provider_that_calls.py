"""Story B (F11, F12, F15): they called from a hidden number, played music, did not know why, and threatened.

Here the calls are told by the exchange. The customer is called with a purpose and a card; her minutes on hold
are booked to her, on our call too; nobody asks her for money while her line is dead and we owe her an answer.
"""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from odzew.conversations import effort
from odzew.conversations.call import Call
from odzew.conversations.models import Conversation
from odzew.ledger.models import Owed
from odzew.ledger.story import of_conversation
from odzew.lib.clock import now
from tests.features.letters import MONDAY, Desk, open_desk
from tests.features.lines import ALA, check_the_books, connect, missed, owed, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    made = open_desk()
    connect(made, places={"101": made.agent.pk})
    return made


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False) as clock:
        yield clock


@pytest.fixture
def agent(desk: Desk, client: Client) -> Client:
    client.force_login(desk.agent)
    return client


def at(minutes: int, seconds: int = 0) -> Any:
    return MONDAY + timedelta(hours=1, minutes=minutes, seconds=seconds)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_provider_that_calls_and_lets_you_wait(desk: Desk, agent: Client, clock: Any) -> None:
    # Her cable is cut. She rings the hotline; nobody picks up, twice.
    missed("c-1", at(0), name="Ala")
    missed("c-2", at(30), name="Ala")
    assert owed() == [("open", 1)]
    talk = Conversation.objects.get()
    debt = Owed.objects.get()

    # A reminder to pay is held back while she waits for us (F15); a call of her own matter is not.
    clock.move_to(debt.due_at + timedelta(minutes=1))
    dial = {"number": ALA, "about": "Your unpaid bill", "wants": "dunning"}
    refused = agent.post(f"/conversations/{talk.pk}/dial", dial)
    assert refused.status_code == 409 and "waits for something of ours" in words(refused)

    # Jan says what he calls for; the card he speaks by shows it, and what is owed (F12).
    nothing = agent.post(f"/conversations/{talk.pk}/dial", {"number": ALA, "about": " "})
    assert nothing.status_code == 409
    dial = {"number": "600 100 200", "about": "The cable is cut: when we come"}
    card = agent.post(f"/conversations/{talk.pk}/dial", dial, follow=True)
    assert "The cable is cut: when we come" in words(card) and f"tel:{ALA}" in words(card)
    assert "Call back" in words(card)

    # She does not pick up: that pays nothing, and stands as a try.
    begun = now()
    said = {"direction": "outbound", "agent": "101"}
    tell("ringing", begun, call="o-1", **said)
    tell("ended", begun + timedelta(seconds=40), call="o-1", **said)
    assert owed()[0][0] == "open" and Call.objects.get(key="o-1").purpose == dial["about"]
    assert "tried once" in words(agent.get(f"/conversations/{talk.pk}/"))

    # He calls again, and lets her listen to music for 4 min 15 s: her time is booked to her (F11).
    clock.shift(timedelta(hours=1))
    agent.post(f"/conversations/{talk.pk}/dial", dial)
    begun = now()
    for what, second in (("ringing", 0), ("answered", 5), ("held", 10), ("resumed", 265), ("ended", 385)):
        tell(what, begun + timedelta(seconds=second), call="o-2", **said)
    call = Call.objects.get(key="o-2")
    assert (call.agent, call.held_seconds, call.talked_seconds) == (desk.agent, 255, 125)
    assert effort.of(talk, of_conversation(talk.pk), now()).on_hold == 255
    page = words(agent.get(f"/conversations/{talk.pk}/"))
    assert "4:15" in page and "Jan Agent" in page

    # They have talked: only that paid the call she was owed, in his name.
    assert owed() == [("paid", 1)]
    check_the_books()


def test_a_robot_that_plays_music_and_hangs_up_has_talked_with_nobody(desk: Desk) -> None:
    for what, second in (("ringing", 0), ("answered", 5), ("held", 5), ("ended", 260)):
        tell(what, at(0, second), call="r-1", direction="outbound")

    call = Call.objects.get()
    assert (call.state, call.held_seconds, call.purpose) == ("abandoned", 255, "")
    assert owed() == [("open", 0)]  # she is owed a person
    check_the_books()


def test_the_team_sees_who_is_calling_until_somebody_answers(desk: Desk, agent: Client) -> None:
    missed("c-1", at(0), name="Ala Nowak")
    tell("ringing", now(), call="c-2")

    page = words(agent.get("/"))
    assert "Ala Nowak" in page and "is calling" in page and "We owe one thing." in page
    rail = words(agent.get("/rail?at=/"))
    assert 'hx-swap-oob="true"' in rail and "is calling" in rail

    tell("answered", now(), call="c-2")
    assert "is calling" not in words(agent.get("/rail?at=/"))


def test_a_talk_and_a_missed_call_are_written_down_by_hand(desk: Desk, agent: Client) -> None:
    missed("c-1", at(0))
    talk = Conversation.objects.get()
    agent.post(f"/conversations/{talk.pk}/missed", {"day": "2026-11-16", "hour": "10:30"})
    assert owed() == [("open", 1)]

    empty = agent.post(f"/conversations/{talk.pk}/talked", {"text": "  "})
    assert empty.status_code == 409 and owed() == [("open", 1)]
    said = {"text": "We come tomorrow at nine.", "minutes": "3", "held": "2", "way": "outbound"}
    agent.post(f"/conversations/{talk.pk}/talked", said)
    agent.post(f"/conversations/{talk.pk}/talked", said)  # pressed twice

    assert owed() == [("paid", 1)]
    by_hand = Call.objects.get(state="talked")
    assert (by_hand.held_seconds, by_hand.talked_seconds, by_hand.agent) == (120, 180, desk.agent)
    assert "We come tomorrow at nine." in words(agent.get(f"/conversations/{talk.pk}/"))
    check_the_books()
