"""Reports in a real browser: a figure opens its rows, in light and dark, on a phone, without a script."""

from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.entrance import sign_in
from tests.servers.desk import Desk, desk as running_desk

pytestmark = pytest.mark.browser
LETTERS = 3


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with running_desk() as running:
        for n in range(LETTERS):
            mail = EmailMessage()
            mail["From"], mail["To"] = f"Ala <ala{n}@example.org>", "desk@odzew.localhost"
            mail["Subject"], mail["Message-ID"] = f"Parcel {n}", f"<{n}@example.org>"
            mail.set_content("Where is my parcel?")
            running.mail(mail.as_bytes(), sender=f"ala{n}@example.org", recipient="desk@odzew.localhost")
        yield running


def open_reports(page: Page, desk: Desk) -> None:
    sign_in(page, desk)
    page.goto(f"{desk.url}/reports/?by=channel")
    expect(page.get_by_role("heading", name="Reports")).to_be_visible()


def test_a_figure_opens_its_rows_and_a_row_its_conversation(desk: Desk, page: Page) -> None:
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    open_reports(page, desk)
    expect(page.get_by_role("img", name=f"The most on one day: {LETTERS}.")).to_be_visible()
    volume = page.get_by_role("region", name="Volume")

    volume.get_by_role("row", name="Together").get_by_role("link", name=str(LETTERS)).first.click()
    expect(page.get_by_role("heading", name=f"Messages received {LETTERS}")).to_be_visible()
    expect(page.locator("tr[data-row]")).to_have_count(LETTERS)
    page.get_by_role("link", name="Parcel 1").click()

    expect(page.get_by_role("heading", name="What we owe here")).to_be_visible()
    assert refused == []  # by the content policy: no style and no script of the page's own


def test_both_files_are_handed_over(desk: Desk, page: Page) -> None:
    open_reports(page, desk)

    for kind in ("CSV", "XLSX"):
        with page.expect_download() as given:
            page.get_by_role("link", name=kind).click()
        assert given.value.suggested_filename.endswith(f".{kind.lower()}")


@pytest.mark.parametrize(
    ("scheme", "width"),
    [
        ("dark", 390),
        ("light", 1440),
        pytest.param("light", 390, marks=pytest.mark.faults),
        pytest.param("dark", 1440, marks=pytest.mark.faults),
    ],
)
def test_the_pictures_are_seen_in_both_schemes_and_on_a_phone_without_a_script(
    desk: Desk, chromium: Browser, scheme: str, width: int
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        locale="en-GB",
        java_script_enabled=False,
    )
    page = context.new_page()

    open_reports(page, desk)

    received, answered, sheet = (
        page.evaluate(
            f"(() => {{ const s = getComputedStyle(document.querySelector('{of}')); return s.{how} }})()"
        )
        for of, how in (
            (".bar-in", "fill"),
            (".swatch-out", "backgroundColor"),
            (".sheet", "backgroundColor"),
        )
    )
    assert len({received, answered, sheet}) == 3
    wide = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert wide <= width
