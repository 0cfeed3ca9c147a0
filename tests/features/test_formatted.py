"""Formatted replies: the mail has both parts and its pictures, and nothing typed in it ever runs."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from odzew.channels.email.compose import compose
from odzew.conversations import replying
from odzew.conversations.models import Conversation, Message
from odzew.conversations.outbound import Upload
from odzew.domain.obligation import Refused
from odzew.lib import marked
from odzew.outbox import letter as letters
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)
PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
TEXT = "It is **on its way**:\n\n- today\n- ![kite.png](kite.png)\n\nhttps://carrier.example/1?a=1&b=2"


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def talk(desk: Desk) -> Conversation:
    message = desk.deliver(letter("Where is <b>it</b>?"))
    assert message
    return message.conversation


def write(desk: Desk, talk: Conversation, text: str = TEXT, content: bytes = PNG) -> Message:
    file = Upload(filename="kite.png", content_type="text/html", content=content)
    return replying.reply(talk, desk.agent, text, LATER, pays=[], uploads=[file], is_marked=True)


HOSTILE = {
    "tag": "**a** <script>alert(1)</script><img src=x onerror=alert(1)>",
    "link": "**a** [x](javascript:alert(1)) [y](JaVaScRiPt:alert(1)) [z](data:text/html,x) [v](vbscript:x)",
    "picture from elsewhere": "**a** ![x](https://evil.example/x.png) ![y](data:image/svg+xml,x)",
    "attribute": '**a** [x](https://a.example "onmouseover=alert(1)") ![" onerror="alert(1)](kite.png)',
    "bare link": '**a** https://a.example/"onmouseover="alert(1)',
    "code": "```x onload=alert(1)\n</code><script>alert(1)</script>\n```",
    "deep": "> " * 500 + "**a**",
}


def test_a_link_without_an_address_is_its_words() -> None:
    page = marked.to_html("[**here**](https://) [there]() [far](https://a.example/)", {})

    assert "<strong>here</strong> there <a" in page
    assert page.count("href") == 1


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_nothing_that_is_typed_becomes_a_tag_or_an_address_that_runs(text: str) -> None:
    page = marked.to_html(text, {"kite.png": "cid:1@example.com"})

    assert "<script" not in page
    assert "<img src=x" not in page
    assert 'evil.example/x.png"' not in page
    assert 'href="javascript' not in page.lower()
    assert 'href="data' not in page
    assert not any(
        f"<{tag} on" in page or f'" {tag}=' in page for tag in ("onerror", "onmouseover", "onload")
    )


PLAIN = (
    "Hello,\nit costs 2*3.",
    "# 12\n---\n    four",
    "a_b_c https://a.example",
    "Tom & Co <tom@a.example>",
)


@pytest.mark.parametrize("text", PLAIN)
def test_what_has_no_marks_goes_as_plain_text(text: str) -> None:
    assert not marked.is_marked(text)


def test_the_mail_has_a_plain_part_a_page_and_the_picture_it_names(desk: Desk, talk: Conversation) -> None:
    written = write(desk, talk)

    raw = compose(letters.write(written))
    mail = message_from_bytes(raw, policy=policy.default)

    assert mail.get_content_type() == "multipart/alternative"
    plain, related = mail.iter_parts()
    assert (plain.get_content_type(), related.get_content_type()) == ("text/plain", "multipart/related")
    assert "**on its way**" in plain.get_content()
    assert "- [kite.png]" in plain.get_content()
    page, picture = related.iter_parts()
    html = page.get_content()
    assert "<strong>on its way</strong>" in html
    assert "Where is &lt;b&gt;it&lt;/b&gt;?" in html
    assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in html
    assert (picture.get_content_type(), picture.get_content()) == ("image/png", PNG)


def test_a_picture_that_does_not_go_along_or_is_none_is_refused(desk: Desk, talk: Conversation) -> None:
    with pytest.raises(Refused, match=r"other\.png"):
        write(desk, talk, "![x](other.png)")
    with pytest.raises(Refused, match=r"kite\.png"):
        write(desk, talk, content=b"<script>alert(1)</script>")


def test_the_desk_shows_it_formatted_and_gives_its_picture_as_nothing_else(
    desk: Desk, talk: Conversation, client: Client
) -> None:
    client.force_login(desk.agent)
    form = {"text": TEXT, "purpose": "acknowledge", "files": SimpleUploadedFile("kite.png", PNG)}
    assert client.post(f"/conversations/{talk.pk}/reply", form).status_code == 302
    message = Message.objects.get(author=desk.agent)

    page = client.get(f"/conversations/{talk.pk}/").content.decode()
    picture = client.get(f"/messages/{message.pk}/pictures/0")

    assert "<strong>on its way</strong>" in page
    assert f'<img src="/messages/{message.pk}/pictures/0"' in page
    assert (picture.headers["Content-Type"], picture.headers["X-Content-Type-Options"]) == (
        "image/png",
        "nosniff",
    )
    assert picture.content == PNG


def test_a_message_of_before_is_shown_as_it_was_written(
    desk: Desk, talk: Conversation, client: Client
) -> None:
    replying.reply(talk, desk.agent, "It is **so**.", LATER, pays=[])
    client.force_login(desk.agent)

    assert "It is **so**." in client.get(f"/conversations/{talk.pk}/").content.decode()
