"""F28: nothing closes while a question is open; what a reply leaves unticked stays owed."""

from tests.stories.shop import Shop

TWO = "Good morning.\n\nWhere is my parcel?\n\nCan I still change the address?\n\nAnna"


def test_what_is_left_unticked_stays_owed_and_the_matter_does_not_close(shop: Shop) -> None:
    customer = shop.customer()
    customer.writes(TWO, "Two questions 61")
    talk = shop.agent.talk_about("Two questions 61")
    (before,) = shop.open(talk)
    asked = shop.agent.form(talk)["question"]
    assert len(asked) == 2

    assert shop.agent.answers(talk, "It left on Monday.", answered=asked[0]).status_code == 302
    customer.has("It left on Monday.")
    (left,) = shop.wait_for_debts(
        talk, lambda debts: len(debts) == 1 and debts[0]["id"] != before["id"], "the first question is paid"
    )

    assert left["opened_at"] == before["opened_at"]
    assert asked[1] in shop.agent.page(talk)
    refused = shop.agent.send(f"{talk}close")
    assert refused.status_code == 409
    assert asked[1] in refused.text
    assert "Two questions 61" in shop.agent.page("/")

    assert shop.agent.answers(talk, "Yes, until tomorrow.").status_code == 302
    customer.has("Yes, until tomorrow.")
    shop.wait_for_debts(talk, lambda debts: debts == [], "the second question is paid")
    assert shop.agent.send(f"{talk}close").status_code == 302


def test_an_answer_that_is_still_on_its_way_closes_nothing(shop: Shop) -> None:
    customer = shop.unreachable("later.test")  # its server puts every mail off
    customer.writes("Where is my parcel?", "Parcel 62")
    talk = shop.agent.talk_about("Parcel 62")

    assert shop.agent.answers(talk, "It left on Monday.").status_code == 302

    assert shop.agent.send(f"{talk}close").status_code == 409
    assert len(shop.open(talk)) == 1
