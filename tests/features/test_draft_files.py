"""The files of a reply are on the desk as soon as they are chosen, and go with it once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from odzew.conversations import carrying, enclosing
from odzew.conversations.enclosed import DraftFile
from odzew.conversations.models import Conversation, Message
from odzew.ledger.models import Owed
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


def file(name: str = "offer.pdf", content: bytes = b"%PDF-1.7") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def choose(client: Client, talk: Conversation, *files: SimpleUploadedFile, **more: Any) -> Any:
    return client.post(f"/conversations/{talk.pk}/draft-files", {"files": files, **more}, headers=BY_SCRIPT)


def reply(client: Client, talk: Conversation, *kept: int, **more: Any) -> Any:
    form = {"text": "Here it is.", "purpose": "acknowledge", "once": "page", "kept_file": kept, **more}
    return client.post(f"/conversations/{talk.pk}/reply", form)


def page(client: Client, talk: Conversation) -> str:
    return client.get(f"/conversations/{talk.pk}/").content.decode()


def sent() -> Message:
    return Message.objects.get(direction="outbound")


def names(message: Message) -> list[tuple[str, bytes]]:
    rows = message.attachments.order_by("index").select_related("blob")
    return [(row.filename, bytes(row.blob.content)) for row in rows if row.blob]


def test_a_file_is_there_for_its_author_wherever_she_goes_on_and_goes_with_the_reply_once(
    agent: Client, desk: Desk, talk: Conversation
) -> None:
    told = choose(agent, talk, file(), file("b<b>.txt", b"two")).content.decode()
    first, second = DraftFile.objects.order_by("pk")
    elsewhere, other = Client(), Client()
    elsewhere.force_login(desk.agent)
    other.force_login(desk.lead)

    assert "offer.pdf" in told and "b&lt;b&gt;.txt" in told
    assert f'name="kept_file" value="{first.pk}"' in page(elsewhere, talk)
    assert "offer.pdf" not in page(other, talk)
    assert "offer.pdf" not in reply(other, talk, first.pk).content.decode()  # not his to send
    assert not Message.objects.filter(direction="outbound").exists()

    reply(elsewhere, talk, first.pk, second.pk, files=file("last.txt", b"three"))

    assert names(sent()) == [("offer.pdf", b"%PDF-1.7"), ("b<b>.txt", b"two"), ("last.txt", b"three")]
    assert not DraftFile.objects.exists()
    reply(elsewhere, talk, first.pk, second.pk)  # the button was pressed twice
    assert names(sent())[0][0] == "offer.pdf"


def test_what_was_refused_keeps_its_files(agent: Client, talk: Conversation) -> None:
    refused = reply(agent, talk, purpose="", files=file())

    assert refused.status_code == 409 and "offer.pdf" in refused.content.decode()
    kept = DraftFile.objects.get()
    debt = Owed.objects.get(conversation=talk.pk)
    reply(agent, talk, kept.pk, purpose="answer", pays=debt.pk)
    assert names(sent()) == [("offer.pdf", b"%PDF-1.7")]


def test_what_is_not_there_any_more_is_not_sent_without(
    agent: Client, desk: Desk, talk: Conversation
) -> None:
    choose(agent, talk, file())
    kept = DraftFile.objects.get().pk
    choose(agent, talk, remove=kept)

    answer = reply(agent, talk, kept)

    assert (answer.status_code, DraftFile.objects.exists()) == (409, False)
    assert "is gone from the draft" in answer.content.decode()
    assert not Message.objects.filter(direction="outbound").exists()


def test_more_than_a_mail_may_hold_is_refused_in_words(agent: Client, talk: Conversation) -> None:
    half = bytes(enclosing.AT_MOST // 2 + 1)
    assert choose(agent, talk, file("a", half)).status_code == 200

    too_much = choose(agent, talk, file("b", half))
    with_it = reply(agent, talk, DraftFile.objects.get().pk, files=file("b", half))
    many = choose(agent, talk, *(file(str(n), b"x") for n in range(enclosing.MANY)))

    assert (too_much.status_code, with_it.status_code, many.status_code) == (409, 409, 409)
    assert "larger than 20 MB" in too_much.content.decode() and "At most 30 files" in many.content.decode()
    assert with_it.content.decode().count("larger than 20 MB") == 1
    assert DraftFile.objects.count() == 1


def test_without_a_script_the_buttons_keep_and_leave_out(agent: Client, talk: Conversation) -> None:
    form = {"text": "Half a sentence", "once": "page", "files": file()}
    agent.post(f"/conversations/{talk.pk}/draft", form)
    kept = DraftFile.objects.get()

    form |= {"files": file("more.pdf"), "remove": kept.pk}
    shown = agent.post(f"/conversations/{talk.pk}/draft-files", form).content.decode()

    assert "Half a sentence</textarea>" in shown
    assert "more.pdf" in shown and "offer.pdf" not in shown


def test_files_go_with_what_is_begun_into_another_conversation_and_back(
    agent: Client, desk: Desk, talk: Conversation
) -> None:
    second = desk.deliver(letter("And where is the other?", subject="Another"))
    assert second and second.conversation_id != talk.pk
    choose(agent, talk, file())

    carried = carrying.carry(talk.pk, second.conversation_id)
    assert DraftFile.objects.get().conversation_id == second.conversation_id
    carrying.give_back(carried, second.conversation_id, talk.pk)
    assert DraftFile.objects.get().conversation_id == talk.pk


def test_drafts_list_what_has_files_only_and_throwing_away_takes_them_too(
    agent: Client, desk: Desk, talk: Conversation
) -> None:
    choose(agent, talk, file(), file())

    assert agent.get("/drafts/").content.decode().count(f'href="/conversations/{talk.pk}/#reply"') == 1
    assert '<span class="badge badge-note">' in agent.get("/conversations/").content.decode()
    agent.post(f"/conversations/{talk.pk}/draft", {"drop": "", "list": "1"})
    assert not DraftFile.objects.exists()
