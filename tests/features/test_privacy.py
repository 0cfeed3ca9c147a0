"""A customer is given all that is kept of him, and erased when he wishes it; the books keep their sums."""

import json
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from odzew.conversations import actions, fact
from odzew.conversations.call import Call
from odzew.conversations.models import Conversation, Message
from odzew.conversations.visitor import Visitor
from odzew.customers.models import Customer, Identity
from odzew.domain import journal
from odzew.domain.obligation import Refused
from odzew.hearing.held import discard
from odzew.hearing.models import Heard
from odzew.ledger import books
from odzew.ledger.models import Entry, Owed
from odzew.orders.models import Item, Order, Shop
from odzew.privacy import erasing, extent
from odzew.search import index
from odzew.staff.models import Person
from tests.features import heard
from tests.features.letters import Desk, letter, open_desk

pytestmark = pytest.mark.django_db
WORD = "quokka"  # it is in everything she sends or is known by, and in nothing else
SENDER = f"Ala {WORD} <{WORD}@example.org>"


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def said(desk: Desk) -> Message:
    raw = letter(f"Where is my {WORD}?", sender=SENDER, subject=f"A {WORD}", message_id=f"<{WORD}@x>")
    found = desk.deliver(raw, sender=f"{WORD}@example.org")
    assert found
    talk = found.conversation
    actions.note(talk, desk.agent, f"She likes {WORD}s", desk.clock)
    fact.learn(talk.customer, desk.agent, desk.clock, kind="address", value=f"{WORD} street 1")
    arrived(desk, talk.customer)
    return found


def arrived(desk: Desk, customer: Customer) -> None:
    """Let something she has not paid for yet be handed to her, and signed for."""
    shop = Shop.objects.create(name="Kites", slug="kites", account=desk.account, created_at=desk.clock)
    order = Order.objects.create(
        shop=shop, key="17", number="17", customer=customer, placed_at=desk.clock, told_at=desk.clock
    )
    Item.objects.create(order=order, line="1", title="Kite", proof=f"Signed by {WORD}")


@pytest.fixture
def boss(desk: Desk) -> Person:
    return Person.objects.get(email="boss@example.com")


def settle(desk: Desk, said: Message) -> None:
    for debt in Owed.objects.open():
        actions.waive(said.conversation, desk.agent, debt.pk, "She wishes no answer.", desk.clock)


def where(word: str) -> set[str]:
    """Return the tables of the whole database in which a word stands, in any column and any letters."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = [
                " ".join(
                    bytes(v).decode("latin-1") if isinstance(v, bytes | memoryview) else str(v) for v in row
                )
                for row in cursor.fetchall()
            ]
            if any(word in row.lower() for row in rows):
                found.add(table)
    return found


def catch_up() -> None:
    while index.step():
        pass


def test_nothing_she_said_or_was_known_by_is_left_anywhere(desk: Desk, said: Message, boss: Person) -> None:
    catch_up()
    before = where(WORD)
    settle(desk, said)

    erasing.erase(said.conversation.customer, desk.clock)
    catch_up()

    kinds = ("message", "identity", "customer", "fact", "raw", "item")
    assert {f"odzew_{kind}" for kind in kinds} <= before
    assert where(WORD) == set()


def test_the_books_stay_as_they_were_and_the_audit_finds_nothing(desk: Desk, said: Message) -> None:
    settle(desk, said)
    lines = list(Entry.objects.order_by("seq").values())

    erasing.erase(said.conversation.customer, desk.clock)

    assert list(Entry.objects.order_by("seq").values()) == lines
    call_command("audit", stdout=StringIO())
    assert "She wishes no answer." in erasing.kept_words(Customer.objects.get())


def test_while_something_is_owed_or_under_way_nobody_is_erased(desk: Desk, said: Message) -> None:
    with pytest.raises(Refused, match="still owe"):
        erasing.erase(said.conversation.customer, desk.clock)

    settle(desk, said)
    actions.note(said.conversation, desk.agent, "x", desk.clock)
    Message.objects.create(
        conversation=said.conversation, direction="outbound", at=desk.clock, state=Message.State.IN_DOUBT
    )
    with pytest.raises(Refused, match="under way"):
        erasing.erase(said.conversation.customer, desk.clock)

    assert WORD in Customer.objects.get().name


def test_who_writes_again_is_somebody_new_and_the_same_mail_is_not_taken_twice(
    desk: Desk, said: Message
) -> None:
    settle(desk, said)
    answer = Message.objects.create(
        conversation=said.conversation,
        direction="outbound",
        at=desk.clock,
        state=Message.State.SENT,
        message_id="<ours@example.com>",
        to_address=f"{WORD}@example.org",
    )
    raw = bytes(extent.of(said.conversation.customer).raws().get().content)
    erasing.erase(said.conversation.customer, desk.clock)

    again = desk.deliver(raw, sender=f"{WORD}@example.org")
    reply = letter("And now?", sender=SENDER, in_reply_to=answer.message_id)
    new = desk.deliver(reply, sender=f"{WORD}@example.org")

    assert again is None
    assert new and new.conversation_id != said.conversation_id
    assert new.conversation.customer_id != said.conversation.customer_id


def test_an_administrator_takes_a_copy_and_erases_and_the_pages_say_so(
    desk: Desk, said: Message, boss: Person, client: Client
) -> None:
    client.force_login(boss)
    page = f"/customers/{said.conversation.customer_id}/"
    zipped = ZipFile(BytesIO(b"".join(client.post(f"{page}give").streaming_content)))
    settle(desk, said)

    unsure, sure = client.post(f"{page}erase"), client.post(f"{page}erase", {"sure": "erase"})

    history = json.loads(zipped.read("history.json"))
    assert zipped.testzip() is None and any(WORD in line["text"] for line in history)
    assert WORD.encode() in zipped.read(f"mails/{said.raw}.eml")
    assert unsure.status_code == 422 and sure.url == page
    assert "Erased at the customer" in client.get(page).content.decode()
    talk = client.get(f"/conversations/{said.conversation_id}/").content.decode()
    assert "erased with its customer" in talk and 'id="reply-text"' not in talk
    assert client.get(f"/messages/{said.pk}/source").status_code == 404
    assert client.post(f"/conversations/{said.conversation_id}/note", {"text": "x"}).status_code == 409


# What points at a customer, a conversation or a message, and holds nothing that says who she is or what she
# wrote, or holds it no more after `erase`. A new table is thought of in odzew/privacy before it comes here.
# Imported stays: its bare numbers keep a second import from bringing an erased customer back. Glance says
# only who of ours has looked, and when.
THOUGHT_OF = {
    *("Alike", "Attachment", "Call", "Code", "Conversation", "Customer", "Draft", "DraftFile", "Fact"),
    *("Follower", "Glance", "Happening", "Identity", "Imported", "Mark", "Merge", "Message", "Order"),
    *(
        "Owed",
        "Parting",
        "Payment",
        "Rating",
        "Ruled",
        "Snooze",
        "Subscription",
        "Tagged",
        "Union",
        "Verdict",
        "Visitor",
    ),
}


def test_every_table_that_points_at_a_customer_was_thought_of() -> None:
    pointing = {
        field.related_model.__name__
        for kind in (Customer, Conversation, Message)
        for field in kind._meta.get_fields(include_hidden=True)
        if field.auto_created and not field.concrete
    }

    assert pointing - THOUGHT_OF == set()
    assert THOUGHT_OF - pointing == set()


def test_what_is_owed_again_after_erasing_can_be_waived(desk: Desk, said: Message) -> None:
    debt = Owed.objects.get()
    settle(desk, said)
    erasing.erase(said.conversation.customer, desk.clock)
    books.post([journal.Reopened(obligation=debt.pk, at=desk.clock, by="shop", reason="It came back.")])

    actions.waive(said.conversation, desk.agent, debt.pk, "She was erased.", desk.clock)

    assert not Owed.objects.open().exists()


def test_a_call_and_a_chat_are_forgotten_too_and_a_call_under_way_holds_it_up(
    desk: Desk, said: Message
) -> None:
    talk = said.conversation
    settle(desk, said)
    told = {"conversation": talk, "customer": talk.customer, "begun_at": desk.clock, "changed_at": desk.clock}
    call = Call.objects.create(direction="inbound", number="+48123456789", state=Call.State.RINGING, **told)
    browser = Visitor.objects.create(
        account=desk.account, key="k", mail=f"{WORD}@example.org", conversation=talk, created_at=desk.clock
    )
    with pytest.raises(Refused, match="under way"):
        erasing.erase(talk.customer, desk.clock)
    Call.objects.update(state=Call.State.TALKED)

    erasing.erase(talk.customer, desk.clock)

    call.refresh_from_db()
    browser.refresh_from_db()
    assert (call.number, browser.mail, browser.conversation) == ("", "", None)


def test_what_a_shop_told_of_her_is_done_before_and_forgotten_with_her(desk: Desk, said: Message) -> None:
    settle(desk, said)
    row, other = (heard.held(Shop.objects.get(), word) for word in (WORD, "numbat"))
    with pytest.raises(Refused, match="quarantine"):
        erasing.erase(said.conversation.customer, desk.clock)
    for one in (row, other):
        discard(one, desk.lead, "By hand.", desk.clock)

    erasing.erase(said.conversation.customer, desk.clock)

    row.refresh_from_db()
    other.refresh_from_db()
    assert (bytes(row.content), row.about) == (b"", "") and b"numbat" in bytes(other.content)


def test_what_a_line_told_of_her_number_is_found_however_it_is_written(desk: Desk, said: Message) -> None:
    settle(desk, said)
    customer = said.conversation.customer
    Identity.objects.create(customer=customer, kind="phone", value="+48600100200")
    told = {"door": "line", "of": 1, "at": desk.clock, "tries": 1, "envelope": {"kind": "twilio"}}
    row = Heard.objects.create(name="1", content=b"CallSid=CA1&From=%2B48600100200", **told)
    with pytest.raises(Refused, match="quarantine"):
        erasing.erase(customer, desk.clock)
    Heard.objects.filter(pk=row.pk).update(content=b'{"data": {"number": "600 100 201"}}')

    erasing.erase(customer, desk.clock)

    assert Customer.objects.get(pk=customer.pk).erased_at
