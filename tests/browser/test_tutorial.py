"""The tutorial, followed to the letter: each command and each label it names is there and works."""

import re
import shlex
import smtplib
import subprocess
from collections.abc import Iterator
from email.message import EmailMessage, Message
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.servers.desk import ODZEW, Desk, desk
from tests.servers.dovecot import Dovecot
from tests.servers.exim import Exim
from tests.servers.mailboxes import Mailboxes

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
DEMO, OWN, MISHAPS = (part.partition("\n")[2] for part in TUTORIAL.split("\n## ")[1:4])


class Reader:
    """Does only what the tutorial names; at the end nothing that it names may be left out."""

    def __init__(self, page: Page, text: str) -> None:
        self.page = page
        self.left = {re.sub(r"\s+", " ", name) for name in re.findall(r"\*\*([^*]+)\*\*", text)}
        self.named = set(self.left)

    def label(self, words: str) -> str:
        assert words in self.named, f"the tutorial names no {words!r}"
        self.left.discard(words)
        return words

    def fill(self, field: str, value: str, within: Locator | None = None) -> None:
        (within or self.page).get_by_label(self.label(field), exact=True).fill(value)

    def press(self, button: str, within: Locator | None = None) -> None:
        (within or self.page).get_by_role("button", name=self.label(button), exact=True).click()

    def click(self, link: str) -> None:
        name = re.compile(f"^(something new: )?{re.escape(self.label(link))}$")
        self.page.get_by_role("link", name=name).first.click()

    def sees(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", name=self.label(heading), exact=True)).to_be_visible()

    def section(self, heading: str) -> Locator:
        title = self.page.get_by_role("heading", name=self.label(heading), exact=True)
        return self.page.locator("section", has=title)

    def sign_in(self, running: Desk) -> None:
        address, password = running.sign_in()
        self.page.goto(running.url)
        self.fill("Mail address", address)
        self.fill("Password", password)
        self.press("Sign in")


@pytest.fixture
def demo(request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A demo firm; one test sees it make its tables too, as a reader does."""
    with desk(empty=False, migrated="step_by_step" not in request.node.name) as running:
        yield running


def commands(text: str) -> list[str]:
    """Return what the tutorial tells to type: a block of its own, or in backticks from .venv on."""
    blocks = re.findall(r"^ {7,8}(\S.*)$", text, re.MULTILINE)
    return blocks + [re.sub(r"\s+", " ", words) for words in re.findall(r"`(\.venv/[^`]+)`", text)]


def test_make_run_is_the_command_of_the_demo():
    assert commands(DEMO)[0] == "make run"

    plan = subprocess.run(["make", "-n", "run"], cwd=ROOT, capture_output=True, text=True, check=True)

    assert "odzew serve --data ./data" in plan.stdout


def test_each_command_and_each_option_of_the_tutorial_is_there():
    for command in commands(DEMO)[1:] + commands(OWN) + commands(MISHAPS):
        program, verb, *words = shlex.split(command)
        said = subprocess.run([ODZEW, verb, "--help"], capture_output=True, text=True, check=True)
        options = {word for word in words if word.startswith("--")} - {"--data"}  # taken before the verb
        assert program == ".venv/bin/odzew"
        assert {option for option in options if option not in said.stdout} == set()


def test_the_demo_can_be_followed_step_by_step(demo: Desk, page: Page):
    reader = Reader(page, DEMO)

    reader.sign_in(demo)
    page.get_by_text(reader.label("Halina Brzozowska")).first.click()
    page.get_by_role("button", name=reader.label("EN")).click()
    for heading in ("Today", "I owe", "My team owes"):
        reader.sees(heading)
    page.wait_for_timeout(500)  # the stream of news is open
    _send_the_line_that_was_printed(demo)
    reader.click("Light wind")

    reader.sees("What we owe here")
    expect(page.locator("#owed")).to_contain_text("Answer")
    question = "Does the Rybitwa kite fly in light wind?"
    assert f"*{question}*" in DEMO
    _answer(reader, "It does, from two Beaufort.", ticked=question)
    expect(page.locator("#timeline")).to_contain_text("Answer: paid one debt", timeout=20_000)
    expect(page.locator("#owed")).to_contain_text("And do you have it in red?")

    reader.press("Close", page.locator("#owed"))
    expect(page.get_by_text("It cannot be closed: something is still owed here")).to_be_visible()
    _answer(reader, "In red too.")
    expect(page.locator("#owed")).to_contain_text("Nothing is owed here", timeout=20_000)
    reader.press("Close", page.locator("#owed"))
    expect(page.get_by_text("Closed. It opens by itself when the customer writes.")).to_be_visible()

    assert reader.left == set()
    assert b"No finding: the journal and the tables agree." in demo.odzew("audit").stdout
    assert re.match(rb"\s+opened +paid +waived +open", demo.odzew("balance").stdout)
    assert list((demo.data / "sent").glob("*.eml"))


@pytest.mark.faults
def test_each_key_the_tutorial_names_does_what_it_says(demo: Desk, page: Page):
    Reader(page, DEMO).sign_in(demo)
    page.get_by_text("Halina Brzozowska").first.click()
    with page.expect_navigation():
        page.get_by_role("button", name="EN").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()

    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    shown = keys.locator("kbd").all_inner_texts()
    assert set(re.findall(r"`(\w|\?|Ctrl|Enter)`", DEMO)) - {"C"} <= set(shown)
    page.keyboard.press("Escape")

    page.keyboard.press("t")
    page.wait_for_timeout(1_000)
    for key in ("j", "j", "k", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name="What we owe here")).to_be_visible()
    page.wait_for_load_state()  # the browser lets go of the focus once more
    page.keyboard.press("a")
    page.keyboard.type("We look into it.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("The acknowledgement is on its way.")).to_be_visible()


def test_a_mailbox_of_one_s_own_can_be_connected_step_by_step(
    page: Page, mailboxes: Mailboxes, dovecot: Dovecot, exim: Exim
):
    shop, ann = mailboxes.add("shop@tutorial.test"), mailboxes.add("ann@tutorial.test")
    with desk(SSL_CERT_FILE=str(mailboxes.certificate)) as running:
        reader = Reader(page, OWN + DEMO)
        reader.left -= reader.named - Reader(page, OWN).named  # how to sign in is told above
        reader.sign_in(running)
        reader.click("Mailboxes")
        reader.click("Connect a mailbox")
        reader.fill("Mail address", shop.address)
        reader.fill("Name customers see", "Shop")
        assert "(*Desk*)" in OWN
        page.get_by_label(reader.label("Team that answers")).select_option(label="Desk")
        _server(reader, "Where its mail is read (IMAP)", "IMAP server", dovecot.imaps_port, shop.address)
        _server(reader, "Where answers are handed in (SMTP)", "SMTP server", exim.smtps_port, shop.address)
        reader.press("Keep and test")
        found = reader.section("What the test found")
        expect(found).to_contain_text(
            re.compile(r"There are [01] mails in"), timeout=30_000
        )  # one: the desk tries its door
        assert found.locator(".banner-late").count() == 0
        reader.press("Keep")
        expect(page.get_by_text("The mailbox is kept.")).to_be_visible()
        assert "*Looked into" in OWN
        expect(page.get_by_text(re.compile("(?<!Not )looked into", re.IGNORECASE))).to_be_visible(
            timeout=90_000
        )

        reader.click("Today")
        _write(ann.address, shop.address, exim)
        # A server that says nothing while it is idle is asked after two minutes.
        page.get_by_role("link", name="Opening hours").click(timeout=150_000)
        expect(page.get_by_role("heading", name="What we owe here")).to_be_visible()
        page.wait_for_load_state()
        page.keyboard.press("r")
        page.keyboard.type("Yes, from ten.")
        page.keyboard.press("Control+Enter")

        expect(page.locator("#owed")).to_contain_text("Nothing is owed here", timeout=90_000)
        assert [_text(mail).partition("\n")[0] for mail in ann.wait(2)][1:] == [
            "Yes, from ten."
        ]  # after the receipt
        assert reader.left == set()


def _send_the_line_that_was_printed(running: Desk) -> None:
    lines = running.log().splitlines()
    line = lines[next(at for at, said in enumerate(lines) if said.startswith("Send it a mail")) + 1]
    subprocess.run(line, shell=True, check=True)


def _answer(reader: Reader, text: str, ticked: str = "") -> None:
    reader.fill("Your reply", text)
    reader.page.get_by_text(reader.label("This answers")).click()
    if ticked:
        reader.page.get_by_label(ticked).check()
    reader.press("Send the answer")
    expect(reader.page.get_by_text("The answer is on its way.")).to_be_visible()


def _server(reader: Reader, heading: str, host: str, port: int, user: str) -> None:
    part = reader.section(heading)
    reader.fill(host, "localhost", part)
    reader.fill("Port", str(port), part)
    reader.fill("User", user, part)
    reader.fill("Password", "a long enough secret", part)


def _text(mail: Message) -> str:
    parts = [part.get_payload(decode=True) for part in mail.walk() if part.get_content_type() == "text/plain"]
    return b"".join(part for part in parts if isinstance(part, bytes)).decode()


def _write(sender: str, recipient: str, exim: Exim) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, recipient, "Opening hours"
    mail["Message-ID"] = "<tutorial@tutorial.test>"
    mail.set_content("Are you open on Sunday?")
    with smtplib.SMTP("127.0.0.1", exim.smtp_port) as door:
        door.send_message(mail)
