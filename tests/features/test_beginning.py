"""We write to somebody who has not written about it."""

import pytest
import time_machine

from odzew.conversations import actions, asking, fact
from odzew.conversations.models import Conversation, Message
from odzew.customers.models import Customer
from odzew.ledger.models import Owed
from odzew.search import index
from odzew.staff.models import Team
from tests.domain.examples import HOUR, NINE
from tests.features import factory
from tests.features.test_api import Program

pytestmark = pytest.mark.django_db
EVA = "eva@example.org"
PLACES = (
    "/",
    "/conversations/",
    "/customers/",
    "/drafts/",
    "/notices/",
    "/search?q=ready",
    "/reports/rows?figure=begun",
)


@pytest.fixture(autouse=True)
def nine():
    with time_machine.travel(NINE, tick=False):
        yield


@pytest.fixture
def firm():
    yield factory.firm()
    assert factory.findings() == []


@pytest.fixture
def jan(firm, client):
    client.force_login(firm.jan)
    return client


def form(firm, **other):
    return {
        "to": f" {EVA.upper()}",
        "name": "Eva",
        "subject": "Your kite",
        "account": firm.account.pk,
        **other,
    }


def test_it_is_begun_owing_nothing_and_its_first_letter_answers_nothing(firm, jan):
    answer = jan.post("/conversations/new", form(firm))
    talk = Conversation.objects.get()
    page = jan.get(answer.url).content.decode()
    jan.post(
        f"/conversations/{talk.pk}/reply", {"text": "It is ready.", "purpose": "acknowledge", "seen": "0"}
    )

    assert answer.url == f"/conversations/{talk.pk}/#reply"
    assert "Begun by us" in page
    assert (talk.address, talk.team, talk.customer.name, talk.subject) == (EVA, firm.team, "Eva", "Your kite")
    letter = Message.objects.get()
    assert (letter.subject, letter.to_address, letter.pays) == ("Your kite", EVA, [])
    assert not Owed.objects.exists()


def test_a_break_in_a_subject_is_none_in_the_letter(firm, jan):
    jan.post("/conversations/new", form(firm))
    Conversation.objects.update(subject="Your\r\nkite")  # as another desk gave it

    jan.post(
        f"/conversations/{Conversation.objects.get().pk}/reply",
        {"text": "It is ready.", "purpose": "acknowledge", "seen": "0"},
    )

    assert Message.objects.get().subject == "Your kite"


def test_what_the_customer_answers_is_owed_an_answer_there(firm, jan):
    jan.post("/conversations/new", form(firm))
    talk = Conversation.objects.get()

    factory.receive("Thank you! Until when are you open?", sender=EVA, into=talk, at=NINE + HOUR)

    assert Owed.objects.get().conversation == talk.pk


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"to": "eva"}, "Give the mail address of the person to write to"),
        ({"to": "shop+1@firm.example"}, "That is an address of this desk"),
        ({"subject": " "}, "Give a subject"),
        ({"account": ""}, "Choose the mailbox to write from."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(firm, jan, wrong, said):
    answer = jan.post("/conversations/new", form(firm, **wrong))

    assert answer.status_code == 409
    assert said in answer.content.decode() and 'value="Eva"' in answer.content.decode()
    assert not Conversation.objects.exists() and not Customer.objects.exists()


def test_pressed_twice_it_is_begun_once(firm, jan):
    first, second = (jan.post("/conversations/new", form(firm, another="yes")) for _ in range(2))

    assert first.url == second.url
    assert Conversation.objects.count() == 1


def test_what_is_open_with_the_customer_comes_first_unless_it_is_another_matter(firm, jan):
    talk = factory.receive(sender=EVA).conversation

    asked = jan.post("/conversations/new", form(firm))
    assert asked.status_code == 409 and f'href="/conversations/{talk.pk}/"' in asked.content.decode()

    jan.post("/conversations/new", form(firm, another="yes"))
    assert Conversation.objects.filter(customer=talk.customer).count() == 2


def test_what_another_team_has_open_is_neither_shown_nor_in_the_way(firm, jan):
    talk = factory.receive(sender=EVA).conversation
    other = Team.objects.create(name="Money")
    Conversation.objects.filter(pk=talk.pk).update(team=other)
    actions.waive(talk, firm.jan, factory.debt().pk, "Spam.", NINE)

    assert jan.post("/conversations/new", form(firm)).status_code == 302


def test_nobody_writes_from_the_mailbox_of_another_team(firm, jan):
    firm.account.in_charge.team = Team.objects.create(name="Money")
    firm.account.in_charge.save()

    assert "No mailbox to write from" in jan.get("/conversations/new").content.decode()
    assert jan.post("/conversations/new", form(firm)).status_code == 409


def test_whoever_types_an_address_of_another_team_learns_nothing_until_a_letter_has_gone(firm, jan):
    talk = factory.receive(sender=EVA).conversation
    Customer.objects.update(name="Eva Secret")
    fact.learn(talk.customer, firm.jan, NINE, kind="own", label="Shoe", value="size 37")
    other = Team.objects.create(name="Money")
    Conversation.objects.filter(pk=talk.pk).update(team=other)
    actions.waive(talk, firm.jan, factory.debt().pk, "Spam.", NINE)
    jan.post("/conversations/new", form(firm))
    begun = Conversation.objects.latest("pk")
    at, card = f"/conversations/{begun.pk}/", f"/customers/{talk.customer_id}/"

    jan.post(f"{at}promise", {"text": "I will.", "day": "2026-11-20", "hour": "09:00"})
    page = jan.get(at).content.decode()
    assert EVA in page and "Eva Secret" not in page and "size 37" not in page
    assert jan.get(card).status_code == 404

    assert_nowhere_named(jan)
    [told] = Program(firm.jan).get("/owed").json()["items"]
    assert (told["conversation"], told["customer"]) == (begun.pk, f"#{talk.customer_id}")

    jan.post(f"{at}reply", {"text": "It is ready.", "purpose": "acknowledge", "seen": "0"})
    assert jan.get(card).status_code == 404
    assert_nowhere_named(jan)
    while index.step():
        pass
    by_name = ("Secret", "Secr*", "to:Secret", "to:Sec*", "ready Secret")
    assert [found(jan, q) for q in by_name] == [False] * len(by_name) and found(jan, "ready")
    Message.objects.filter(conversation=begun).update(state="sent")

    assert "Eva Secret" in jan.get(at).content.decode() and "size 37" in jan.get(card).content.decode()
    assert "Eva Secret" in jan.get("/conversations/").content.decode()
    assert found(jan, "Secret")


def test_whoever_asks_an_address_of_another_team_as_a_third_party_meets_nobody_until_it_has_gone(firm, jan):
    eva = factory.receive(sender=EVA).conversation
    Conversation.objects.filter(pk=eva.pk).update(team=Team.objects.create(name="Money"))
    actions.waive(eva, firm.jan, factory.debt().pk, "Spam.", NINE)
    matter = factory.receive(message_id="<2nd@example.org>").conversation
    question = asking.ask(matter, firm.jan, EVA, "Parcel 77", "Where is it?", NINE)
    card = f"/customers/{eva.customer_id}/"

    before = jan.get(card).status_code
    factory.sent(question)

    assert (before, jan.get(card).status_code) == (404, 200)


def found(client, q):
    return 'id="hit-' in client.get("/search", {"q": q}).content.decode()


def assert_nowhere_named(jan):
    draft = {"text": "Dear Eva,", "purpose": "", "once": "page", "revision": "0", "stroke": "1"}
    jan.post(f"/conversations/{Conversation.objects.latest('pk').pk}/draft", draft)
    found = {place: jan.get(place).content.decode() for place in PLACES}
    assert [place for place, page in found.items() if "Eva Secret" in page] == []
    assert EVA in found["/conversations/"] and EVA in found["/"] and EVA in found["/drafts/"]
    assert EVA not in found["/customers/"]


def test_whom_one_serves_already_keeps_the_name_when_one_begins_something_else(firm, jan):
    factory.receive(sender=EVA)
    Customer.objects.update(name="Eva Known")
    jan.post("/conversations/new", form(firm, another="yes"))

    assert jan.get("/conversations/").content.decode().count("Eva Known") == 2


def test_our_letters_before_the_customer_says_a_word_are_no_acknowledgements(firm, jan):
    jan.post("/conversations/new", form(firm))
    talk = Conversation.objects.get()
    at = f"/conversations/{talk.pk}/"
    assert "your letter begins the conversation" in jan.get(at).content.decode()
    letter = {"text": "It is ready.", "purpose": "acknowledge", "seen": "0"}

    sent = jan.post(f"{at}reply", letter, follow=True).content.decode()
    asked = factory.receive("Thank you! Until when are you open?", sender=EVA, into=talk, at=NINE + HOUR)
    with time_machine.travel(NINE + 2 * HOUR, tick=False):
        late = {"text": "We look.", "purpose": "acknowledge", "seen": asked.pk}
        later = jan.post(f"{at}reply", late, follow=True).content.decode()

    assert "The letter is on its way." in sent and "Our letter: nothing had been asked" in sent
    assert "Acknowledgement" not in sent
    assert "The acknowledgement is on its way." in later
    assert "Acknowledgement: pays nothing" in later and "Our letter: nothing had been asked" in later
