"""F3: writing again keeps the debt open and makes it press more, and never makes it younger."""

from tests.stories.shop import Shop


def test_a_second_mail_with_arguments_joins_the_debt_and_raises_it(shop: Shop) -> None:
    patient, insistent = shop.customer(), shop.customer()
    patient.writes("When do you open?", "Hours 31")
    first = insistent.writes("Please refund me.", "Refund 32")
    calm, talk = shop.agent.talk_about("Hours 31"), shop.agent.talk_about("Refund 32")
    (before,) = shop.owed(talk)

    insistent.writes(
        "Because the law of 30 May says so.", "Re: Refund 32", in_reply_to=first, references=first
    )
    shop.agent.sees(talk, "Because the law of 30 May says so.")
    (after,) = shop.owed(talk)

    assert (after["id"], after["opened_at"], after["due_at"]) == (
        before["id"],
        before["opened_at"],
        before["due_at"],
    )
    assert "wrote again" in shop.agent.page("/")
    assert after["rank"] != before["rank"]
    assert _place(shop, talk) < _place(shop, calm)  # it was behind, as it came later


def test_an_answer_written_before_the_second_mail_was_read_is_not_sent(shop: Shop) -> None:
    customer = shop.customer()
    first = customer.writes("Where is it?", "Parcel 33")
    talk = shop.agent.talk_about("Parcel 33")
    form = shop.agent.form(talk)

    customer.writes("And one more thing: wrong size.", "Re: Parcel 33", in_reply_to=first)
    shop.agent.sees(talk, "wrong size")
    stopped = shop.agent.send(f"{talk}reply", **form, text="It left.", purpose="answer")

    assert stopped.status_code == 409
    assert "wrote again" in stopped.text
    assert len(shop.open(talk)) == 1


def _place(shop: Shop, talk: str) -> int:
    return shop.agent.page("/").index(f'href="{talk}')
