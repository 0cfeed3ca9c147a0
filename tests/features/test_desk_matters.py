"""The screens on which conversations are merged, split and printed."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client

from odzew.conversations import actions, replying, uniting
from odzew.conversations.matters import Parting, Union
from odzew.conversations.models import Conversation, Message
from odzew.conversations.signature import Signature
from odzew.desk.reports import cases
from odzew.ledger.models import Owed
from odzew.search import find, index, query
from tests.features.letters import MONDAY, letter, open_desk

pytestmark = pytest.mark.django_db
SOON = MONDAY + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(SOON, tick=False):
        yield


@pytest.fixture
def desk():
    return open_desk()


@pytest.fixture
def two(desk):
    """Two conversations of one customer."""
    texts = ("Where is my parcel?", "The parcel, once more.")
    return [desk.deliver(letter(text, subject=f"Parcel {n}")).conversation for n, text in enumerate(texts)]


@pytest.fixture
def browser(desk):
    client = Client()
    client.force_login(desk.agent)
    return client


def page(browser, talk, more="", **told):
    return browser.get(f"/conversations/{talk.pk}/{more}", **told).content.decode()


def merged(browser, two):
    browser.post(f"/conversations/{two[0].pk}/merge", {"other": two[1].pk})
    return Union.objects.get()


def test_what_is_alike_is_offered_and_merged_with_one_press_and_a_confirmation(browser, two):
    offered = f"/conversations/{two[0].pk}/merge?other={two[1].pk}"
    assert offered in page(browser, two[0])
    assert "Parcel 1" in browser.get(offered).content.decode()

    answer = browser.post(f"/conversations/{two[0].pk}/merge", {"other": two[1].pk})

    assert answer["Location"] == f"/conversations/{two[0].pk}/"
    shown = page(browser, two[0])
    assert "once more" in shown
    assert "from “Parcel 1” (no." in shown


def test_the_old_address_leads_to_what_is_left_and_back_again(browser, two):
    union = merged(browser, two)
    old = f"/conversations/{two[1].pk}/"
    assert browser.get(old)["Location"] == f"/conversations/{two[0].pk}/"
    # A page that stood open asks for its parts, and acts, where it goes on.
    assert "once more" in page(browser, two[1], headers={"HX-Target": "timeline"})
    browser.post(f"{old}note", {"text": "Seen."})
    assert Message.objects.get(direction="note").conversation == two[0]

    browser.post(f"/conversations/{two[0].pk}/unmerge", {"union": union.pk})

    assert browser.get(old).status_code == 200
    assert "once more" not in page(browser, two[0])


def test_a_merge_is_found_once_and_counted_once(desk, browser, two):
    merged(browser, two)
    while index.step():
        pass
    span = cases.Span(MONDAY, MONDAY + timedelta(days=1), SOON)
    asked = query.read("parcel", None)

    assert len(find.page(asked, desk.agent, SOON).messages) == 2
    assert {m.conversation for m in Message.objects.filter(direction="inbound")} == {two[0]}
    assert [case.number for case in cases.begun(span)] == [two[0].pk]
    assert len(cases.received(span)) == len(cases.open_now(span)) == 2
    assert browser.get("/conversations/").content.decode().count("data-row") == 1
    assert browser.get(f"/customers/{two[0].customer_id}/").content.decode().count('id="talk-') == 1


def test_messages_are_split_off_and_brought_back(browser, two):
    merged(browser, two)
    said = Message.objects.get(origin=two[1])
    assert f'value="{said.pk}" checked' in page(browser, two[0], f"split?message={said.pk}")

    answer = browser.post(
        f"/conversations/{two[0].pk}/split", {"message": said.pk, "subject": "Something else"}
    )

    part = Conversation.objects.get(subject="Something else")
    assert answer["Location"] == f"/conversations/{part.pk}/"
    assert "Split off from “Parcel 0”" in page(browser, part)
    browser.post(f"/conversations/{part.pk}/unsplit", {"parting": Parting.objects.get().pk})
    assert browser.get(f"/conversations/{part.pk}/")["Location"] == f"/conversations/{two[0].pk}/"


def test_what_is_refused_says_why(desk, browser, two):
    stranger = desk.deliver(letter("Hello", sender="Bob <bob@example.org>"), sender="bob@example.org")
    answer = browser.post(f"/conversations/{two[0].pk}/merge", {"other": stranger.conversation_id})
    assert answer.status_code == 409
    assert "join the customers first" in answer.content.decode()
    answer = browser.post(f"/conversations/{two[0].pk}/split", {"subject": "x"})
    assert answer.status_code == 409
    assert "at least one message of the customer" in answer.content.decode()


def test_ticked_rows_of_one_customer_are_merged_and_others_are_not_offered_it(desk, browser, two):
    rows = [("chosen", n) for n in Owed.objects.order_by("pk").values_list("pk", flat=True)]
    assert "All of it into" in browser.get(f"/chosen/?{urlencode(rows)}").content.decode()

    answer = browser.post("/chosen/merge", {"chosen": [n for _, n in rows], "into": two[0].pk})

    assert answer["Location"] == f"/conversations/{two[0].pk}/"
    assert Union.objects.count() == 1
    desk.deliver(letter("Hello", sender="Bob <bob@example.org>"), sender="bob@example.org")
    rows = [("chosen", n) for n in Owed.objects.values_list("pk", flat=True)]
    assert "All of it into" not in browser.get(f"/chosen/?{urlencode(rows)}").content.decode()


def test_paper_holds_the_words_and_no_notes_unless_they_are_chosen(desk, browser, two):
    actions.note(two[0], desk.agent, "He is a friend.", SOON)
    quoted = "Well?\n\nOn Monday Jan wrote:\n> It is on its way.\n"
    desk.deliver(letter(quoted, in_reply_to=two[0].messages.get(direction="inbound").message_id))
    plain, full = (page(browser, two[0], f"print{more}") for more in ("", "?notes&quotes&acts"))

    for text in (plain, full):
        assert "Where is my parcel?" in text
        assert f"no. {two[0].pk}" in text
        assert "Ala Nowak" in text
        assert str(desk.agent) in text
        assert "<script>" not in text
        assert "style=" not in text
    assert "friend" not in plain
    assert "on its way" not in plain
    assert all(word in full for word in ("friend", "on its way", "not for the customer", "What we owe here"))


def test_a_reader_is_offered_the_paper_and_nothing_else(desk, browser, two):
    uniting.unite(two[0], [two[1]], desk.agent, SOON)
    desk.agent.role = "reader"
    desk.agent.save()

    shown = page(browser, two[0])

    assert f"/conversations/{two[0].pk}/print" in shown
    assert not any(f"/{act}" in shown for act in ("merge", "unmerge", "split", "unsplit"))


def test_paper_with_signatures_holds_our_own_words_above_ours(desk, browser, two):
    Signature.objects.create(owner=desk.agent, text="Jan, smith and fitter")
    replying.reply(two[0], desk.agent, "It left on Monday.", SOON, pays=[])
    plain, full = (page(browser, two[0], f"print{more}") for more in ("", "?quotes"))

    assert "It left on Monday.\n\n-- \nJan, smith and fitter" in full
    assert "It left on Monday." in plain
    assert "smith" not in plain
