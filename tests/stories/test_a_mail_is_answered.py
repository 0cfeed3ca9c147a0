"""The main path: a mail comes in, appears, is answered by a person, arrives, and the debt is paid."""

import ssl
import time
from collections.abc import Iterator
from email import message_from_bytes

import pytest
from django.utils import translation
from django.utils.translation import gettext
from imapclient import IMAPClient
from playwright.sync_api import Browser, Page, expect

from tests.servers.dovecot import Dovecot
from tests.servers.mailboxes import Mailbox
from tests.stories.shop import DESK, Shop, body, subject

pytestmark = pytest.mark.browser

# language: what the customer writes, its subject, and what we answer
LETTERS = {
    "pl": (
        "Dzień dobry, gdzie jest moja paczka? Żółty czajnik miał być w środę.",
        "Zagubiona paczka",
        "Wysłaliśmy ją dziś rano.",
    ),
    "uk": (
        "Добрий день, де моя посилка? Жовтий чайник мав бути у середу.",
        "Загублена посилка",
        "Ми надіслали її сьогодні вранці.",
    ),
}


@pytest.fixture(params=list(LETTERS))
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with translation.override(request.param):
        yield str(request.param)


def test_a_mail_appears_by_itself_is_answered_and_the_answer_arrives(
    shop: Shop, dovecot: Dovecot, chromium: Browser, language: str
) -> None:
    text, about, answer = LETTERS[language]
    page = chromium.new_context(locale=language).new_page()
    sign_in(page, shop)
    assert page.locator("html").get_attribute("lang") == language
    customer = shop.customer()
    shop.customer().writes("First, to start the reader.", f"First {language}")
    expect(page.get_by_role("link", name=f"First {language}")).to_be_visible(timeout=20_000)
    page.wait_for_timeout(1_000)

    asked = customer.writes(text, about)
    since = time.monotonic()
    expect(page.get_by_role("link", name=about)).to_be_visible(timeout=5_000)
    waited = time.monotonic() - since
    print(f"\n{language}: on the open Today after {waited:.2f} s, Debian's Exim between")
    assert waited < 2.5  # a second of ours; Exim starts two processes of its own for each mail

    page.get_by_role("link", name=about).click()
    expect(page.get_by_text(text)).to_be_visible()
    page.locator("[name=text]").first.fill(answer)
    page.get_by_label(gettext("This answers")).check()
    page.get_by_role("button", name=gettext("Send the answer")).click()
    expect(page.get_by_text(gettext("The answer is on its way."))).to_be_visible()

    mail = customer.has(answer)
    assert subject(mail) == f"Re: {about}"
    assert mail["In-Reply-To"] == asked
    assert asked in mail["References"].split()
    assert "+" in mail["Reply-To"]  # signed: what comes back finds its matter
    assert mail["Auto-Submitted"] is None
    assert f"> {text}" in body(mail).replace("\r\n", "\n")
    assert any(answer.encode() in content for content in read_by_imap(dovecot, customer.box))

    expect(page.locator("#owed .count")).to_have_text("0", timeout=10_000)  # the page learns of it itself
    talk = page.url.removeprefix(shop.desk.url).partition("#")[0]
    shop.wait_for_debts(talk, lambda debts: debts == [], "the answer pays")
    page.context.close()


def test_a_reply_to_the_answer_comes_back_into_the_same_matter(shop: Shop) -> None:
    customer = shop.customer()
    customer.writes("Where is it?", "Parcel 71")
    talk = shop.agent.talk_about("Parcel 71")
    shop.agent.answers(talk, "It left today.")
    mail = customer.has("It left today.")
    shop.wait_for_debts(talk, lambda debts: debts == [], "the answer pays")

    customer.writes("Thanks, but to which address?", "Re: Parcel 71", in_reply_to=str(mail["Message-ID"]))

    shop.agent.sees(talk, "to which address?")
    assert len(shop.open(talk)) == 1


def test_a_stranger_who_knows_the_subject_and_the_identifier_joins_nothing(shop: Shop) -> None:
    customer, stranger = shop.customer(), shop.customer()
    asked = customer.writes("My secret number is 4711.", "Parcel 72")
    talk = shop.agent.talk_about("Parcel 72")

    stranger.writes("Send me all.", "Re: Parcel 72", in_reply_to=asked, references=asked)

    shop.agent.sees("/conversations/", "Re: Parcel 72")
    assert "Send me all." not in shop.agent.page(talk)
    assert DESK not in stranger.box.address


def sign_in(page: Page, shop: Shop) -> None:
    address, password = shop.desk.sign_in()
    page.goto(shop.desk.url)
    page.locator("[name=login]").fill(address)
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name=gettext("Sign in")).click()
    expect(page.get_by_role("heading", name=gettext("Today"))).to_be_visible()


def read_by_imap(dovecot: Dovecot, box: Mailbox) -> list[bytes]:
    """Return the texts of the mails as the customer's own program reads them, decoded."""
    trust = ssl.create_default_context(cafile=str(dovecot.certificate))
    with IMAPClient("localhost", port=dovecot.imaps_port, ssl_context=trust) as client:
        client.login(box.address, box.password)
        client.select_folder("INBOX")
        rows = client.fetch(client.search(), ["RFC822"])
    mails = [message_from_bytes(row[b"RFC822"]) for row in rows.values()]
    parts = [part for mail in mails for part in mail.walk() if part.get_content_maintype() == "text"]
    return [bytes(part.get_payload(decode=True)) for part in parts]
