"""F2: a refusal is a kind of answer of its own: it names the published rule it rests on, or is flagged."""

from tests.stories.shop import Shop, body

RULE = "https://shop.test/terms#7"


def test_a_refusal_without_a_rule_is_stopped_and_with_one_it_goes_out(shop: Shop) -> None:
    customer = shop.customer()
    customer.writes("Please send me an invoice.", "Invoice for 17")
    talk = shop.agent.talk_about("Invoice for 17")

    stopped = shop.agent.answers(talk, "We issue no invoices.", refuses="yes", rests_on=" ")
    assert stopped.status_code == 409
    assert "published rule" in stopped.text
    assert len(shop.open(talk)) == 1

    sent = shop.agent.answers(talk, "We issue none after 90 days.", refuses="yes", rests_on=RULE)
    assert sent.status_code == 302
    customer.has("We issue none after 90 days.")
    shop.wait_for_debts(talk, lambda debts: debts == [], "a refusal that rests on a rule pays")
    assert f"Refusal, resting on {RULE}" in shop.agent.page(talk)


def test_a_refusal_without_any_rule_is_flagged_in_the_history(shop: Shop) -> None:
    customer = shop.customer()
    customer.writes("Please take it back.", "Return of 18")
    talk = shop.agent.talk_about("Return of 18")

    sent = shop.agent.answers(talk, "We do not.", refuses="yes", rests_on="", without_rule="yes")

    assert sent.status_code == 302
    assert "We do not." in body(customer.has("We do not."))
    assert "Refusal without a published rule" in shop.agent.page(talk)
