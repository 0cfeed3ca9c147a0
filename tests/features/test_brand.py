"""The brand: what an administrator sets, and where customers see it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from odzew.channels.models import Account
from odzew.conversations import receipts, replying, status_link
from odzew.conversations.models import Conversation, Message
from odzew.outbox import letter as letters
from odzew.staff.brand import Brand, current, firm
from odzew.staff.log import StaffAct
from odzew.staff.models import AccountTeam, Person, Role
from tests.features.letters import MONDAY, Desk, letter, open_desk

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=3)
LOGO = (Path(__file__).parent.parent / "lib" / "pictures" / "words.png").read_bytes()
ALL = ["pl", "uk", "ru", "en"]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def desk() -> Desk:
    return open_desk(can_send=True)


@pytest.fixture
def boss(desk: Desk, client: Client) -> Client:
    client.force_login(Person.objects.get(role=Role.ADMINISTRATOR))
    return client


@pytest.fixture
def talk(desk: Desk) -> Conversation:
    message = desk.deliver(letter("Де моя посилка? Вона ще не прийшла."))
    assert message and message.conversation.language == "uk"
    return message.conversation


def say(client: Client, path: str = "/brand/", **more: Any) -> Any:
    form = {"name": "Kite", "accent": "#ffcc00", "languages": ALL, "language": "en"}
    return client.post(path, form | more)


def logo(content: bytes = LOGO) -> SimpleUploadedFile:
    return SimpleUploadedFile("logo.png", content, content_type="image/svg+xml")


def page_of(talk: Conversation, more: str = "") -> str:
    return Client().get(status_link.address(talk).partition("8000")[2] + more).content.decode()


def web_form(desk: Desk) -> Account:
    said = {"title": {"en": "Ask"}, "answers_by": desk.account.pk}
    form = Account.objects.create(channel="webform", address="ask", name="", settings=said, created_at=MONDAY)
    AccountTeam.objects.create(account=form, team=desk.team)
    return form


def test_name_colours_and_logo_stand_on_every_page_of_customers_and_at_the_door(
    boss: Client, desk: Desk, talk: Conversation
) -> None:
    web_form(desk)
    assert say(boss, logo=logo()).status_code == 302
    assert StaffAct.objects.get(act="brand").facts["logo"] == "new"

    kept = Brand.objects.get()
    for page in (
        page_of(talk),
        Client().get("/form/ask/").content.decode(),
        Client().get("/account/login/").content.decode(),
    ):
        assert f'src="/brand/logo-{kept.logo_stamp}" width="24" height="16" alt="Kite"' in page
        assert 'href="/brand/style.css?v=ffcc00"' in page
    assert "brand/style.css" not in boss.get("/").content.decode()  # at the desk green means answered


def test_a_desk_without_a_brand_looks_as_before(desk: Desk, talk: Conversation) -> None:
    assert '<p class="status-firm">Shop</p>' in page_of(talk)
    assert "brand/style.css" not in page_of(talk) + Client().get("/account/login/").content.decode()
    assert Client().get("/brand/style.css").content == b""
    assert firm(desk.account) == "Shop"


def test_the_stylesheet_is_asked_for_once(boss: Client) -> None:
    say(boss)
    first = Client().get("/brand/style.css")
    again = Client().get("/brand/style.css", headers={"If-None-Match": first["ETag"]})
    say(boss, accent="#0b6653")
    changed = Client().get("/brand/style.css", headers={"If-None-Match": first["ETag"]})

    assert first["Content-Type"] == "text/css; charset=utf-8" and b"--accent: light-dark(#" in first.content
    assert (again.status_code, changed.status_code) == (304, 200)
    assert b"light-dark(#0b6653," in changed.content


def test_the_logo_is_given_as_a_picture_only(boss: Client) -> None:
    say(boss, logo=logo(LOGO + b"<script>"))
    kept = Brand.objects.get()

    answer = Client().get(f"/brand/logo-{kept.logo_stamp}")

    assert answer["Content-Type"] == "image/png" and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"secret words" in LOGO and b"secret" not in answer.content and b"script" not in answer.content
    assert Client().get("/brand/logo-0000").status_code == 404
    say(boss, name="Kites")
    assert Brand.objects.get().logo_stamp == kept.logo_stamp  # another name leaves it there
    say(boss, without_logo="on")
    assert Client().get(f"/brand/logo-{kept.logo_stamp}").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"accent": "red"}, "six digits or letters"),
        ({"accent": "#fff;}"}, "six digits or letters"),
        ({"languages": []}, "Offer at least one language"),
        ({"languages": ["pl"], "language": "uk"}, "Choose one of the languages you offer"),
        ({"logo": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}, "This is no whole PNG, JPEG or WebP"),
        ({"logo": bytes(300_001)}, "The picture is too large"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_a_reason(boss: Client, wrong: dict[str, Any], why: str) -> None:
    given = {"logo": logo(wrong["logo"])} if "logo" in wrong else wrong

    answer = say(boss, **given)

    assert (answer.status_code, Brand.objects.count()) == (422, 0)
    assert why in answer.content.decode()


def test_the_preview_tells_what_becomes_of_a_colour_and_keeps_nothing(boss: Client) -> None:
    shown = say(boss, "/brand/preview", name="<b>Kite", logo=logo()).content.decode()
    style = boss.get("/brand/preview.css?accent=%23ffcc00").content.decode()

    assert "On light ground #ffcc00 could not be read well; there it becomes #806600." in shown
    assert "On dark ground" not in shown and "&lt;b&gt;Kite" in shown
    assert 'src="data:image/png;base64,' in shown and "?accent=%23ffcc00" in shown
    assert style.startswith(".brand-shown { --accent: light-dark(#806600, #ffcc00);")
    assert boss.get("/brand/preview.css?accent=red}").content == b""
    assert say(boss, preview="1").status_code == 200 and not Brand.objects.exists()


def test_only_the_languages_offered_are_spoken(boss: Client, desk: Desk, talk: Conversation) -> None:
    web_form(desk)
    assert "Українська" in page_of(talk)
    desk.team.language = "ru"
    desk.team.save()
    say(boss, languages=["pl", "en"], language="pl")

    for page in (page_of(talk), page_of(talk, "?lang=uk")):
        assert '<html lang="pl">' in page and "Українська" not in page
    assert '<html lang="en">' in page_of(talk, "?lang=en")
    form = Client().get("/form/ask/", headers={"Accept-Language": "uk"}).content.decode()
    assert '<html lang="pl">' in form and "Українська" not in form
    message = talk.messages.get(purpose=Message.Purpose.RECEIPT)
    assert message.language == "uk"  # written before
    talk.messages.filter(purpose=Message.Purpose.RECEIPT).delete()
    receipts.write([(talk, talk.messages.get(), {"dmarc": "pass"})], LATER)
    assert talk.messages.get(purpose=Message.Purpose.RECEIPT).language == "pl"


def test_a_mailbox_without_a_name_writes_in_the_name_of_the_firm(
    boss: Client, desk: Desk, talk: Conversation
) -> None:
    say(boss)
    answer = replying.reply(talk, desk.agent, "It left.", LATER, pays=[])
    assert letters.write(answer).sender_name == "Jan Agent · Shop"
    assert f"/mailboxes/{desk.account.pk}/" in boss.get("/brand/").content.decode()

    Account.objects.update(name="")

    assert letters.write(Message.objects.get(pk=answer.pk)).sender_name == "Jan Agent · Kite"
    assert firm(Account(address="shop@example.com"), Brand()) == "shop@example.com"


def test_the_first_who_says_it_at_once_with_another_is_not_in_the_way() -> None:
    one, other = Brand(name="One"), Brand(name="Other")

    one.keep()
    other.keep()

    assert (Brand.objects.count(), current().name) == (1, "Other")
