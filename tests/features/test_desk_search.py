"""The pages of search and the list of the palette."""

import pytest
from django.test import Client

from odzew.conversations.models import Message
from odzew.search import index
from tests.domain.examples import HOUR, NINE
from tests.features.factory import firm, receive

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return firm()


@pytest.fixture
def jan(shop):
    client = Client()
    client.force_login(shop.jan)
    return client


def indexed():
    while index.step():
        pass


def page(client, address, **told):
    answer = client.get(address, told)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_hit_is_shown_marked_and_escaped(jan):
    said = receive("Gdzie jest <b>faktura</b> za <script>alert(1)</script> buty?", language="pl")
    indexed()

    shown = page(jan, "/search", q="fakturę buty")

    assert "&lt;b&gt;<mark>faktura</mark>&lt;/b&gt;" in shown
    assert "<mark>buty</mark>" in shown
    assert "<script>alert" not in shown
    assert f'href="/conversations/{said.conversation_id}/#message-{said.pk}"' in shown


def test_the_question_itself_is_escaped(jan):
    shown = page(jan, "/search", q='"><script>alert(1)</script>')

    assert "<script>alert" not in shown


def test_messages_of_one_conversation_are_one_row(jan):
    first = receive("Parcel one.")
    receive("Parcel two.", at=NINE + HOUR, into=first.conversation)
    indexed()

    shown = page(jan, "/search", q="parcel")

    assert shown.count("data-row") == 1
    assert "and 1 more message of this conversation" in shown


def test_what_is_only_quoted_is_shown_where_it_is_quoted(jan):
    said = receive("Thanks.\n\n> The warranty ends in May.")
    Message.objects.filter(pk=said.pk).update(own_words="Thanks.")
    indexed()

    assert "<mark>warranty</mark>" in page(jan, "/search", q="warranty")


def test_a_long_text_is_cut_around_what_was_looked_for(jan):
    receive("word " * 500 + "needle " + "word " * 500)
    indexed()

    shown = page(jan, "/search", q="needle")

    assert "<mark>needle</mark>" in shown
    assert shown.count("word word") < 60


def test_the_empty_page_teaches_the_filters(jan):
    assert "has:attachment" in page(jan, "/search")
    assert "Nothing found" in page(jan, "/search", q="nowhere")


def test_a_filter_that_is_not_understood_is_said(jan):
    assert "status:” is no filter" in page(jan, "/search", q="status:open")


def test_the_next_page_has_an_address(jan):
    for n in range(30):
        receive("Parcel.", sender=f"c{n}@example.org", at=NINE + n * HOUR)
    indexed()

    first = page(jan, "/search", q="parcel")
    after = first.partition('href="?q=parcel&amp;below=')[2].partition('"')[0]
    second = page(jan, "/search", q="parcel", below=after)

    assert first.count("data-row") == 25
    assert second.count("data-row") == 5
    assert page(jan, "/search", q="parcel", below="no number").count("data-row") == 25


def test_a_page_asks_a_fixed_number_of_questions(jan, django_assert_max_num_queries):
    for n in range(25):
        receive("Parcel.", sender=f"c{n}@example.org", at=NINE + n * HOUR)
    indexed()

    with django_assert_max_num_queries(30):
        page(jan, "/search", q="parcel")


def test_what_is_new_to_who_looks_for_it_stands_in_bold(jan):
    said = receive("Parcel.", sender="kowalska@example.org")
    indexed()

    assert "news-dot" in page(jan, "/search", q="parcel")
    jan.get(f"/conversations/{said.conversation_id}/")
    assert "news-dot" not in page(jan, "/search", q="parcel")


def test_the_palette_finds_while_one_types(jan):
    said = receive("Where is the warranty card?", sender="kowalska@example.org")
    indexed()

    shown = page(jan, "/palette", q="warr")
    customer = page(jan, "/palette", q="kowal")

    assert f'data-href="/conversations/{said.conversation_id}/#message-{said.pk}"' in shown
    assert f'data-href="/customers/{said.conversation.customer_id}/"' in customer
    assert 'data-href="/search?q=warr"' in shown
    assert page(jan, "/palette").strip() == ""
