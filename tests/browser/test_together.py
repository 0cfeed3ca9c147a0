"""Two people of one desk, each in a browser of their own: what one does is seen by the other."""

import re
import time
from collections.abc import Iterator
from email.message import EmailMessage
from itertools import count

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.servers.desk import Desk, desk as running_desk
from tests.stories.shop import HIRE

pytestmark = pytest.mark.browser
numbers = count(1)
PEOPLE = [("jan@odzew.localhost", "Jan Lis"), ("zofia@odzew.localhost", "Zofia Żółć")]
# A picture of one pixel is pasted, as a screenshot would be.
PASTE = """async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
    const pixel = await new Promise((done) => canvas.toBlob(done, "image/png"));
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([pixel], "image.png", { type: "image/png" }));
    const pasted = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.querySelector("#reply-text").dispatchEvent(pasted);
}"""


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with running_desk() as running:
        yield running


@pytest.fixture(scope="module")
def keys(desk: Desk) -> list[str]:
    """The sessions of Jan and Zofia, of the one team there is."""
    made = desk.odzew("shell", "-c", HIRE.format(people=PEOPLE))
    assert made.returncode == 0, made.stderr.decode()
    return made.stdout.decode().split()[-2:]


@pytest.fixture
def jan(desk: Desk, keys: list[str], page: Page) -> Page:
    return signed_in(page, desk, keys[0])


@pytest.fixture
def zofia(desk: Desk, keys: list[str], chromium: Browser) -> Iterator[Page]:
    page = chromium.new_context(locale="en-GB").new_page()
    yield signed_in(page, desk, keys[1])
    page.context.close()


def signed_in(page: Page, desk: Desk, key: str) -> Page:
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": desk.url}])
    page.goto(desk.url)
    return page


def send(desk: Desk, subject: str, sender: str = "") -> None:
    sender = sender or f"ala{next(numbers)}@example.org"
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Ala Nowak <{sender}>", "desk@odzew.localhost", subject
    mail["Message-ID"] = f"<{time.monotonic_ns()}@example.org>"
    mail.set_content("Where is it?")
    desk.mail(mail.as_bytes(), sender=sender, recipient="desk@odzew.localhost")


def open_talk(page: Page, subject: str) -> None:
    page.get_by_role("link", name=subject).first.click()
    expect(page.get_by_role("heading", name="What we owe here")).to_be_visible()
    page.wait_for_load_state()  # the browser lets go of the focus once more


def test_a_formatted_reply_is_seen_before_it_goes_and_nothing_moves_meanwhile(desk: Desk, jan: Page) -> None:
    send(desk, "A kite to format")
    open_talk(jan, "A kite to format")
    jan.keyboard.press("a")
    jan.keyboard.type("On its way, ")
    jan.keyboard.press("Control+b")
    jan.keyboard.type("today")

    jan.locator(".preview > summary").press("Enter")
    mail = jan.get_by_role("region", name="Preview")
    expect(mail.locator("strong")).to_have_text("today")
    height = (mail.bounding_box() or {}).get("height")
    jan.get_by_label("Your reply").press("Control+End")
    jan.keyboard.type(" ")
    jan.evaluate(PASTE)
    expect(mail.locator("img")).to_have_js_property("naturalWidth", 1)
    expect(jan.get_by_label("Your reply")).to_have_value(re.compile(r"\*\*today\*\* !\[picture-"))
    assert (mail.bounding_box() or {}).get("height") == height, "what stands below it moves while one writes"
    jan.get_by_label("Your reply").press("Control+Enter")

    said = jan.locator("article", has=jan.locator("strong", has_text="today"))
    expect(said.locator("img")).to_have_js_property("naturalWidth", 1)


def test_two_with_one_conversation_see_each_other_write_and_what_came_meanwhile(
    desk: Desk, jan: Page, zofia: Page
) -> None:
    send(desk, "A kite for two")
    open_talk(jan, "A kite for two")
    zofia.goto(jan.url)
    expect(jan.locator("#here")).to_contain_text("Zofia Żółć has this open too")
    expect(zofia.locator("#here")).to_contain_text("Jan Lis has this open too")

    zofia.keyboard.press("a")
    zofia.keyboard.type("I ask the carrier.")
    expect(jan.locator("#here")).to_contain_text("Zofia Żółć is writing here")
    jan.get_by_label("Your reply").fill("It is lost.")
    zofia.keyboard.press("Control+Enter")

    newer = jan.locator("#newer")
    expect(newer).to_contain_text("Zofia Żółć")
    newer.get_by_role("link", name="Read it").click()
    expect(jan.locator("article", has_text="I ask the carrier.")).to_be_in_viewport()
    expect(newer).to_be_empty()
    expect(jan.get_by_label("Your reply")).to_have_value("It is lost.")


def test_a_colleague_is_named_from_the_list_and_told(desk: Desk, jan: Page, zofia: Page) -> None:
    send(desk, "A kite to talk about")
    open_talk(jan, "A kite to talk about")

    jan.keyboard.press("n")
    expect(jan.get_by_label("Note", exact=True)).to_be_focused()
    jan.keyboard.type("Look here, @zol")
    one = jan.get_by_role("listbox", name="Colleagues").get_by_role("option", name="Zofia Żółć")
    expect(one).to_have_attribute("aria-selected", "true")
    jan.keyboard.press("Enter")
    expect(jan.get_by_label("Note", exact=True)).to_have_value("Look here, @Zofia Żółć ")
    jan.keyboard.press("Control+Enter")
    expect(jan.get_by_text("The note is kept.")).to_be_visible()

    zofia.goto(f"{desk.url}/notices/")
    row = zofia.locator(".notice", has_text="A kite to talk about").filter(has_text="Jan Lis")
    row.get_by_role("link").click()
    expect(zofia.locator("article", has_text="Look here")).to_be_visible()


def test_two_conversations_are_merged_from_today_and_taken_apart_again(desk: Desk, jan: Page) -> None:
    sender = f"ala{next(numbers)}@example.org"
    subjects = ("A kite that flies", "A kite that fell")
    for subject in subjects:
        send(desk, subject, sender)
        expect(jan.get_by_role("link", name=subject)).to_be_visible()
    for subject in subjects:  # as soon as one is ticked, nothing moves on the page any more
        jan.get_by_role("link", name=subject).focus()
        jan.keyboard.press("x")

    jan.get_by_role("button", name="Do something with the ticked rows").click()
    into = jan.get_by_label("All of it into")
    into.select_option(into.locator("option", has_text="A kite that flies").get_attribute("value"))
    jan.get_by_role("button", name="Merge them").click()

    expect(jan.get_by_text("Merged. It can be taken back in the history.")).to_be_visible()
    expect(jan.get_by_role("heading", name="A kite that flies")).to_be_visible()
    expect(jan.locator("#owed .count")).to_have_text("2")
    jan.locator(".event", has_text="A kite that fell").get_by_role("button", name="Take back").click()
    expect(jan.locator("#owed .count")).to_have_text("1")
    jan.goto(desk.url)
    expect(jan.get_by_role("link", name="A kite that fell")).to_be_visible()
