"""F4: an automatic reply pays nothing, says until when a person answers, and links to the status page."""

import re

import httpx
import pytest

from tests.stories.shop import Shop, body

# What is said, the word for "answer" in the receipt, and what the page says once it is answered.
LANGUAGES = {
    "pl": ("Dzień dobry, nie mogę zalogować się do sklepu. Proszę o pomoc.", "odpowie"),
    "uk": ("Добрий день, я не можу увійти до крамниці. Допоможіть, будь ласка.", "відпов"),
    "en": ("Good morning, I cannot sign in to the shop. Please help me with it.", "answer"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_receipt_says_until_when_and_its_link_shows_how_it_stands(shop: Shop, language: str) -> None:
    text, answers = LANGUAGES[language]
    customer = shop.customer()
    asked = customer.writes(text, f"Konto {language}")
    talk = shop.agent.talk_about(f"Konto {language}")

    receipt = customer.receipt()
    said = body(receipt)

    assert receipt["Auto-Submitted"] == "auto-replied"
    assert receipt["In-Reply-To"] == asked
    assert answers in said.lower()
    assert re.search(r"\d{1,2}:\d\d", said), said  # until when
    assert len(shop.open(talk)) == 1  # it paid nothing

    link = re.search(r"https?://[^/\s]+(/s/\S+)", said)
    assert link, said
    page = httpx.get(shop.desk.url + link[1])
    assert page.status_code == 200
    assert f'lang="{language}"' in page.text
    assert re.search(r"\d{1,2}:\d\d", page.text)
    assert customer.box.address not in page.text  # nothing personal


def test_an_automatic_mail_gets_no_receipt_and_opens_no_debt(shop: Shop) -> None:
    machine, person = shop.customer(), shop.customer()
    machine.writes("I am away until Monday.", "Out of office 41", auto_submitted="auto-replied")
    person.writes("Where is my parcel?", "Parcel 42")
    shop.agent.talk_about("Parcel 42")
    person.receipt()

    listed = shop.agent.sees("/conversations/", "Out of office 41")

    assert "Out of office 41" not in shop.agent.page("/")
    assert "Out of office 41" in listed
    assert machine.box.messages() == []
