"""The preview of a reply: the mail that would go, by the same code; nothing in it runs or is kept."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from odzew.channels.email.compose import compose
from odzew.conversations import replying
from odzew.conversations.enclosed import DraftFile
from odzew.conversations.models import Conversation, Message
from odzew.conversations.signature import Signature
from odzew.ledger.models import Owed
from odzew.lib import marked
from odzew.outbox import letter as letters, preview as previews
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)
PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
TEXT = "It is **on its way**:\n\n![kite.png](kite.png)"
BY_SCRIPT = {"X-Requested-With": "fetch"}


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def talk(desk: Desk) -> Conversation:
    message = desk.deliver(letter("Where is <b>it</b>?"))
    assert message
    return message.conversation


@pytest.mark.parametrize("text", ["It is **on its way**.\n\n- today", "It is on its way."])
def test_it_shows_every_word_of_the_mail_that_goes(desk: Desk, talk: Conversation, text: str) -> None:
    Signature.objects.create(owner=desk.agent, text="Jan <Agent>")
    pays = [Owed.objects.get(conversation=talk.pk).pk]

    shown = previews.of(talk, desk.agent, text, LATER, pays=pays, pictures={})
    assert not Message.objects.filter(direction="outbound", author=desk.agent).exists()
    sent = replying.reply(talk, desk.agent, text, LATER, pays=pays, is_marked=True)
    mail = message_from_bytes(compose(letters.write(sent)), policy=policy.default)

    body = mail.get_body(("html", "plain")).get_content().replace("\r\n", "\n")
    said = [shown.words, shown.quoted]
    if shown.is_page:
        body = marked.shown(body[body.index("<body>") + 6 :])
        said = [marked.shown(one) for one in said]
    # The link of the question would be for a message that is not there yet: it is shown, and leads nowhere.
    link = letters.question(sent)[1]
    body = body.replace(f' href="{link}"', "").replace(link, link.removesuffix(f"/{sent.pk}") + "/0")
    assert "\n".join(said).split() == body.split()
    assert (shown.sender, shown.subject) == (
        f"{mail['From'].addresses[0].display_name} <{desk.account.address}>",
        mail["Subject"],
    )


def test_the_script_gets_the_part_with_the_picture_and_only_its_author_the_picture(
    desk: Desk, talk: Conversation, client: Client
) -> None:
    client.force_login(desk.agent)
    client.post(f"/conversations/{talk.pk}/draft-files", {"files": SimpleUploadedFile("kite.png", PNG)})
    kept = DraftFile.objects.get()
    at = f"/conversations/{talk.pk}/draft-files/{kept.pk}"
    form = {"text": f"{TEXT}\n\n<script>alert(1)</script>", "kept_file": kept.pk}

    page = client.post(f"/conversations/{talk.pk}/preview", form, headers=BY_SCRIPT).content.decode()
    picture = client.get(at)

    assert "<strong>on its way</strong>" in page
    assert f'<img src="{at}"' in page
    assert "<script" not in page
    assert "<form" not in page
    assert "Where is &lt;b&gt;it&lt;/b&gt;?" in page
    assert (picture.headers["Content-Type"], picture.content) == ("image/png", PNG)
    client.force_login(desk.lead)
    assert client.get(at).status_code == 404


def test_a_file_that_is_no_picture_is_never_given_to_be_shown(
    desk: Desk, talk: Conversation, client: Client
) -> None:
    client.force_login(desk.agent)
    html = SimpleUploadedFile("kite.png", b"<script>alert(1)</script>", "image/png")
    client.post(f"/conversations/{talk.pk}/draft-files", {"files": html})

    assert client.get(f"/conversations/{talk.pk}/draft-files/{DraftFile.objects.get().pk}").status_code == 404


def test_without_a_script_the_page_comes_back_with_the_preview_open_and_all_that_was_written(
    desk: Desk, talk: Conversation, client: Client
) -> None:
    client.force_login(desk.agent)
    form = {"text": TEXT, "purpose": "acknowledge", "files": SimpleUploadedFile("kite.png", PNG)}

    with time_machine.travel(LATER, tick=False):
        page = client.post(f"/conversations/{talk.pk}/preview", form).content.decode()

    assert '<details class="signature preview" open>' in page
    assert "<strong>on its way</strong>" in page
    assert f'src="/conversations/{talk.pk}/draft-files/{DraftFile.objects.get().pk}"' in page
    assert "![kite.png](kite.png)</textarea>" in page
