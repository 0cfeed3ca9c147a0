"""What we know of a customer stands beside every reply, and what was known before is kept."""

import pytest
from django.test import Client

from odzew.conversations import fact, merging
from odzew.conversations.fact import Fact
from odzew.conversations.models import Message
from odzew.domain.obligation import Refused
from tests.features.letters import Desk, letter, open_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def said(desk: Desk) -> Message:
    found = desk.deliver(letter())
    assert found
    return found


def test_a_fact_stands_on_the_page_and_beside_the_reply(desk: Desk, said: Message, client: Client) -> None:
    client.force_login(desk.agent)
    page = f"/customers/{said.conversation.customer_id}/"
    new = {"kind": "tariff", "value": "Premium 300", "source": "invoice 12/2026"}

    for _ in range(2):
        assert client.post(f"{page}fact", new).url == page

    assert Fact.objects.count() == 1
    for address in (page, f"/conversations/{said.conversation_id}/"):
        shown = client.get(address).content.decode()
        assert "Premium 300" in shown and "invoice 12/2026" in shown


def test_a_new_value_ends_the_old_one_and_orders_add_up(desk: Desk, said: Message) -> None:
    customer = said.conversation.customer
    for kind, value in (("tariff", "A"), ("tariff", "B"), ("order", "1"), ("order", "2")):
        fact.learn(customer, desk.agent, desk.clock, kind=kind, value=value)

    assert sorted(fact.known(customer).values_list("value", flat=True)) == ["1", "2", "B"]
    assert Fact.objects.get(value="A").ended_by == desk.agent


def test_a_wrong_tax_number_is_refused_with_the_words_kept(desk: Desk, said: Message, client: Client) -> None:
    client.force_login(desk.agent)

    answer = client.post(
        f"/customers/{said.conversation.customer_id}/fact", {"kind": "tax", "value": "8567346216"}
    )

    assert answer.status_code == 422 and "8567346216" in answer.content.decode()
    with pytest.raises(Refused):
        fact.learn(said.conversation.customer, desk.agent, desk.clock, kind="own", value="No label")


def test_what_holds_no_more_leaves_the_reply_and_stays_in_the_history(
    desk: Desk, said: Message, client: Client
) -> None:
    client.force_login(desk.agent)
    known = fact.learn(
        said.conversation.customer, desk.agent, desk.clock, kind="address", value="Long Street 5"
    )
    page = f"/customers/{said.conversation.customer_id}/"

    client.post(f"{page}fact", {"end": known.pk})

    assert "Long Street 5" not in client.get(f"/conversations/{said.conversation_id}/").content.decode()
    assert "<s>Long Street 5</s>" in client.get(page).content.decode()


def test_of_customers_that_are_one_all_is_known(desk: Desk, said: Message) -> None:
    other = desk.deliver(letter(sender="Ala <ala@example.net>"), sender="ala@example.net")
    assert other
    fact.learn(other.conversation.customer, desk.agent, desk.clock, kind="called", value="pani Ala")

    merge = merging.merge(
        said.conversation.customer, other.conversation.customer, desk.lead, "Hers.", desk.clock
    )
    said.conversation.customer.refresh_from_db()
    assert [row.value for row in fact.known(said.conversation.customer)] == ["pani Ala"]

    merging.split(merge, desk.lead, "No.", desk.clock)
    assert not fact.known(said.conversation.customer).exists()
