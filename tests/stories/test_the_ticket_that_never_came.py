"""Story E (F26, F28, F29, F31): she paid, the ticket came back, and she had to ask for it on every channel.

The shop calls the desk, WhatsApp and Telegram answer on this machine; that her mail server took the ticket
and sent it back is said to the desk as its outbox would say it.
"""

import ssl
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from odzew.channels import provider, registry
from odzew.channels.models import Account
from odzew.conversations import effort, settling
from odzew.conversations.models import Conversation, Message
from odzew.customers.models import Customer, Identity
from odzew.desk.customers import history
from odzew.ledger.models import Owed
from odzew.ledger.story import of_conversation
from odzew.lib.clock import now
from odzew.orders.models import Item
from odzew.outbox import deliver
from odzew.staff.models import AccountTeam, Person
from tests.features import test_telegram as by_telegram, test_whatsapp as by_whatsapp
from tests.features.letters import MONDAY, PASSWORD, Desk, open_desk
from tests.features.test_orders import call, check_the_books, connect, order
from tests.servers.mailboxes import Mailboxes
from tests.servers.telegram import TOKEN as BOT, bot_api
from tests.servers.whatsapp import BUSINESS, NUMBER, SECRET, TOKEN, cloud_api

pytestmark = pytest.mark.django_db
TICKET = b"%PDF-1.7 her seat"


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(MONDAY - timedelta(minutes=30), tick=False) as clock:
        yield clock


@pytest.fixture
def desk() -> Desk:
    made = open_desk()
    connect(made)
    return made


@pytest.fixture
def doors(desk: Desk, mailboxes: Mailboxes, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """WhatsApp and Telegram on this machine, and a number and a bot of the team at them."""
    believed = ssl.create_default_context(cafile=str(mailboxes.certificate))
    monkeypatch.setattr(provider, "authorities", lambda: believed)
    at = (mailboxes.certificate, mailboxes.key)
    with cloud_api(*at) as whatsapp, bot_api(*at) as telegram:
        settings.PRIVATE_HOSTS, settings.HTTPS = ["localhost"], True
        settings.WHATSAPP_API, settings.TELEGRAM_API = whatsapp.url, telegram.url
        number = {"number": NUMBER, "business": BUSINESS, "receipts": False}
        line = door(desk, "whatsapp", number, {"token": TOKEN, "app_secret": SECRET})
        yield whatsapp, line, telegram, door(desk, "telegram", {"receipts": False}, {"token": BOT})


def door(desk: Desk, channel: str, said: dict[str, Any], secrets: dict[str, str]) -> Account:
    made = Account(channel=channel, name="Kites", created_at=MONDAY, settings={"asks": False, **said})
    made.secrets = secrets
    registry.connect(made, "")
    made.save()
    AccountTeam.objects.create(account=made, team=desk.team)
    return made


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def send_all() -> None:
    while deliver.step():
        pass


def owed() -> list[tuple[str, str]]:
    return list(Owed.objects.order_by("pk").values_list("kind", "state"))


def test_the_ticket_that_never_came(desk: Desk, doors: Any, clock: time_machine.Traveller) -> None:
    whatsapp, line, telegram, bot = doors
    lead, jan = browser(desk.lead), browser(desk.agent)
    olena = Person.objects.create_user("olena@example.com", PASSWORD, name="Olena Agent", undo_seconds=0)
    olena.teams.add(desk.team)

    # She pays: the shop tells it, and each thing is owed from that moment. Her tariff is told besides.
    call(order(items=[{"line": "1", "title": "Ticket"}], name="Ala Nowak"))
    said = {"key": "s-1", "email": "ala@example.org", "plan": "Tariff Breeze", "state": "active"}
    told = {"type": "subscription", "timestamp": now().isoformat(), "data": {**said, "since": "2026-01-01"}}
    call(told, name="call-2")
    bought, ticket = Conversation.objects.get(), Owed.objects.get()
    first_due = ticket.due_at

    # Jan sends it by mail. Her server takes it, and sends it back: it is owed again, and somebody sees it.
    file = SimpleUploadedFile("ticket.pdf", TICKET, "application/pdf")
    answer = sends(jan, bought, "Here is your ticket.", [ticket.pk], file)
    settling.accepted(answer, "250 taken", now())
    assert owed() == [("delivery", "paid")]
    settling.bounced(answer, "550 mailbox full", now())
    ticket.refresh_from_db()
    assert (ticket.state, ticket.due_at) == ("open", first_due)

    # She asks on WhatsApp. Nobody knows the number; the lead does, from the order, and says so once.
    clock.shift(timedelta(minutes=20))
    by_whatsapp.heard(
        desk, line, whatsapp.message("I have paid. Where is my ticket?", at=int(now().timestamp()) - 9)
    )
    on_whatsapp = Conversation.objects.get(account=line)
    joins(lead, bought.customer, on_whatsapp.customer)

    # On Telegram she asks again; Olena goes on, and asks nothing: tariff and order stand beside the reply.
    clock.shift(timedelta(minutes=15))
    telegram.say("Is anybody there? My ticket, please.")
    by_telegram.fetch(desk, bot)
    on_telegram = Conversation.objects.get(account=bot)
    joins(lead, bought.customer, on_telegram.customer)
    hers = browser(olena)
    page = words(hers.get(f"/conversations/{on_telegram.pk}/"))
    assert "Tariff Breeze" in page and "Send it again" in page and "not delivered" in page

    # It is one matter: it goes on here. One press sends the ticket; pressed twice, it goes once.
    for other in (on_whatsapp, bought):
        hers.post(f"/conversations/{on_telegram.pk}/merge", {"other": other.pk})
    form = {"item": Item.objects.get().pk, "went": answer.pk, "way": f"{on_telegram.pk} 44"}
    for _press in range(2):
        hers.post(f"/conversations/{on_telegram.pk}/again", form)
    assert owed()[0] == ("delivery", "open")
    send_all()
    assert [one["text"] for one in telegram.sent if "text" in one] == ["Here is your ticket."]
    assert [one["document"][1] for one in telegram.sent if "document" in one] == [TICKET]
    again = Message.objects.get(conversation=on_telegram, author=olena)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.settled_by, ticket.due_at) == ("paid", again.pk, first_due)

    # Her questions are answered as well, where she is; nothing is closed before.
    asked = list(Owed.objects.filter(kind="answer").values_list("pk", flat=True))
    assert owed()[1:] == [("answer", "open")] * 2
    sends(hers, on_telegram, "It is with you now; I am sorry it took us so long.", asked)
    send_all()
    assert {state for _kind, state in owed()} == {"paid"}

    # Books, history and the account of her effort say the same.
    check_the_books()
    call_command("audit", stdout=StringIO())  # it ends with an error when it finds anything
    account = effort.of(on_telegram, of_conversation(on_telegram.pk), now()).effort
    assert (account.contacts, account.people, account.setbacks, account.transfers) == (2, 2, 1, 0)
    assert [one for one in told_of(desk.lead, bought.customer) if one in STORY] == STORY
    assert Identity.objects.count() == 3


STORY = [
    "order.paid", "obligation.paid", "obligation.reopened", "message.inbound", "message.inbound",
    "obligation.paid", "obligation.paid", "obligation.paid",
]  # fmt: skip


def told_of(person: Person, customer: Customer) -> list[str]:
    customers = [customer.pk, *Customer.objects.filter(stands_for=customer).values_list("pk", flat=True)]
    return [event.type for event in history.page(person, customers, None, 200)[0]][::-1]


def joins(lead: Client, kept: Customer, other: Customer) -> None:
    said = {"other": other.pk, "reason": "The number on her order."}
    assert lead.post(f"/customers/{kept.pk}/join", said).status_code == 302


def sends(client: Client, talk: Conversation, text: str, pays: list[int], file: Any = None) -> Message:
    """Write a reply as the page does, and return it; a mail is on its way then."""
    form: dict[str, Any] = {"text": text, "purpose": "answer", "pays": pays}
    if file:
        form["files"] = file
    answer = client.post(f"/conversations/{talk.pk}/reply", form)
    assert answer.status_code == 302, words(answer)
    message = Message.objects.filter(direction="outbound", text=text).latest("pk")
    Message.objects.filter(pk=message.pk, conversation__account__channel="email").update(state="sending")
    message.refresh_from_db()
    return message
