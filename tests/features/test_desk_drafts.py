"""Drafts: kept on the desk by page, seen by their author alone, gone once they are sent."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from odzew.conversations import drafts
from odzew.conversations.draft import Draft
from odzew.conversations.drafts import Written
from odzew.conversations.models import Conversation, Message
from odzew.domain.obligation import Refused
from odzew.ledger.models import Owed
from odzew.staff.models import Team
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=3)
BY_SCRIPT = {"X-Requested-With": "fetch"}


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def agent(desk: Desk, client: Client) -> Client:
    client.force_login(desk.agent)
    return client


@pytest.fixture
def talk(desk: Desk) -> Conversation:
    message = desk.deliver(letter("Where is my parcel?"))
    assert message
    return message.conversation


def typed(client: Client, talk: Conversation, text: str, **more: Any) -> str:
    """Keep what an open page holds, as its script does, and return what the page is told."""
    form = {"text": text, "once": "one", "revision": 0, "stroke": 1, **more}
    answer = client.post(f"/conversations/{talk.pk}/draft", form, headers=BY_SCRIPT)
    assert answer.status_code == 200
    return answer.content.decode()


def shown(client: Client, talk: Conversation) -> str:
    return client.get(f"/conversations/{talk.pk}/").content.decode()


def test_what_is_typed_stands_in_the_box_wherever_its_author_signs_in(
    agent: Client, talk: Conversation, desk: Desk
) -> None:
    debt = Owed.objects.get(conversation=talk.pk).pk
    typed(agent, talk, "Half a sentence", purpose="answer", pays=debt)
    agent.logout()
    elsewhere = Client()
    elsewhere.force_login(desk.agent)

    page = shown(elsewhere, talk)

    assert ">Half a sentence</textarea>" in page
    assert 'value="answer" required checked' in page
    assert "Draft kept" in page
    assert '<a class="badge badge-note" href="#reply">draft</a>' in page


def test_a_draft_is_shown_to_nobody_else(agent: Client, talk: Conversation, desk: Desk) -> None:
    typed(agent, talk, "I think the carrier lost it")
    other = Client()
    other.force_login(desk.lead)

    assert "carrier lost" not in shown(other, talk) + other.get("/drafts/").content.decode()
    assert "carrier lost" in agent.get("/drafts/").content.decode()


def test_a_list_of_conversations_shows_its_author_where_one_is_begun(
    agent: Client, talk: Conversation, desk: Desk
) -> None:
    typed(agent, talk, "I think")
    other = Client()
    other.force_login(desk.lead)

    badge = '<span class="badge badge-note">'
    assert badge in agent.get("/conversations/").content.decode()
    assert badge not in other.get("/conversations/").content.decode()


def test_without_a_script_a_button_keeps_it_and_says_so(agent: Client, talk: Conversation) -> None:
    answer = agent.post(f"/conversations/{talk.pk}/draft", {"text": "By hand", "once": "x"}, follow=True)

    assert "The draft is kept." in answer.content.decode()
    assert ">By hand</textarea>" in answer.content.decode()


def test_an_older_page_overwrites_nothing_and_both_texts_can_be_taken(
    agent: Client, talk: Conversation
) -> None:
    typed(agent, talk, "The newer text", once="new")

    told = typed(agent, talk, "The older page", once="old")

    assert "in more than one place" in told and "The newer text" in told
    assert 'name="take" value="old"' in told
    page = shown(agent, talk)
    assert ">The newer text</textarea>" in page and "The older page" in page
    agent.post(f"/conversations/{talk.pk}/draft", {"take": "old", "once": "third", "text": ""})
    taken = Draft.objects.get()
    assert (taken.text, list(taken.beside.values())) == ("The older page", ["The newer text"])
    agent.post(f"/conversations/{talk.pk}/draft", {"drop": "new", "once": "third", "text": ""})
    assert Draft.objects.get().beside == {}


def test_the_same_page_goes_on_and_what_was_overtaken_on_the_way_is_left(
    agent: Client, talk: Conversation
) -> None:
    for turn, text in ((1, "H"), (3, "Hello"), (2, "Hel")):
        typed(agent, talk, text, stroke=turn)

    assert Draft.objects.get().text == "Hello"


def test_a_page_opened_on_the_draft_goes_on_from_it(agent: Client, talk: Conversation) -> None:
    typed(agent, talk, "Begun")
    revision = Draft.objects.get().revision

    told = typed(agent, talk, "Begun and gone on", once="later", revision=revision)

    assert "in more than one place" not in told
    assert Draft.objects.get().text == "Begun and gone on"


def test_a_draft_ends_with_the_reply_that_is_kept_and_only_then(agent: Client, talk: Conversation) -> None:
    typed(agent, talk, "It is on its")
    reply = {"text": "It is on its way.", "purpose": "answer", "once": "one", "revision": 1}

    refused = agent.post(f"/conversations/{talk.pk}/reply", reply)
    assert refused.status_code == 409
    assert Draft.objects.count() == 1
    debt = Owed.objects.get(conversation=talk.pk).pk
    agent.post(f"/conversations/{talk.pk}/reply", reply | {"pays": debt})

    assert Draft.objects.count() == 0
    assert Message.objects.filter(direction="outbound", text="It is on its way.").count() == 1


def test_what_is_refused_at_once_is_kept_as_a_draft(agent: Client, talk: Conversation) -> None:
    reply = {"text": "It left on Monday.", "once": "page-1", "revision": "0", "stroke": "1"}

    refused = agent.post(f"/conversations/{talk.pk}/reply", reply)

    assert refused.status_code == 409
    assert "It left on Monday.</textarea>" in shown(agent, talk)


def test_what_another_page_holds_outlives_the_reply(agent: Client, talk: Conversation) -> None:
    typed(agent, talk, "A long and careful letter", once="careful")

    agent.post(
        f"/conversations/{talk.pk}/reply", {"text": "Soon.", "purpose": "acknowledge", "once": "quick"}
    )

    assert Draft.objects.get().text == "A long and careful letter"


def test_a_keystroke_that_comes_after_the_reply_begins_no_draft(agent: Client, talk: Conversation) -> None:
    agent.post(
        f"/conversations/{talk.pk}/reply", {"text": "Soon.\r\nYours", "purpose": "acknowledge", "once": "one"}
    )

    typed(agent, talk, "Soon.\nYou")

    assert Draft.objects.count() == 0


def test_an_emptied_box_leaves_no_draft_and_neither_does_throwing_it_away(
    agent: Client, talk: Conversation
) -> None:
    typed(agent, talk, "Something")
    typed(agent, talk, " ", stroke=2)
    assert Draft.objects.count() == 0

    typed(agent, talk, "Something else")
    answer = agent.post(f"/conversations/{talk.pk}/draft", {"drop": "", "list": "1"})
    assert answer["Location"] == "/drafts/"
    assert Draft.objects.count() == 0


def test_too_much_is_refused_in_words(agent: Client, talk: Conversation, desk: Desk) -> None:
    text = "x" * (drafts.LONGEST + 1)
    answer = agent.post(f"/conversations/{talk.pk}/draft", {"text": text}, headers=BY_SCRIPT)
    assert answer.status_code == 409
    assert agent.post(f"/conversations/{talk.pk}/draft", {"text": text}).status_code == 409

    drafts.keep(talk, desk.agent, Written(page="newest", text="newest"), LATER)
    for number in range(drafts.MOST):
        drafts.keep(talk, desk.agent, Written(page=f"p{number}", text=f"{number}"), LATER)
    with pytest.raises(Refused):
        drafts.keep(talk, desk.agent, Written(page="one more", text="more"), LATER)


def test_a_new_date_is_told_below_what_was_begun(agent: Client, talk: Conversation) -> None:
    typed(agent, talk, "Begun")

    page = agent.get(f"/conversations/{talk.pk}/", {"tell": "By Friday."}).content.decode()

    assert ">Begun\n\nBy Friday.</textarea>" in page


def test_the_list_of_drafts_leads_to_each_and_is_one_statement_whatever_its_length(
    agent: Client, desk: Desk, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        message = desk.deliver(
            letter(subject=f"Parcel {number}", sender=f"a{number}@example.org"),
            sender=f"a{number}@example.org",
        )
        assert message
        typed(agent, message.conversation, f"Begun {number}")

    with django_assert_max_num_queries(12):
        page = agent.get("/drafts/").content.decode()

    assert page.count("data-row") == 5
    assert "begun, not sent" in page


def test_what_is_no_debt_among_the_ticks_does_not_shut_the_conversation(
    agent: Client, talk: Conversation
) -> None:
    typed(agent, talk, "Half a sentence", purpose="answer", pays="everything")

    assert ">Half a sentence</textarea>" in shown(agent, talk)


def test_a_draft_of_a_conversation_that_went_to_another_team_is_listed_and_can_be_thrown_away(
    agent: Client, talk: Conversation
) -> None:
    typed(agent, talk, "Half a sentence")
    Conversation.objects.filter(pk=talk.pk).update(team=Team.objects.create(name="Elsewhere"))

    assert "Half a sentence" in agent.get("/drafts/").content.decode()
    agent.post(f"/conversations/{talk.pk}/draft", {"drop": "", "list": "1"})

    assert not Draft.objects.exists()
