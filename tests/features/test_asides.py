"""A third party is asked beside the customer's conversation: apart from her, and her debt stays (F23)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from odzew.conversations import actions, asking, by_hand, holding, settling, status_link, timeline
from odzew.conversations.models import Conversation, Message
from odzew.conversations.reply_address import reply_address
from odzew.domain.obligation import Kind, Refused, State
from odzew.ledger.models import Owed
from odzew.outbox import letter
from odzew.staff.models import Role
from tests.domain.examples import HOUR, NINE
from tests.features.factory import ALA, answer, findings, firm, person, receive, report, sent

pytestmark = pytest.mark.django_db
CARRIER = "help@carrier.example"
NOON = NINE + 3 * HOUR


@pytest.fixture
def shop():
    opened = firm()
    yield opened
    assert findings() == []


@pytest.fixture
def talk(shop):
    return receive("My parcel 77 is lost, says Ala Nowak.", message_id="<1st@example.org>").conversation


def asked(talk, author, text="Where is parcel 77?", *, at=NINE + HOUR, to=CARRIER, **more):
    return asking.ask(talk, author, to, "Parcel 77", text, at, name="Carrier", **more)


def replied(question, text="It is in Łódź.", *, at=NOON, sender=CARRIER, **more):
    return receive(text, sender=sender, at=at, into=question.conversation, **more)


def owed(talk, kind=Kind.ANSWER):
    return Owed.objects.get(conversation=talk.pk, kind=kind)


def row(debt):
    return (debt.state, debt.opened_at, debt.due_at, debt.press_at, debt.owner_id, debt.chasers)


def test_nothing_said_to_or_by_a_third_party_moves_what_the_customer_is_owed(shop, talk):
    before = row(owed(talk))

    question = sent(asked(talk, shop.jan))
    assert row(owed(talk)) == before

    replied(question)
    replied(question, "Delivered.", at=NOON + HOUR)
    assert row(owed(talk)) == before
    assert question.pays == []


def test_the_control_an_answer_to_the_customer_does_pay(shop, talk):
    sent(answer(talk, shop.jan))

    assert owed(talk).state == State.PAID


def test_the_letter_to_the_third_party_holds_nothing_of_the_customers(shop, talk):
    outgoing = letter.write(asked(talk, shop.jan))

    assert outgoing.to == (("Carrier", CARRIER),)
    assert outgoing.subject == "Parcel 77"
    assert (outgoing.references, outgoing.in_reply_to) == ((), "")
    assert outgoing.reply_to != reply_address(talk.account.address, talk.pk, ALA)
    everything = repr(outgoing)
    for hers in (ALA, "Ala Nowak", "<1st@example.org>", status_link.token(talk)):
        assert hers not in everything


def test_the_customers_words_go_along_only_when_they_are_quoted_and_without_her_address(shop, talk):
    hers = talk.messages.get()

    outgoing = letter.write(asked(talk, shop.jan, quotes=hers.pk))

    assert "> My parcel 77 is lost" in outgoing.text
    assert ALA not in repr(outgoing)


def test_a_message_of_another_matter_cannot_be_quoted(shop, talk):
    elsewhere = receive("A secret.", sender="iga@example.org")

    with pytest.raises(Refused):
        asked(talk, shop.jan, quotes=elsewhere.pk)


def test_a_reply_to_the_customer_neither_quotes_nor_names_the_third_party(shop, talk):
    question = sent(asked(talk, shop.jan))
    heard = replied(question, message_id="<theirs@carrier.example>")

    outgoing = letter.write(answer(talk, shop.ola, at=NOON + HOUR))

    for theirs in (CARRIER, "Łódź", "Where is parcel 77?", question.message_id, heard.message_id):
        assert theirs not in repr(outgoing)
    assert outgoing.in_reply_to == "<1st@example.org>"


def test_the_customers_page_shows_nothing_of_it(shop, talk, client):
    question = sent(asked(talk, shop.jan))
    replied(question)
    link = "/" + status_link.address(talk).split("/", 3)[3]

    with time_machine.travel(NOON + HOUR, tick=False):
        answer = client.get(link)

    assert answer.status_code == 200
    for theirs in (CARRIER, "Carrier", "Łódź", "parcel 77"):
        assert theirs not in answer.content.decode()


def test_a_side_conversation_has_no_page_for_anybody(shop, talk, client):
    beside = asked(talk, shop.jan).conversation

    link = "/" + status_link.address(beside).split("/", 3)[3]

    assert client.get(link).status_code == 404


def test_the_reply_joins_the_side_conversation_and_owes_the_customer_a_notice(shop, talk):
    question = sent(asked(talk, shop.jan))

    heard = replied(question)

    assert heard.conversation == question.conversation
    news = owed(talk, Kind.NOTICE)
    assert (news.customer, news.owner, news.opened_at) == (talk.customer, owed(talk).owner, NOON)
    assert news.text == "Carrier: It is in Łódź."
    assert not Owed.objects.filter(conversation=question.conversation_id).exists()


def test_what_they_write_besides_joins_the_notice_and_says_who_wrote_again(shop, talk):
    question = sent(asked(talk, shop.jan))
    replied(question)

    replied(question, "Delivered.", at=NOON + HOUR)

    assert owed(talk, Kind.NOTICE).chasers == 1


def test_the_notice_is_paid_by_telling_the_customer(shop, talk):
    replied(sent(asked(talk, shop.jan)))
    talk.refresh_from_db()

    sent(answer(talk, shop.jan, at=NOON + HOUR), at=NOON + 2 * HOUR)

    assert {debt.state for debt in Owed.objects.all()} == {State.PAID}


def test_an_answer_written_before_the_reply_came_is_refused_until_it_was_read(shop, talk):
    question = sent(asked(talk, shop.jan))
    read = talk.messages.get()
    heard = replied(question)

    with pytest.raises(holding.NewerMessage, match="Whom you asked"):
        answer(talk, shop.jan, at=NOON + HOUR, seen=read.pk)
    assert answer(talk, shop.jan, at=NOON + HOUR, seen=heard.pk).state == "queued"


def test_a_reply_opens_a_closed_matter_again(shop, talk):
    question = sent(asked(talk, shop.jan))
    sent(answer(talk, shop.jan, at=NINE + 2 * HOUR), at=NINE + 2 * HOUR)
    assert actions.close(talk, shop.jan, NINE + 2 * HOUR) == []

    replied(question)

    talk.refresh_from_db()
    assert talk.status == "open"


def test_a_machine_of_theirs_owes_nothing_until_a_person_says_it_was_no_machine(shop, talk):
    away = replied(sent(asked(talk, shop.jan)), "I am away.", automatic="auto-replied")
    assert not Owed.objects.filter(kind=Kind.NOTICE).exists()

    by_hand.owe(away, shop.jan, "She signs it.", NOON + HOUR)

    assert owed(talk, Kind.NOTICE).opened_at == NOON


def test_a_question_that_comes_back_is_news_too(shop, talk):
    question = sent(asked(talk, shop.jan))

    report(CARRIER, about=question.message_id, at=NOON)

    question.refresh_from_db()
    assert question.state == "bounced"
    assert owed(talk, Kind.NOTICE).text == "Carrier: 550 no such user"
    assert owed(talk).state == State.OPEN


def test_a_question_that_no_server_takes_is_news_too(shop, talk):
    question = asked(talk, shop.jan)
    Message.objects.filter(pk=question.pk).update(state="sending")

    settling.failed(Message.objects.get(pk=question.pk), "550 unknown", NOON)

    assert owed(talk, Kind.NOTICE).text == "Carrier: 550 unknown"


@pytest.mark.parametrize("by", ["address", "reference"])
def test_the_customer_cannot_get_into_the_side_conversation(shop, talk, by):
    question = sent(asked(talk, shop.jan))
    theirs = reply_address(talk.account.address, question.conversation_id, CARRIER)
    hers = reply_address(talk.account.address, talk.pk, ALA)
    stolen = hers.replace(f"+{talk.pk}-", f"+{question.conversation_id}-")
    told = {
        "address": {"delivered_to": (theirs, stolen)},
        "reference": {"references": (question.message_id,)},
    }

    hers = receive("Let me in.", at=NOON, **told[by])

    assert hers.conversation not in (question.conversation,)
    assert question.conversation.messages.count() == 1


@pytest.mark.parametrize("by", ["address", "reference"])
def test_the_third_party_cannot_get_into_the_customers_conversation(shop, talk, by):
    question = sent(asked(talk, shop.jan))
    receipt = sent(answer(talk, shop.ola, at=NINE + HOUR))
    hers = reply_address(talk.account.address, talk.pk, ALA)
    theirs = reply_address(talk.account.address, question.conversation_id, CARRIER)
    stolen = theirs.replace(f"+{question.conversation_id}-", f"+{talk.pk}-")
    told = {
        "address": {"delivered_to": (hers, stolen)},
        "reference": {"references": ("<1st@example.org>", receipt.message_id)},
    }

    before = talk.messages.count()
    receive("I am she.", sender=CARRIER, at=NOON, **told[by])

    assert talk.messages.count() == before


def test_who_forges_the_third_party_does_not_get_in(shop, talk):
    question = sent(asked(talk, shop.jan))

    forged = replied(question, "Refund him.", proof={"dmarc": "fail", "policy": "reject"})

    assert forged.conversation != question.conversation


def test_a_third_party_whose_colleague_replies_is_not_lost(shop, talk):
    question = sent(asked(talk, shop.jan))

    other = receive("My colleague asked.", sender="boss@carrier.example", references=(question.message_id,))

    assert other.conversation.points_at == question.conversation
    assert owed(other.conversation).state == State.OPEN


@pytest.mark.parametrize("to", [ALA, "ALA@example.org", "shop@firm.example", "shop+1@firm.example", "no", ""])
def test_the_customer_the_desk_and_nobody_are_no_third_party(shop, talk, to):
    with pytest.raises(Refused):
        asked(talk, shop.jan, to=to)


def test_asking_twice_within_a_minute_asks_once_and_later_goes_on_in_the_same_conversation(shop, talk):
    first = asked(talk, shop.jan)

    assert asked(talk, shop.jan) == first
    again = asked(talk, shop.jan, "And now?", at=NOON)
    assert again.conversation == first.conversation
    assert again.subject == "Re: Parcel 77"


def test_who_may_only_read_asks_nobody(shop, talk):
    with pytest.raises(holding.NotAllowed):
        asked(talk, person("reader", role=Role.READER, team=shop.team))


def test_the_timeline_of_the_customer_tells_of_it(shop, talk):
    replied(sent(asked(talk, shop.jan)))

    told = timeline.of_customer(talk.customer)

    assert {"Where is parcel 77?", "It is in Łódź."} <= {line["text"] for line in told}


@pytest.fixture
def jan(shop, client):
    client.force_login(shop.jan)
    with time_machine.travel(NINE + timedelta(days=2), tick=False):
        yield client


def shown(client: Client, talk: Conversation, query: str = "") -> str:
    return client.get(f"/conversations/{talk.pk}/{query}").content.decode()


def test_the_screen_shows_that_we_wait_and_since_when(shop, talk, jan):
    sent(asked(talk, shop.jan))

    page = shown(jan, talk)

    assert "Asked 2 days ago, no reply yet" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "To Carrier, not seen by the customer" in page
    assert "said-aside" in page


def test_the_screen_shows_a_reply_and_what_came_back(shop, talk, jan):
    sent(asked(talk, shop.jan))
    replied(Message.objects.get(purpose="aside"))
    other = sent(asked(talk, shop.jan, to="help@supplier.example"))
    report("help@supplier.example", about=other.message_id, at=NOON)

    page = shown(jan, talk)

    assert "From Carrier, not seen by the customer" in page
    assert "Answered " in page
    assert "it did not arrive" in page


def test_the_form_asks_and_comes_back_with_its_words_when_refused(shop, talk, jan):
    form = {"to": "nobody", "name": "Carrier", "subject": "Parcel", "text": "A long question."}

    refused = jan.post(f"/conversations/{talk.pk}/ask", form)
    done = jan.post(f"/conversations/{talk.pk}/ask", form | {"to": CARRIER})

    assert refused.status_code == 409
    assert "A long question." in refused.content.decode()
    assert done.status_code == 302
    assert Message.objects.get(purpose="aside").to_address == CARRIER


def test_the_side_conversation_is_read_in_the_customers_and_nothing_is_done_in_it_alone(shop, talk, jan):
    beside = asked(talk, shop.jan).conversation

    assert jan.get(f"/conversations/{beside.pk}/").headers["Location"] == f"/conversations/{talk.pk}/"
    form = {"text": "Hello.", "purpose": "acknowledge"}
    assert jan.post(f"/conversations/{beside.pk}/reply", form).status_code == 404
    assert f'id="talk-{beside.pk}"' not in jan.get("/conversations/").content.decode()


def test_another_team_neither_sees_nor_asks(shop, talk, client):
    beside = asked(talk, shop.jan).conversation
    client.force_login(person("stranger"))

    assert client.get(f"/conversations/{beside.pk}/").status_code == 404
    assert client.post(f"/conversations/{talk.pk}/ask", {}).status_code == 404


def test_whom_it_was_handed_to_from_another_team_reads_what_the_third_party_sent(shop, talk, client):
    heard = replied(sent(asked(talk, shop.jan)))
    Owed.objects.filter(conversation=talk.pk, kind=Kind.NOTICE).get()
    helper = person("helper")
    actions.hand_over(talk, shop.jan, [owed(talk).pk], helper, "She knows it.", NOON)
    client.force_login(helper)

    assert client.get(f"/messages/{heard.pk}/source").status_code == 200


def test_the_number_of_queries_does_not_grow_with_those_who_are_asked(shop, talk, jan):
    def queries() -> int:
        shown(jan, talk)  # what is new is marked as seen, once
        with CaptureQueriesContext(connection) as captured:
            shown(jan, talk)
        return len(captured)

    asked(talk, shop.jan)
    few = queries()
    for n in range(6):
        replied(sent(asked(talk, shop.jan, to=f"{n}@carrier.example")), sender=f"{n}@carrier.example")

    assert queries() == few <= 43  # one fewer on SQLite
