"""Replies that wait: taken back within their seconds, sent at a moment that was chosen, held by news."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from odzew.conversations import actions, asking, later, replying, settling
from odzew.conversations.draft import Draft
from odzew.conversations.later import When
from odzew.conversations.models import Conversation, Message
from odzew.conversations.promising import Promised
from odzew.desk.conversation import waiting
from odzew.domain.obligation import Refused
from odzew.ledger import leaving, reports
from odzew.ledger.models import Entry, Owed
from odzew.outbox import deliver, letter as letters
from odzew.staff.models import Person, Team
from tests.channels.sink import sink
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=3)
SECONDS = timedelta(seconds=10)


@pytest.fixture(autouse=True)
def monday() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(LATER, tick=False) as clock:
        yield clock


@pytest.fixture
def desk() -> Iterator[Desk]:
    opened = open_desk()
    Person.objects.update(undo_seconds=10)
    opened.agent.refresh_from_db()
    yield opened
    assert reports.findings() == []


@pytest.fixture
def agent(desk: Desk, client: Client) -> Client:
    client.force_login(desk.agent)
    return client


@pytest.fixture
def talk(desk: Desk) -> Conversation:
    message = desk.deliver(letter("Where is my parcel? And when will it come?", message_id="<1@example.org>"))
    assert message
    return message.conversation


def step(desk: Desk) -> list[Any]:
    """Let the outbox work once, and return the mails the server was given."""
    with sink() as server:
        desk.account.settings = {"smtp": {"host": "127.0.0.1", "port": server.port, "security": "none"}}
        desk.account.save()
        deliver.step()
    return list(server.mails)


def answer(client: Client, talk: Conversation, **more: Any) -> Any:
    form = {"text": "It is on its way.", "purpose": "answer", "pays": debt(talk).pk, "once": "page"}
    questions = debt_questions(talk)
    form |= {"question": questions, "answered": questions} if len(questions) > 1 else {}
    return client.post(f"/conversations/{talk.pk}/reply", form | more)


def entries() -> int:
    """Return how many lines the journal has."""
    return Entry.objects.count()


def debt(talk: Conversation) -> Owed:
    return Owed.objects.filter(conversation=talk.pk, kind="answer").earliest("pk")


def debt_questions(talk: Conversation) -> list[str]:
    return list(Message.objects.filter(conversation=talk, direction="inbound").earliest("pk").questions)


def waits(client: Client, talk: Conversation, message: Message, do: str = "back") -> str:
    answer = client.post(f"/conversations/{talk.pk}/waits", {"message": message.pk, "do": do}, follow=True)
    return answer.content.decode()


def ours() -> Message:
    return Message.objects.get(direction="outbound")


def test_a_reply_waits_its_seconds_and_then_goes_and_pays(
    agent: Client, talk: Conversation, desk: Desk, monday: time_machine.Traveller
) -> None:
    answer(agent, talk)
    assert ours().not_before == LATER + SECONDS
    assert step(desk) == []

    monday.move_to(LATER + SECONDS)
    assert len(step(desk)) == 1

    assert (ours().state, debt(talk).state) == ("sent", "paid")
    assert ours().later is None


def test_undo_puts_it_back_into_the_draft_and_leaves_no_trace_in_the_books(
    agent: Client, talk: Conversation, desk: Desk, monday: time_machine.Traveller
) -> None:
    before = entries()
    questions = debt_questions(talk)
    assert len(questions) == 2
    answer(
        agent,
        talk,
        text="I will call you tomorrow at 10.",
        answered=questions[:1],
        promise="I will call you tomorrow at 10.",
        promise_kept="0",
        promise_day="2026-11-17",
        promise_hour="10:00",
        promise_owner=desk.agent.pk,
        files=SimpleUploadedFile("offer.pdf", b"%PDF"),
    )
    assert ours().later["promises"] and ours().later["still_open"] == questions[1:]
    assert entries() == before, "what can be taken back was never said"
    page = agent.get(f"/conversations/{talk.pk}/").content.decode()
    assert "It goes out in a few seconds." in page

    said = waits(agent, talk, ours_pk := ours())

    assert '<span class="clip">offer.pdf</span>' in said
    assert "I will call you tomorrow at 10.</textarea>" in said
    assert 'value="answer" required checked' in said
    assert not Message.objects.filter(direction="outbound").exists()
    assert entries() == before
    assert "back in the draft" in waits(agent, talk, ours_pk), "pressed twice"
    assert Draft.objects.count() == 1
    monday.move_to(LATER + timedelta(hours=1))
    assert step(desk) == []


def test_promises_and_open_questions_are_booked_in_the_moment_it_goes(
    agent: Client, talk: Conversation, desk: Desk, monday: time_machine.Traveller
) -> None:
    questions = debt_questions(talk)
    when = When(LATER + SECONDS, is_chosen=False)
    promised = Promised("I will call.", LATER + timedelta(days=1), desk.agent)
    replying.reply(
        talk,
        desk.agent,
        "Soon",
        LATER,
        pays=[debt(talk).pk],
        still_open=questions[1:],
        promises=[promised],
        when=when,
    )
    assert Owed.objects.filter(conversation=talk.pk).count() == 1

    monday.move_to(LATER + SECONDS)
    step(desk)

    assert Owed.objects.get(kind="promise").owner == desk.agent
    assert Owed.objects.filter(text=questions[1], state="open").count() == 1
    assert debt(talk).state == "paid"


def test_a_promise_of_somebody_who_left_meanwhile_rests_on_somebody_there(
    talk: Conversation, desk: Desk, monday: time_machine.Traveller
) -> None:
    promised = Promised("I will call.", LATER + timedelta(days=1), desk.lead)
    when = When(LATER + timedelta(hours=2), is_chosen=True)
    replying.reply(talk, desk.agent, "Soon", LATER, pays=[], promises=[promised], when=when)
    leaving.deactivate(desk.lead, Person.objects.get(role="administrator"), LATER, desk.agent)

    monday.move_to(LATER + timedelta(hours=2))
    step(desk)

    assert Owed.objects.get(kind="promise").owner == desk.agent


def test_what_has_been_claimed_cannot_be_taken_back_and_what_was_taken_back_cannot_be_claimed(
    agent: Client, talk: Conversation, desk: Desk
) -> None:
    answer(agent, talk)
    message = ours()
    assert later.begin(message.pk, LATER + SECONDS)

    assert "gone out already" in waits(agent, talk, message)
    assert ours().state == "sending"
    assert not later.begin(message.pk, LATER + SECONDS), "nobody sends it twice"

    answer(agent, talk, text="Another")
    another = Message.objects.get(text="Another")
    waits(agent, talk, another)
    assert not later.begin(another.pk, LATER + SECONDS)


def test_only_its_author_takes_it_back(agent: Client, talk: Conversation, desk: Desk) -> None:
    answer(agent, talk)

    with pytest.raises(Refused):
        later.take_back(talk, ours().pk, desk.lead, LATER)
    with pytest.raises(Refused):
        later.send_now(talk, ours().pk, desk.lead, LATER)

    assert ours().state == "queued"


def test_a_text_begun_since_stays_beside_what_is_taken_back(agent: Client, talk: Conversation) -> None:
    answer(agent, talk)
    agent.post(f"/conversations/{talk.pk}/draft", {"text": "Something new", "once": "other"})

    waits(agent, talk, ours())

    draft = Draft.objects.get()
    assert {draft.text, *draft.beside.values()} == {"Something new", "It is on its way."}


def test_nothing_to_wait_for_it_goes_at_once(agent: Client, talk: Conversation, desk: Desk) -> None:
    agent.post("/look", {"undo": "0"})

    answer(agent, talk)

    assert ours().not_before is None
    assert len(step(desk)) == 1


def test_a_moment_is_chosen_and_the_letter_bears_it(
    agent: Client, talk: Conversation, desk: Desk, monday: time_machine.Traveller
) -> None:
    answer(agent, talk, later="own", later_day="2026-11-16", later_hour="15:30")
    moment = datetime(2026, 11, 16, 14, 30, tzinfo=UTC)
    assert ours().not_before == moment
    assert "Goes out today 15:30" in agent.get(f"/conversations/{talk.pk}/").content.decode()
    assert "It is on its way." in agent.get("/drafts/").content.decode()
    monday.move_to(moment - timedelta(seconds=1))
    assert step(desk) == []

    monday.move_to(moment)

    assert letters.write(ours()).date == moment
    assert len(step(desk)) == 1
    assert debt(talk).state == "paid"


@pytest.mark.parametrize("days", [1, 6, 30])
def test_one_that_waits_for_days_is_neither_sent_early_nor_given_up_at_its_first_refusal(
    agent: Client, talk: Conversation, desk: Desk, monday: time_machine.Traveller, days: int
) -> None:
    moment = LATER + timedelta(days=days)
    answer(agent, talk, later=moment.isoformat(), late_anyway="yes")
    assert step(desk) == []
    monday.move_to(moment)
    with sink(answers={"ala@example.org": "450 later"}) as server:
        desk.account.settings = {"smtp": {"host": "127.0.0.1", "port": server.port, "security": "none"}}
        desk.account.save()
        deliver.step()

    assert (ours().state, ours().tries) == ("queued", 1)
    monday.move_to(moment + timedelta(minutes=2))
    assert len(step(desk)) == 1


def test_an_undo_of_a_clock_that_jumped_does_not_keep_a_reply_for_years(
    talk: Conversation, desk: Desk
) -> None:
    ahead = LATER + timedelta(days=400)
    replying.reply(talk, desk.agent, "Hi", ahead, pays=[], when=When(ahead + SECONDS, is_chosen=False))

    assert len(step(desk)) == 1


def test_after_the_due_hour_it_goes_only_when_that_is_meant(agent: Client, talk: Conversation) -> None:
    moment = (LATER + timedelta(days=3)).isoformat()

    refused = answer(agent, talk, later=moment)
    assert refused.status_code == 409
    assert "falls due" in refused.content.decode() and 'name="late_anyway"' in refused.content.decode()
    assert "after the due hour" in agent.get(f"/conversations/{talk.pk}/").content.decode()
    assert answer(agent, talk, later=moment, late_anyway="yes").status_code == 302


@pytest.mark.parametrize("moment", ["2026-11-16T08:00:00+00:00", "2036-01-01T00:00", "soon", "own"])
def test_what_is_no_moment_to_come_is_refused(agent: Client, talk: Conversation, moment: str) -> None:
    assert answer(agent, talk, later=moment).status_code == 409
    assert not Message.objects.filter(direction="outbound").exists()


def test_a_team_around_the_clock_can_send_tomorrow_morning(talk: Conversation, desk: Desk) -> None:
    desk.team.hours = {}
    talk.team = desk.team

    offered = [choice.value for choice in waiting.choices(talk, [], LATER)]

    assert [moment[:13] for moment in offered] == ["2026-11-16T13", "2026-11-17T09", "2026-11-24T09"]


def test_a_promise_does_not_fall_due_before_its_words_go_out(talk: Conversation, desk: Desk) -> None:
    promised = Promised("I will call.", LATER + timedelta(hours=1), desk.agent)

    with pytest.raises(Refused, match="falls due before"):
        replying.reply(
            talk,
            desk.agent,
            "Soon",
            LATER,
            pays=[],
            promises=[promised],
            when=When(LATER + timedelta(hours=2), is_chosen=True),
        )


def test_news_of_the_customer_hold_it_and_its_author_is_told(
    agent: Client, talk: Conversation, desk: Desk, monday: time_machine.Traveller
) -> None:
    moment = LATER + timedelta(hours=2)
    answer(agent, talk, later=moment.isoformat())
    desk.deliver(letter("It has come, thank you.", in_reply_to="<1@example.org>"))
    monday.move_to(moment)

    assert step(desk) == []

    assert ours().state == "held"
    assert (debt(talk).state, debt(talk).chasers) == ("open", 1), "it joins: nothing has answered it"
    page = agent.get("/drafts/").content.decode()
    assert "Held: something happened before it went out" in page
    assert "held, because something happened since" in page, "the rail tells"
    assert "Held: something happened" in agent.get(f"/conversations/{talk.pk}/").content.decode()
    assert "It goes out now." in waits(agent, talk, ours(), "now")
    assert len(step(desk)) == 1
    assert debt(talk).state == "paid"


@pytest.mark.parametrize("what", ["answered", "waived", "asked beside", "left"])
def test_whatever_overtakes_it_holds_it(
    agent: Client, talk: Conversation, desk: Desk, monday: time_machine.Traveller, what: str
) -> None:
    moment = LATER + timedelta(hours=2)
    answer(agent, talk, later=moment.isoformat())
    if what == "answered":
        sent_by = replying.reply(talk, desk.lead, "Here it is.", LATER, pays=[debt(talk).pk])
        settling.accepted(sent_by, "250", LATER)
    elif what == "waived":
        actions.waive(talk, desk.lead, debt(talk).pk, "She has it.", LATER)
    elif what == "asked beside":
        beside = asking.ask(talk, desk.agent, "carrier@example.net", "Parcel 7", "Where is it?", LATER)
        Message.objects.filter(pk=beside.pk).update(state="sent")
        Message.objects.create(
            conversation=beside.conversation, direction="inbound", at=LATER, text="Lost.", own_words="Lost."
        )
    else:
        Person.objects.filter(pk=desk.agent.pk).update(is_active=False)
    monday.move_to(moment)

    assert [mail for mail in step(desk) if "on its way" in str(mail)] == []

    waiting = Message.objects.get(text="It is on its way.")
    assert waiting.state == "held"
    if what == "left":
        later.take_back(talk, waiting.pk, desk.lead, moment)  # somebody else has to see to it


def test_a_conversation_closed_while_a_promise_waited_opens_again(
    talk: Conversation, desk: Desk, monday: time_machine.Traveller
) -> None:
    moment = LATER + timedelta(hours=2)
    promised = Promised("I will call.", LATER + timedelta(days=1), desk.agent)
    replying.reply(
        talk, desk.agent, "Soon", LATER, pays=[], promises=[promised], when=When(moment, is_chosen=True)
    )
    actions.waive(talk, desk.agent, debt(talk).pk, "Spoken for.", LATER)
    assert actions.close(talk, desk.agent, LATER) == []

    monday.move_to(moment)
    step(desk)

    assert Conversation.objects.get(pk=talk.pk).status == "open"


def test_who_got_the_conversation_may_stop_what_its_author_sees_no_more(
    agent: Client, talk: Conversation, desk: Desk
) -> None:
    answer(agent, talk)
    other = Team.objects.create(name="Money")
    eva = Person.objects.create(email="eva@example.com", name="Eva", role="agent")
    eva.teams.add(other)
    with pytest.raises(Refused, match="Only who wrote it"):
        later.take_back(talk, ours().pk, desk.lead, LATER)
    Conversation.objects.update(team=other)

    later.take_back(talk, ours().pk, eva, LATER)

    assert not Message.objects.filter(direction="outbound").exists()
