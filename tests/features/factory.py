"""A small firm, customers who write to it, and letters that go out: everything by the product's own doors."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from odzew.channels.base import Bounce, Bounced, Inbound
from odzew.channels.models import Account
from odzew.conversations import replying, settling
from odzew.conversations.models import Message
from odzew.conversations.reply_address import reply_address
from odzew.intake import proof
from odzew.intake.accept import accept
from odzew.intake.keep import Payload, keep
from odzew.intake.models import Raw
from odzew.ledger import books, reports
from odzew.ledger.models import Owed
from odzew.staff.models import AccountTeam, Person, Role, Team
from tests.domain.examples import HOUR, NINE

numbers = count(1)
ALA = "ala@example.org"


def person(name, *, role=Role.AGENT, team=None, is_active=True):
    """Make somebody who works at the desk."""
    made = Person.objects.create(
        email=f"{name}@firm.example", name=name, role=role, is_active=is_active, password="!"
    )
    if team:
        made.teams.add(team)
    return made


@dataclass
class Firm:
    """One team around the clock that answers within eight hours, three people in it, one account."""

    team: Team
    people: list[Person]
    account: Account

    @property
    def jan(self):
        """The first agent: the first debt is his."""
        return self.people[0]

    @property
    def ola(self):
        """The second agent."""
        return self.people[1]


def firm(people=("jan", "ola", "ewa")):
    """Make the firm."""
    team = Team.objects.create(name="shop", answer_minutes=480, is_last_resort=True)
    account = Account.objects.create(name="Shop", address="shop@firm.example", created_at=NINE)
    AccountTeam.objects.create(account=account, team=team)
    return Firm(team, [person(name, team=team) for name in people], account)


def receive(text="Where is my parcel?", *, sender=ALA, at=NINE, now=None, into=None, raw=None, **told):
    """Let a message come in by the door and the worker, and return it as the history keeps it."""
    raw = raw or kept(sender=sender, at=at)
    if into is not None:
        told["delivered_to"] = (reply_address(raw.account.address, into.pk, sender),)
    said = Inbound(address=sender, text=text, own_words=text, subject="Parcel", **told)
    accept([(raw, said)], now or at)
    return Message.objects.get(raw=raw.pk)


def kept(*, sender=ALA, at=NINE):
    """Let a payload be kept by the door only."""
    content = f"payload {next(numbers)}".encode()
    account = Account.objects.get(address="shop@firm.example")
    keep(
        [Payload(account=account.pk, door="smtp", content=content, received_at=at, envelope={"from": sender})]
    )
    return Raw.objects.order_by("-pk").first()


def report(*addresses, about="", permanent=True, said="550 no such user", at=NINE + 2 * HOUR, **told):
    """Let a report come in: these addresses did not get the message with the identifier `about`."""
    bounce = Bounce(tuple(Bounced(address, permanent, said) for address in addresses), about)
    return receive(sender="mailer-daemon@mx.example", at=at, automatic="bounce", bounce=bounce, **told)


def debt(message=None):
    """Return the one debt there is, or the one a message opened."""
    if message is None:
        return Owed.objects.get()
    return Owed.objects.get(conversation=message.conversation_id)


def answer(conversation, author, *pays, at=NINE + HOUR, text="It left on Monday.", **told):
    """Let a person reply; without `pays` everything open in the conversation is answered."""
    owed = [debt.id for debt in books.open_debts([conversation.pk])]
    return replying.reply(
        conversation, author, text, at, pays=[getattr(d, "pk", d) for d in pays] or owed, **told
    )


def sent(message, at=NINE + HOUR + timedelta(minutes=1)):
    """Let the receiver's server accept it."""
    Message.objects.filter(pk=message.pk).update(state=Message.State.SENDING)
    settling.accepted(Message.objects.get(pk=message.pk), "250 taken", at)
    return Message.objects.get(pk=message.pk)


def findings():
    """Return whatever the books or the history cannot explain."""
    return [*reports.findings(), *proof.findings()]
