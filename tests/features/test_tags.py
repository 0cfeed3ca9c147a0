"""Tags sort conversations: given and taken off by whoever may write, kept in order by an administrator."""

from datetime import UTC, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from odzew.conversations import tagging, timeline
from odzew.conversations.happening import Happening
from odzew.conversations.models import Conversation
from odzew.conversations.tag import Tag, Tagged
from odzew.desk import events
from odzew.domain.obligation import Refused
from odzew.ledger.models import Entry
from odzew.search import find, index, query
from odzew.staff.models import Person, Role
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def talk(desk: Desk) -> Conversation:
    return said(desk, "Ala", "Where is my parcel?")


@pytest.fixture
def agent(desk: Desk, client: Client) -> Client:
    client.force_login(desk.agent)
    return client


@pytest.fixture
def boss(desk: Desk) -> Client:
    client = Client()
    client.force_login(Person.objects.get(role=Role.ADMINISTRATOR))
    return client


def said(desk: Desk, name: str, text: str) -> Conversation:
    address = f"{name.lower()}@example.org"
    message = desk.deliver(letter(text, sender=f"{name} <{address}>"), sender=address)
    assert message
    return message.conversation


def shown(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def names(talk: Conversation) -> list[str]:
    return sorted(talk.tagged.values_list("tag__name", flat=True))


def found(text: str, who: Person) -> list[int]:
    while index.step():
        pass
    asked = query.read(text, UTC)
    assert asked.problems == []
    return find.page(asked, who, LATER).messages


def test_a_new_word_makes_a_tag_and_a_known_one_gives_it(
    agent: Client, desk: Desk, talk: Conversation
) -> None:
    other = said(desk, "Eva", "And mine?")
    agent.post(f"/conversations/{talk.pk}/tag", {"name": "  Zwrot   pieniędzy "})
    agent.post(f"/conversations/{other.pk}/tag", {"name": "zwrot pieniedzy"})

    assert Tag.objects.get().name == "Zwrot pieniędzy"
    assert names(talk) == names(other) == ["Zwrot pieniędzy"]


def test_a_tag_stands_on_the_conversation_in_the_lists_and_in_the_history(
    agent: Client, talk: Conversation
) -> None:
    answer = agent.post(f"/conversations/{talk.pk}/tag", {"name": "Returns"}, follow=True)

    page = answer.content.decode()
    assert "Tagged “Returns”" in page
    assert "/search?q=tag:%22Returns%22" in page
    for url in ("/", "/?show=team", "/?show=mine", "/conversations/"):
        seen = shown(agent, url)
        assert ("Returns</span>" in seen) == (f"/conversations/{talk.pk}/" in seen)
    assert "Returns</span>" in shown(agent, "/")


def test_a_tag_is_taken_off_and_the_history_says_so(agent: Client, desk: Desk, talk: Conversation) -> None:
    tag = tagging.add(talk, desk.agent, "Returns", LATER)
    for _ in range(2):
        agent.post(f"/conversations/{talk.pk}/untag", {"tag": tag.pk})

    assert names(talk) == []
    assert "Took off the tag “Returns”" in shown(agent, f"/conversations/{talk.pk}/")
    acts = [line["what"] for line in timeline.of_customer(talk.customer)]
    assert acts.count("tagged") == acts.count("untagged") == 1


def test_the_same_tag_twice_is_one_tag_and_one_line(desk: Desk, talk: Conversation) -> None:
    for name in ("Returns", "RETURNS"):
        tagging.add(talk, desk.agent, name, LATER)

    assert (Tagged.objects.count(), Happening.objects.count()) == (1, 1)


@pytest.mark.parametrize("name", ["", "  ", "!?", "x" * 41])
def test_what_is_no_name_for_a_tag_is_refused(agent: Client, talk: Conversation, name: str) -> None:
    answer = agent.post(f"/conversations/{talk.pk}/tag", {"name": name})

    assert answer.status_code == 409
    assert not Tag.objects.exists()


def test_a_name_is_shown_as_text(agent: Client, talk: Conversation) -> None:
    agent.post(f"/conversations/{talk.pk}/tag", {"name": '<u>"bold'})

    for url in ("/", f"/conversations/{talk.pk}/", "/conversations/"):
        assert "<u>" not in shown(agent, url)
    assert Tag.objects.get().name == "<u> bold"


def test_a_tag_moves_no_debt_and_is_no_act_of_its_owner(desk: Desk, talk: Conversation) -> None:
    before = Entry.objects.count()

    tagging.add(talk, desk.agent, "Returns", LATER)

    desk.agent.refresh_from_db()
    talk.refresh_from_db()
    assert (Entry.objects.count(), desk.agent.acted_at) == (before, None)
    assert talk.last_at < LATER


def test_open_screens_hear_of_a_tag(desk: Desk, talk: Conversation) -> None:
    before = events.marks()

    tagging.add(talk, desk.agent, "Returns", LATER)

    assert events.marks() != before


def test_conversations_are_found_by_their_tags(desk: Desk, talk: Conversation) -> None:
    other = said(desk, "Eva", "My parcel is broken.")
    tagging.add(talk, desk.agent, "Not paid", LATER)
    tagging.add(other, desk.agent, "not paid", LATER)
    tagging.add(other, desk.agent, "Returns", LATER)
    first, second = talk.messages.get().pk, other.messages.get().pk

    assert found('tag:"not paid"', desk.agent) == [second, first]
    assert found('etykieta:"not paid" parcel tag:RETURNS', desk.agent) == [second]
    assert found("мітка:returns", desk.agent) == [second]
    assert found('tag:"not paid" broken', desk.agent) == [second]
    assert found("tag:unheard", desk.agent) == []


def test_a_tag_on_very_many_conversations_is_found_too(
    desk: Desk, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find, "_MOST_TALKS", 1)
    other = said(desk, "Eva", "My parcel is broken.")
    said(desk, "Iga", "My parcel too.")
    for one in (talk, other):
        tagging.add(one, desk.agent, "Returns", LATER)

    assert found("tag:returns parcel", desk.agent) == [other.messages.get().pk, talk.messages.get().pk]
    assert found("tag:returns", desk.agent) == [other.messages.get().pk, talk.messages.get().pk]


def test_by_a_tag_nobody_finds_what_another_team_keeps(desk: Desk, talk: Conversation) -> None:
    stranger = Person.objects.create_user("x@example.com", None, name="X", role=Role.AGENT)
    tagging.add(talk, desk.agent, "Returns", LATER)

    assert found("tag:returns", stranger) == []


def test_a_tag_is_renamed_wherever_it_stands(boss: Client, desk: Desk, talk: Conversation) -> None:
    tag = tagging.add(talk, desk.agent, "Retruns", LATER)

    boss.post(f"/tags/{tag.pk}/", {"name": "Returns"})

    assert names(talk) == ["Returns"]
    assert "Tagged “Retruns”" in shown(boss, f"/conversations/{talk.pk}/")
    assert "Returns" in shown(boss, "/tags/")


def test_a_name_another_tag_has_is_refused_with_what_to_do(
    boss: Client, desk: Desk, talk: Conversation
) -> None:
    tagging.add(talk, desk.agent, "Returns", LATER)
    tag = tagging.add(talk, desk.agent, "Refunds", LATER)

    answer = boss.post(f"/tags/{tag.pk}/", {"name": "RETURNS"})

    assert answer.status_code == 422
    assert "merge the two below" in answer.content.decode()
    assert Tag.objects.get(pk=tag.pk).name == "Refunds"


def test_merged_tags_are_one_and_the_old_name_still_means_it(
    boss: Client, desk: Desk, talk: Conversation
) -> None:
    other = said(desk, "Eva", "And mine?")
    old = tagging.add(talk, desk.agent, "Refunds", LATER)
    stays = tagging.add(talk, desk.agent, "Returns", LATER)
    tagging.add(other, desk.agent, "refunds", LATER)

    boss.post(f"/tags/{old.pk}/merge", {"into": stays.pk})

    assert names(talk) == names(other) == ["Returns"]
    assert tagging.add(other, desk.agent, "Refunds", LATER) == stays
    assert len(found("tag:refunds", desk.agent)) == 2
    assert boss.get(f"/tags/{old.pk}/").status_code == 404
    with pytest.raises(Refused):
        tagging.merge(stays, old)
    with pytest.raises(Refused):
        tagging.merge(stays, stays)


def test_a_tag_merged_twice_stands_for_the_last_and_may_be_named_so_again(
    desk: Desk, talk: Conversation
) -> None:
    one, two, three = (tagging.add(talk, desk.agent, name, LATER) for name in ("One", "Two", "Three"))
    tagging.merge(one, two)
    tagging.merge(Tag.objects.get(pk=two.pk), three)

    assert tagging.named("one") == tagging.named("two") == three

    tagging.rename(three, "One")
    assert tagging.named("one") == three


def test_an_archived_tag_stays_where_it_is_and_is_given_no_more(
    boss: Client, agent: Client, desk: Desk, talk: Conversation
) -> None:
    other = said(desk, "Eva", "And mine?")
    tag = tagging.add(talk, desk.agent, "Returns", LATER)
    boss.post(f"/tags/{tag.pk}/archive")

    refused = agent.post(f"/conversations/{other.pk}/tag", {"name": "returns"})

    assert refused.status_code == 409
    assert '<option value="Returns">' not in shown(agent, f"/conversations/{other.pk}/")
    assert names(talk) == ["Returns"]
    assert len(found("tag:returns", desk.agent)) == 1
    boss.post(f"/tags/{tag.pk}/archive", {"back": "yes"})
    assert '<option value="Returns">' in shown(agent, f"/conversations/{other.pk}/")


def test_a_reader_sees_tags_and_changes_none(desk: Desk, talk: Conversation, client: Client) -> None:
    tagging.add(talk, desk.agent, "Returns", LATER)
    Person.objects.filter(pk=desk.agent.pk).update(role=Role.READER)
    client.force_login(desk.agent)

    page = shown(client, f"/conversations/{talk.pk}/")

    assert "Returns" in page
    assert f"/conversations/{talk.pk}/untag" not in page


def test_tags_cost_a_list_no_query(agent: Client, desk: Desk, talk: Conversation) -> None:
    def queries(url: str) -> int:
        shown(agent, url)  # what is new is marked as seen, once
        with CaptureQueriesContext(connection) as captured:
            shown(agent, url)
        return len(captured)

    before = {url: queries(url) for url in ("/", "/conversations/", f"/conversations/{talk.pk}/")}
    for n in range(5):
        tagging.add(said(desk, f"C{n}", "Parcel?"), desk.agent, f"Tag {n}", LATER)
        tagging.add(talk, desk.agent, f"Tag {n}", LATER)

    assert {url: queries(url) for url in before} == before
    assert "+2" in shown(agent, "/conversations/")


@pytest.fixture(autouse=True)
def _monday() -> object:
    with time_machine.travel(LATER, tick=False):
        yield
