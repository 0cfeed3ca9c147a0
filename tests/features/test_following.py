"""Colleagues named in notes, and followers: who is told, who is not, and that nobody owes anything by it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from odzew.conversations import actions, following, mentions, replying, uniting
from odzew.conversations.follower import Follower
from odzew.conversations.models import Conversation
from odzew.domain.obligation import Refused
from odzew.ledger import reports
from odzew.ledger.models import Owed
from odzew.notices import follow
from odzew.notices.models import Kind, Notice
from odzew.staff.models import Person, Role, Team
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)
FIRST = "<1st@example.org>"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def desk() -> Iterator[Desk]:
    opened = open_desk()
    yield opened
    assert reports.findings() == []


@pytest.fixture
def talk(desk: Desk) -> Conversation:
    message = desk.deliver(letter(message_id=FIRST))
    assert message
    return message.conversation


def person(name: str, team: Team | None = None, **more: Any) -> Person:
    made = Person.objects.create_user(f"{name.split()[0].lower()}@example.com", name=name, **more)
    if team:
        made.teams.add(team)
    return made


def told(who: Person, kind: Kind) -> list[Notice]:
    follow.step(LATER)
    return list(Notice.objects.filter(person=who, kind=kind).order_by("pk"))


NAMED = {
    "whole name": ("@Zofia Żółć, look.", True),
    "first name": ("Ask @Zofia.", True),
    "without marks, in capitals": ("(@ZOFIA ZOLC)", True),
    "name of the mailbox": ("@zofia: see above", True),
    "longer word": ("@Zofianna", False),
    "mail address": ("Write to x@zofia.pl", False),
    "no sign": ("Zofia knows.", False),
}


@pytest.mark.parametrize(("text", "is_named"), NAMED.values(), ids=NAMED)
def test_a_name_behind_the_sign_names_a_colleague(
    desk: Desk, talk: Conversation, text: str, is_named: bool
) -> None:
    zofia = person("Zofia Żółć", desk.team, role=Role.AGENT)

    assert mentions.mentioned(talk, text) == ([zofia] if is_named else [])


def test_of_two_with_one_first_name_only_the_whole_name_names(desk: Desk, talk: Conversation) -> None:
    one = person("Jan Adamski", desk.team, role=Role.AGENT)  # the agent is a Jan, too

    assert mentions.mentioned(talk, "@Adam @Jan and @jan kowalski") == []
    assert mentions.mentioned(talk, "@Jan Adamski and @Jan Agent, @Jan Adamski") == [one, desk.agent]


def test_whom_a_note_names_is_told_once_and_who_may_not_see_it_is_not(
    desk: Desk, talk: Conversation, client: Client
) -> None:
    stranger = person("Iga Beta", role=Role.AGENT)
    client.force_login(desk.agent)
    text = {"text": "@Ola Lead and @Iga Beta and @Jan: look. @Ola!"}

    for _ in range(2):  # the button is pressed twice
        assert client.post(f"/conversations/{talk.pk}/note", text).status_code == 302

    note = talk.messages.get(direction="note")
    assert [(one.by, one.message, one.count) for one in told(desk.lead, Kind.MENTION)] == [
        (desk.agent.pk, note.pk, 1)
    ]
    assert told(stranger, Kind.MENTION) == told(desk.agent, Kind.MENTION) == []
    assert not Follower.objects.exists()  # whoever is named follows only if he wishes


def test_a_follower_hears_of_letters_replies_notes_and_acts_but_not_of_his_own(
    desk: Desk, talk: Conversation
) -> None:
    debt = Owed.objects.get(conversation=talk.pk)
    watcher = person("Zofia Żółć", desk.team, role=Role.AGENT)
    following.follow(talk, watcher, watcher.pk, LATER)
    heard = [0]

    def hears(count: int) -> bool:
        rows = told(watcher, Kind.FOLLOWED)
        before, heard[0] = heard[0], sum(row.count for row in rows)
        return heard[0] - before == count

    assert hears(0)
    desk.deliver(letter("Hello?", in_reply_to=FIRST))
    assert hears(1)
    desk.deliver(letter("Away.", in_reply_to=FIRST, auto_submitted="auto-replied"))
    assert hears(0)
    actions.note(talk, desk.agent, "Checking.", LATER)
    assert hears(1)
    actions.note(talk, desk.agent, "@Zofia, look.", LATER)
    assert hears(0)  # she is told that she was named
    actions.note(talk, watcher, "My own.", LATER)
    assert hears(0)
    actions.hand_over(talk, desk.agent, [debt.pk], desk.lead, "She knows.", LATER)
    assert hears(1)
    replying.reply(talk, desk.lead, "Soon.", LATER, pays=[])
    assert hears(1)
    actions.waive(talk, desk.lead, debt.pk, "Spam.", LATER)
    assert hears(1)
    assert actions.close(talk, desk.lead, LATER) == []
    assert hears(1)
    following.unfollow(talk, watcher)
    desk.deliver(letter("Again?", in_reply_to=FIRST))
    assert hears(0)
    assert not Owed.objects.filter(owner=watcher).exists()


def test_who_owes_the_answer_hears_of_a_letter_once(desk: Desk, talk: Conversation) -> None:
    owner = Owed.objects.get(conversation=talk.pk).owner
    following.follow(talk, owner, owner.pk, LATER)

    desk.deliver(letter("Hello?", in_reply_to=FIRST))

    assert told(owner, Kind.FOLLOWED) == []


def test_a_colleague_is_added_and_told_and_one_who_may_not_see_it_is_refused(
    desk: Desk, talk: Conversation, client: Client
) -> None:
    stranger = person("Iga Beta", role=Role.AGENT)
    client.force_login(desk.agent)

    assert client.post(f"/conversations/{talk.pk}/follow", {"person": desk.lead.pk}).status_code == 302
    assert client.post(f"/conversations/{talk.pk}/follow", {"person": stranger.pk}).status_code == 409

    assert len(told(desk.lead, Kind.FOLLOWED)) == 1
    assert list(Follower.objects.values_list("person", flat=True)) == [desk.lead.pk]
    page = client.get(f"/conversations/{talk.pk}/", headers={"HX-Target": "followers"}).content.decode()
    assert "Ola Lead" in page
    assert "owes nothing by it" in page
    with pytest.raises(Refused):
        following.follow(talk, desk.agent, stranger.pk, LATER)


def test_who_may_see_it_no_more_is_told_no_more(desk: Desk, talk: Conversation) -> None:
    watcher = person("Zofia Żółć", desk.team, role=Role.AGENT)
    following.follow(talk, watcher, watcher.pk, LATER)
    watcher.teams.clear()

    desk.deliver(letter("Hello?", in_reply_to=FIRST))

    assert told(watcher, Kind.FOLLOWED) == []


def test_what_is_merged_is_followed_in_the_one_that_is_left_and_listed_so(
    desk: Desk, talk: Conversation, client: Client
) -> None:
    watcher = person("Zofia Żółć", desk.team, role=Role.AGENT)
    message = desk.deliver(letter("The same.", message_id="<other@example.org>", subject="Again"))
    assert message
    following.follow(talk, watcher, watcher.pk, LATER)
    uniting.unite(message.conversation, [talk], desk.lead, LATER)
    client.force_login(watcher)

    actions.note(message.conversation, desk.agent, "Checking.", LATER)
    page = client.get("/conversations/?show=followed").content.decode()

    assert [notice.conversation for notice in told(watcher, Kind.FOLLOWED)][-1:] == [message.conversation_id]
    assert f'id="talk-{message.conversation_id}"' in page
    assert f'id="talk-{talk.pk}"' not in page
    assert 'I follow <span class="count">1</span>' in page
    following.unfollow(message.conversation, watcher)
    assert "You follow nothing" in client.get("/conversations/?show=followed").content.decode()
