"""Conversation: what a person sees and does, and what the desk refuses with its reasons."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from odzew.conversations import replying, settling
from odzew.conversations.models import Conversation, Message
from odzew.domain.obligation import Kind, State
from odzew.ledger import reports
from odzew.ledger.models import Owed
from odzew.staff.models import Person, Role, Team
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=3)


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
def agent(desk: Desk, client: Client) -> Client:
    client.force_login(desk.agent)
    return client


@pytest.fixture
def talk(desk: Desk) -> Conversation:
    message = desk.deliver(letter("Where is my parcel?", message_id="<1st@example.org>"))
    return message.conversation


def owed(talk: Conversation, **more: Any) -> Owed:
    return Owed.objects.get(conversation=talk.pk, **more)


def post(client: Client, talk: Conversation, what: str, **form: Any) -> Any:
    return client.post(f"/conversations/{talk.pk}/{what}", form)


def shown(client: Client, talk: Conversation, query: str = "") -> str:
    response = client.get(f"/conversations/{talk.pk}/{query}")
    assert response.status_code == 200
    return response.content.decode()


def cut_short(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(state="sending")
    settling.in_doubt(message, "The desk stopped while it was sending.", LATER)


def test_the_history_shows_the_customers_words_and_the_line_of_the_books(
    agent: Client, talk: Conversation
) -> None:
    page = shown(agent, talk)

    assert "Where is my parcel?" in page
    assert "Answer owed by" in page
    assert "What we owe here" in page


def test_what_the_matter_has_cost_the_customer_stands_beside_it(agent: Client, talk: Conversation) -> None:
    def panel() -> str:
        return shown(agent, talk).partition('id="effort-title"')[2].partition("</section>")[0]

    before = panel()
    post(agent, talk, "reply", text="We look into it.", purpose="acknowledge")

    assert "<dt>Had to write or call</dt><dd>once</dd>" in before and "Dealt with" not in before
    assert "<dt>Dealt with</dt><dd>1 person</dd>" in panel()


def test_an_answer_is_queued_and_will_pay_what_was_ticked(agent: Client, talk: Conversation) -> None:
    debt = owed(talk)

    response = post(agent, talk, "reply", text="It is on its way.", purpose="answer", pays=[debt.pk])

    assert response.status_code == 302
    reply = Message.objects.get(direction="outbound", purpose="answer")
    assert (reply.pays, reply.state, reply.text) == ([debt.pk], "queued", "It is on its way.")
    assert owed(talk).state == State.OPEN  # only the other side's acceptance pays


def test_an_accepted_answer_is_shown_as_paid(agent: Client, talk: Conversation) -> None:
    post(agent, talk, "reply", text="It is on its way.", purpose="answer", pays=[owed(talk).pk])
    settling.accepted(Message.objects.get(purpose="answer"), "250 ok", LATER)

    page = shown(agent, talk)

    assert "Answer: paid one debt" in page
    assert "Accepted by the receiver&#x27;s server" in page
    assert "Nothing is owed here" in page


def test_an_acknowledgement_pays_nothing_even_with_a_tick(agent: Client, talk: Conversation) -> None:
    post(agent, talk, "reply", text="We look into it.", purpose="acknowledge", pays=[owed(talk).pk])

    reply = Message.objects.get(purpose="acknowledgement")
    assert reply.pays == []
    assert owed(talk).state == State.OPEN


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"purpose": "answer"}, "Tick what this answers"),
        ({}, "Say whether this answers, or only acknowledges."),
        ({"purpose": "answer", "pays": ["999999"]}, "999999 is not owed in this conversation"),
    ],
    ids=["an answer to nothing", "neither", "a debt of somebody else"],
)
def test_a_reply_that_is_refused_says_why_and_keeps_the_words(
    agent: Client, talk: Conversation, form: dict[str, Any], why: str
) -> None:
    response = post(agent, talk, "reply", text="My careful words", **form)

    assert response.status_code == 409
    page = response.content.decode()
    assert why in page
    assert "My careful words</textarea>" in page
    assert not Message.objects.filter(author__isnull=False).exists()


def test_a_question_left_unticked_stays_owed_since_its_first_moment(
    agent: Client, talk: Conversation
) -> None:
    debt = owed(talk)
    Message.objects.filter(conversation=talk).update(questions=["Where is it?", "Do I get an invoice?"])
    assert shown(agent, talk).count('name="answered"') == 2

    both = {"question": ["Where is it?", "Do I get an invoice?"]}
    post(
        agent,
        talk,
        "reply",
        text="In Łódź.",
        purpose="answer",
        pays=[debt.pk],
        answered=["Where is it?"],
        **both,
    )

    still = owed(talk, text="Do I get an invoice?")
    assert (still.kind, still.state, still.opened_at) == (Kind.ANSWER, State.OPEN, debt.opened_at)


def test_an_answer_that_answers_no_question_is_refused(agent: Client, talk: Conversation) -> None:
    response = post(
        agent, talk, "reply", text="Hm.", purpose="answer", pays=[owed(talk).pk], question=["One?", "Two?"]
    )

    assert response.status_code == 409
    assert "Tick at least one question" in response.content.decode()


def test_a_letter_that_came_while_writing_stops_the_reply(
    desk: Desk, agent: Client, talk: Conversation
) -> None:
    seen = talk.messages.get(direction="inbound").pk
    desk.deliver(letter("I found it, thanks!", in_reply_to="<1st@example.org>"))

    response = post(agent, talk, "reply", text="Sorry.", purpose="answer", pays=[owed(talk).pk], seen=seen)

    assert response.status_code == 409
    page = response.content.decode()
    assert "wrote again while you were writing" in page
    assert "Sorry.</textarea>" in page
    assert "I have read it: send anyway" in page
    seen, *_ = re.findall(r'composer.*?name="seen" value="(\d+)"', page, re.DOTALL)
    again = post(agent, talk, "reply", text="Sorry.", purpose="answer", pays=owed(talk).pk, seen=seen)
    assert again.status_code == 302, "what stands on this page is read"


def test_files_go_with_the_reply(agent: Client, talk: Conversation) -> None:
    file = SimpleUploadedFile("faktura ż.pdf", b"%PDF-1", "application/pdf")
    post(agent, talk, "reply", text="Here.", purpose="answer", pays=[owed(talk).pk], files=[file])

    reply = Message.objects.get(purpose="answer")
    got = agent.get(f"/messages/{reply.pk}/files/0")

    assert b"".join(got) == b"%PDF-1"
    assert got["Content-Type"] == "application/octet-stream"
    assert got["Content-Disposition"].startswith("attachment;")
    assert got["X-Content-Type-Options"] == "nosniff"


def test_a_promise_is_kept_by_a_call_that_is_written_down_and_the_history_names_it(
    agent: Client, talk: Conversation
) -> None:
    post(agent, talk, "promise", text="The boss calls.", day="2026-11-24", hour="12:00")
    promise, answer = owed(talk, kind=Kind.PROMISE), owed(talk, kind=Kind.ANSWER)

    refused = post(agent, talk, "kept", debt=answer.pk, text="We spoke.")
    silent = post(agent, talk, "kept", debt=promise.pk, text=" ")
    post(agent, talk, "kept", debt=promise.pk, text="She gets her money back.")
    twice = post(agent, talk, "kept", debt=promise.pk, text="She gets her money back.")

    assert (refused.status_code, silent.status_code, twice.status_code) == (409, 409, 409)
    [call] = Message.objects.filter(direction=Message.Direction.NOTE)
    promise.refresh_from_db()
    assert (promise.state, promise.settled_by) == (State.PAID, call.pk)
    assert owed(talk, kind=Kind.ANSWER).state == State.OPEN
    page = shown(agent, talk)
    assert f'Kept: “The boss calls.” <a href="#message-{call.pk}">' in page
    assert "A call, written down by whoever made it." in page


def test_the_history_quotes_what_is_owed_as_the_readers_language_does(
    desk: Desk, agent: Client, talk: Conversation
) -> None:
    first = owed(talk)
    part = "And the refund?"
    reply = replying.reply(talk, desk.agent, "Here.", LATER, pays=[first.pk], still_open=[part])
    settling.accepted(reply, "250", LATER)
    rest = owed(talk, text=part)
    settling.accepted(replying.reply(talk, desk.agent, "Paid.", LATER, pays=[rest.pk]), "250", LATER)
    Person.objects.filter(pk=desk.agent.pk).update(language="pl")

    page = shown(agent, talk)

    assert page.count(f"„{part}”") >= 2
    assert f"“{part}”" not in page


def test_a_promise_is_due_at_the_hour_where_the_person_is(agent: Client, talk: Conversation) -> None:
    post(agent, talk, "promise", text="Send the part", day="2026-11-17", hour="16:00")

    promise = owed(talk, kind=Kind.PROMISE)
    assert promise.due_at.isoformat() == "2026-11-17T15:00:00+00:00"  # Warsaw is an hour ahead in winter
    assert promise.text == "Send the part"


def test_a_new_date_for_a_promise_leaves_the_old_one_in_the_record(agent: Client, talk: Conversation) -> None:
    post(agent, talk, "promise", text="Send the part", day="2026-11-17", hour="16:00")
    promise = owed(talk, kind=Kind.PROMISE)

    post(agent, talk, "new-date", debt=promise.pk, day="2026-11-18", hour="12:00", reason="The part is late")

    promise.refresh_from_db()
    assert promise.moves == 1
    page = shown(agent, talk)
    assert "Promised: “Send the part”, by tomorrow 16:00" in page
    assert "New date of “Send the part”: Wed 12:00" in page


@pytest.mark.parametrize(
    ("what", "form", "why"),
    [
        ("promise", {"text": "x", "day": "2026-11-31", "hour": "16:00"}, "Give a day and an hour"),
        ("promise", {"text": "x", "day": "2026-11-13", "hour": "16:00"}, "still to come"),
        ("promise", {"text": " ", "day": "2026-11-17", "hour": "16:00"}, "Say what is promised"),
        ("note", {"text": " "}, "The note is empty"),
        ("waive", {"reason": "Because"}, "Choose which debt"),
        ("hand-over", {"reason": "Because"}, "Choose to whom"),
    ],
)
def test_what_cannot_be_done_says_why(
    agent: Client, talk: Conversation, what: str, form: dict[str, str], why: str
) -> None:
    response = post(agent, talk, what, **form)

    assert response.status_code == 409
    assert why in response.content.decode()


def test_a_note_is_for_the_team(agent: Client, talk: Conversation) -> None:
    post(agent, talk, "note", text="Called the courier.")

    page = shown(agent, talk)
    assert "Called the courier." in page
    assert "Only the team sees this" in page


def test_a_debt_is_handed_over_to_a_person_with_a_reason(
    desk: Desk, agent: Client, talk: Conversation
) -> None:
    debt = owed(talk)
    to = desk.lead if debt.owner_id == desk.agent.pk else desk.agent

    post(agent, talk, "hand-over", debt=debt.pk, to=to.pk, reason="She knows the courier")

    assert owed(talk).owner == to
    page = shown(agent, talk)
    assert f"Handed over to {to.name}" in page
    assert "She knows the courier" in page


def test_what_the_customer_added_unread_is_not_waived(desk: Desk, agent: Client, talk: Conversation) -> None:
    assert 'name="seen"' in shown(agent, talk).partition('id="waive"')[2].partition("</form>")[0]
    seen = talk.messages.get(direction="inbound").pk
    desk.deliver(letter("And it is burning!", in_reply_to="<1st@example.org>"))

    response = post(agent, talk, "waive", debt=owed(talk).pk, reason="He only said thanks", seen=seen)

    assert response.status_code == 409
    assert "The customer wrote again" in response.content.decode()
    assert owed(talk).state == State.OPEN


def test_a_waiver_needs_a_reason_and_shows_name_and_reason(agent: Client, talk: Conversation) -> None:
    assert post(agent, talk, "waive", debt=owed(talk).pk, reason=" ").status_code == 409

    post(agent, talk, "waive", debt=owed(talk).pk, reason="Wrote to the wrong shop")

    assert owed(talk).state == State.WAIVED
    page = shown(agent, talk)
    assert "Waived" in page
    assert "Wrote to the wrong shop" in page
    assert "Jan Agent" in page


def test_a_conversation_in_which_something_is_owed_does_not_close_and_says_what(
    agent: Client, talk: Conversation
) -> None:
    response = post(agent, talk, "close")

    assert response.status_code == 409
    assert "something is still owed here" in response.content.decode()
    talk.refresh_from_db()
    assert talk.status == "open"


def test_a_conversation_in_which_nothing_is_owed_closes(agent: Client, talk: Conversation) -> None:
    post(agent, talk, "waive", debt=owed(talk).pk, reason="Wrote to the wrong shop")

    assert post(agent, talk, "close").status_code == 302
    talk.refresh_from_db()
    assert talk.status == "closed"


def test_another_teams_conversation_is_not_there_for_me(
    desk: Desk, client: Client, talk: Conversation
) -> None:
    stranger = Person.objects.create_user("x@example.com", "a long password", name="X", role=Role.AGENT)
    stranger.teams.add(Team.objects.create(name="Other"))
    client.force_login(stranger)
    message = talk.messages.get(direction="inbound")

    paths = [f"/conversations/{talk.pk}/", f"/customers/{talk.customer_id}/"]
    paths += [f"/messages/{message.pk}/{what}" for what in ("html", "source", "files/0")]
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
    posts = ["reply", "note", "promise", "new-date", "hand-over", "waive", "close"]
    assert {what: post(client, talk, what).status_code for what in posts} == dict.fromkeys(posts, 404)
    assert "Ala Nowak" not in client.get("/customers/").content.decode()
    assert client.get("/conversations/").content.decode().count("data-row") == 0


def test_a_reader_sees_and_cannot_write(desk: Desk, client: Client, talk: Conversation) -> None:
    reader = Person.objects.create_user("r@example.com", "a long password", name="R", role=Role.READER)
    reader.teams.add(desk.team)
    client.force_login(reader)

    assert 'id="reply"' not in shown(client, talk)
    posts = ["reply", "note", "promise", "new-date", "hand-over", "waive", "close"]
    assert {what: post(client, talk, what).status_code for what in posts} == dict.fromkeys(posts, 403)


def test_the_html_of_a_mail_is_clean_and_stands_behind_a_wall(desk: Desk, agent: Client) -> None:
    evil = (
        b"From: a@example.org\r\nTo: shop@example.com\r\nSubject: Look\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/html; charset=utf-8\r\n\r\n"
        b"<p onclick='x()'>Hello</p><script>alert(1)</script><img src='https://spy.example/p.gif'>"
        b"<a href='javascript:alert(1)'>x</a><a href='data:text/html,x'>y</a><form action='/look'></form>"
    )
    message = desk.deliver(evil, sender="a@example.org")

    plain = agent.get(f"/messages/{message.pk}/html")
    loaded = agent.get(f"/messages/{message.pk}/html?pictures=1")

    page = plain.content.decode()
    assert "Hello" in page
    for bad in ("<script", "onclick", "javascript:", "data:text", "<form"):
        assert bad not in page
    policy = plain["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "https:" not in policy
    assert "img-src data: https:" in loaded["Content-Security-Policy"]


def test_a_picture_within_the_mail_is_shown_where_the_mail_names_it(desk: Desk, agent: Client) -> None:
    mail = (
        b"From: a@example.org\r\nSubject: P\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/html\r\n\r\n<img src='cid:one@x'><img src=\"cid:gone@x\">\r\n"
        b"--b\r\nContent-Type: image/png\r\nContent-ID: <one@x>\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\naGk=\r\n--b--\r\n"
    )
    message = desk.deliver(mail, sender="a@example.org")

    page = agent.get(f"/messages/{message.pk}/html").content.decode()

    assert 'src="data:image/png;base64,aGk="' in page
    assert "cid:" not in page


def test_the_source_is_given_byte_for_byte_and_never_as_a_page(desk: Desk, agent: Client) -> None:
    raw = letter("Hello <b>you</b>")
    message = desk.deliver(raw)

    response = agent.get(f"/messages/{message.pk}/source")

    assert response.content == raw
    assert response["Content-Type"].startswith("text/plain")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_message_in_doubt_is_settled_by_a_persons_word(agent: Client, talk: Conversation) -> None:
    debt = owed(talk)
    post(agent, talk, "reply", text="Done.", purpose="answer", pays=[debt.pk])
    message = Message.objects.get(purpose="answer")
    cut_short(message)
    assert "In doubt" in shown(agent, talk)

    agent.post(f"/messages/{message.pk}/settle", {"arrived": "no"})
    message.refresh_from_db()
    assert (message.state, owed(talk).state) == ("queued", State.OPEN)

    cut_short(message)
    agent.post(f"/messages/{message.pk}/settle", {"arrived": "yes"})
    message.refresh_from_db()
    assert (message.state, owed(talk).state) == ("sent", State.PAID)
    assert agent.post(f"/messages/{message.pk}/settle", {"arrived": "yes"}).status_code == 409


def test_the_number_of_queries_does_not_grow_with_the_history(
    desk: Desk, agent: Client, talk: Conversation
) -> None:
    def queries() -> int:
        shown(agent, talk)  # what is new is marked as seen, once
        with CaptureQueriesContext(connection) as captured:
            shown(agent, talk)
        return len(captured)

    desk.deliver(letter("And one more question", in_reply_to="<1st@example.org>"))
    few = queries()  # who wrote twice may have written to thank
    for n in range(12):
        desk.deliver(letter(f"Again {n}", in_reply_to="<1st@example.org>"))

    assert queries() == few <= 42  # one fewer on SQLite


def test_a_dialog_opens_without_a_script(agent: Client, talk: Conversation) -> None:
    assert '<dialog id="promise" aria-labelledby="promise-title" open>' in shown(agent, talk, "?do=promise")


def test_a_refusal_without_a_rule_is_flagged_before_it_is_sent_and_named_in_the_history(
    client: Client, desk: Desk
) -> None:
    talk = desk.deliver(letter("I want an invoice")).conversation
    client.force_login(desk.agent)
    owed = Owed.objects.get(conversation=talk.pk).pk
    page = f"/conversations/{talk.pk}/"
    form = {"text": "We issue none.", "purpose": "answer", "pays": [owed], "refuses": "yes", "rests_on": ""}

    first = client.post(f"{page}reply", form)
    second = client.post(f"{page}reply", form | {"rests_on": "Terms of sale, § 7"}, follow=True)

    assert first.status_code == 409
    assert "without_rule" in first.content.decode()
    assert "Refusal, resting on Terms of sale, § 7" in second.content.decode()


def test_files_no_mail_server_would_take_are_refused_before_anything_is_queued(
    agent: Client, talk: Conversation
) -> None:
    owed_here = Owed.objects.get(conversation=talk.pk).pk
    big = SimpleUploadedFile("big.bin", b"\0" * (20 * 2**20 + 1))
    form = {"text": "See the file.", "purpose": "answer", "pays": [owed_here], "files": big}

    page = agent.post(f"/conversations/{talk.pk}/reply", form)

    assert page.status_code == 409
    assert "larger than 20 MB" in page.content.decode()
    assert not Message.objects.filter(direction="outbound").exists()
    assert page["Cache-Control"] == "no-store"
