"""What the customer fetches from his page, and in which language it goes on."""

import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from odzew.conversations import status_link
from odzew.conversations.models import Conversation, Message
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db
BILL = b"%PDF-1.4 the bill"


@pytest.fixture
def desk() -> Desk:
    return open_desk(can_send=True)


@pytest.fixture
def link(desk: Desk, client: Client) -> str:
    """Return the link of a matter into which the customer has sent a file on his page."""
    message = desk.deliver(letter("Where is my parcel?"))
    found = "/" + status_link.address(Conversation.objects.get(pk=message.conversation_id)).split("/", 3)[3]
    client.post(f"{found}/write", {"text": "The bill.", "files": SimpleUploadedFile("rachunek ą.pdf", BILL)})
    desk.work()
    return found


def prove(client: Client, link: str, **query: str) -> str:
    """Let the customer prove his address with the code he was mailed; return the page."""
    client.post(f"{link}/code")
    code = re.search(r"\d{6}", Message.objects.filter(purpose="code").latest("pk").text)
    assert code
    return client.post(f"{link}/prove", {"code": code[0]}, query_params=query, follow=True).content.decode()


def test_who_has_proven_his_address_saves_the_files_of_the_matter(client: Client, link: str) -> None:
    with time_machine.travel(MONDAY, tick=False):
        address = re.search(r'href="([^"]+/files/\d+/\d+)"', prove(client, link))
        assert address
        saved = client.get(address[1])
        by_link_alone = Client().get(address[1])
        none = client.get(re.sub(r"\d+$", "9", address[1]))

    assert (saved.content, saved["Content-Type"]) == (BILL, "application/octet-stream")
    assert (
        saved["Content-Disposition"].startswith("attachment") and "nosniff" in saved["X-Content-Type-Options"]
    )
    assert (by_link_alone.status_code, BILL in by_link_alone.content, none.status_code) == (409, False, 404)


def test_a_note_of_the_team_gives_no_file(desk: Desk, client: Client, link: str) -> None:
    with time_machine.travel(MONDAY, tick=False):
        address = re.search(r'href="([^"]+/files/\d+/\d+)"', prove(client, link))
        assert address
        Message.objects.filter(attachments__isnull=False).update(direction=Message.Direction.NOTE)
        seen = client.get(address[1])

    assert seen.status_code == 404


def test_the_language_he_chose_stays_and_what_was_refused_can_be_read_in_another(
    client: Client, link: str
) -> None:
    page = client.get(link, {"lang": "uk"}).content.decode()
    refused = client.post(f"{link}/write", {"text": ""}, query_params={"lang": "uk"}).content.decode()
    switch = re.search(r'href="([^"]+)\?lang=ru"', refused)

    assert re.findall(r'action="[^"?]+"', page) == []
    assert 'lang="uk"' in refused and switch and client.get(switch[1]).status_code == 200
