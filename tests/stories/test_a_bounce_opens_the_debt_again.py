"""F26 for mail: a sent answer that comes back opens its debt again, with its old moment, and shows it."""

from tests.servers.mailboxes import write_table
from tests.servers.process import wait_until
from tests.stories.shop import Shop


def test_the_bounce_of_an_answer_opens_the_debt_again_and_is_visible(shop: Shop) -> None:
    customer = shop.unreachable("bounce.test")  # its server takes every mail, and sends it back later
    customer.writes("Where is my ticket?", "Ticket 51")
    talk = shop.agent.talk_about("Ticket 51")
    (before,) = shop.owed(talk)

    assert shop.agent.answers(talk, "Here is your ticket.").status_code == 302

    # The receipt comes back too. A report that is quicker than the server's yes finds nothing paid yet.
    came_back = lambda: shop.agent.page(talk).count("It came back") == 2  # noqa: E731
    wait_until(came_back, what="the answer that came back", seconds=40)
    page = shop.agent.page(talk)
    (after,) = shop.owed(talk)
    assert (after["id"], after["opened_at"], after["due_at"]) == (
        before["id"],
        before["opened_at"],
        before["due_at"],
    )
    assert ("Paid" in page) == ("Owed again" in page)
    assert "Ticket 51" in shop.agent.page("/")
    assert ("reopened" in shop.agent.page("/")) == ("Owed again" in page)


def test_an_answer_the_server_refuses_pays_nothing(shop: Shop) -> None:
    customer = shop.customer()
    customer.writes("Where is my ticket?", "Ticket 52")
    talk = shop.agent.talk_about("Ticket 52")
    customer.receipt()
    write_table(shop.boxes.folder / "boxes", {})  # the mailboxes are gone

    assert shop.agent.answers(talk, "Here it is.").status_code == 302
    wait_until(lambda: "Could not be delivered" in shop.agent.page(talk), what="the refusal on the page")

    assert len(shop.open(talk)) == 1
    assert "Ticket 52" in shop.agent.page("/")
