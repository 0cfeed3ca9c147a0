"""A form is made, filled in without a script, and answered for, in a real browser."""

import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_search import sign_in
from tests.servers.desk import Desk
from tests.servers.process import wait_until

pytestmark = pytest.mark.browser


def test_a_form_is_made_filled_in_without_a_script_and_owed(
    desk: Desk, page: Page, chromium: Browser
) -> None:
    sign_in(page, desk)
    page.goto(f"{desk.url}/forms/new")
    page.fill("#id_slug", "complaint")
    page.fill("#id_name", "The shop")
    for name in ("#id_team", "#id_answers_by"):
        page.select_option(name, index=1)
    page.fill("#id_title_en", "A complaint")
    page.fill("#id_q-0-label_en", "Order number")
    page.check("#id_q-0-required")
    page.click(".form-foot button")
    expect(page.locator("pre.raw")).to_contain_text("/form/complaint/")

    with chromium.new_context(java_script_enabled=False, locale="en") as plain:
        customer = plain.new_page()
        customer.goto(f"{desk.url}/form/complaint/")
        customer.get_by_label("Your mail address").fill("ala@example.org")
        customer.get_by_label("Your message").fill("The kettle leaks.")
        time.sleep(3.5)  # as a person takes
        customer.get_by_role("button", name="Send").click()
        expect(customer.get_by_role("link", name="Fill in “Order number”.")).to_be_visible()
        expect(customer.get_by_label("Your message")).to_have_value("The kettle leaks.")
        customer.get_by_label("Order number").fill("1234")
        customer.get_by_role("button", name="Send").click()
        expect(customer.get_by_role("heading", name="We have received your message")).to_be_visible()
        link = customer.get_by_role("link", name="See how it stands")
        wait_until(lambda: customer.reload() and link.count(), what="the link to the customer's page")
        href = link.get_attribute("href")
        assert href
        customer.goto(desk.url + "/s/" + href.partition("/s/")[2])
        expect(customer.get_by_role("heading", name="We owe you an answer")).to_be_visible()
