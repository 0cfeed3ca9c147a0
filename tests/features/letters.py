"""A desk with one mailbox, and letters that come to it as bytes."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from itertools import count
from typing import Any

from django.test import Client

from odzew.channels.models import Account
from odzew.conversations.models import Message
from odzew.intake.drain import Drain
from odzew.intake.keep import Payload, keep
from odzew.intake.models import Raw
from odzew.intake.reader import Reader
from odzew.staff.models import AccountTeam, Person, Role, Team

PASSWORD = "a long password"
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
numbers = count(1)
shared = Reader(20, 512)  # one process reads for all tests


def letter(
    text: str = "Where is my parcel?",
    *,
    sender: str = "Ala Nowak <ala@example.org>",
    subject: str = "Parcel",
    **headers: str,
) -> bytes:
    """Return a mail as it travels. Further headers by name: `in_reply_to="<1@x>"`."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, headers.pop("to", "shop@example.com"), subject
    mail["Message-ID"] = headers.pop("message_id", f"<{next(numbers)}@example.org>")
    for name, value in headers.items():
        mail[name.replace("_", "-").title()] = value
    mail.set_content(text)
    return mail.as_bytes()


@dataclass
class Desk:
    """One account, one team, one lead and one agent; letters are kept, read and accepted."""

    team: Team
    lead: Person
    agent: Person
    account: Account
    drain: Drain = field(default_factory=lambda: Drain(shared))
    clock: datetime = MONDAY

    def deliver(
        self,
        content: bytes,
        *,
        sender: str = "ala@example.org",
        to: str = "shop@example.com",
        **envelope: Any,
    ) -> Message | None:
        """Let a letter through the door and into the history; None when it was a duplicate."""
        before = set(Raw.objects.values_list("pk", flat=True))
        self.hand_in(content, sender=sender, to=to, **envelope)
        self.work()
        fresh = Raw.objects.exclude(pk__in=before).first()
        return Message.objects.filter(raw=fresh.pk).first() if fresh else None

    def hand_in(
        self,
        content: bytes,
        *,
        sender: str = "ala@example.org",
        to: str = "shop@example.com",
        **envelope: Any,
    ) -> None:
        """Let a letter through the door only."""
        self.clock += timedelta(minutes=1)
        known = {"from": sender, "to": [to], **envelope}
        keep(
            [
                Payload(
                    account=self.account.pk,
                    door="smtp",
                    content=content,
                    received_at=self.clock,
                    envelope=known,
                )
            ]
        )

    def work(self) -> None:
        """Carry all that waits into the history, also what was put off."""
        while rows := list(Raw.objects.filter(state=Raw.State.KEPT).select_related("account").order_by("pk")):
            self.drain.carry(rows)


def open_desk(*, can_send: bool = False) -> Desk:
    """Make the desk."""
    lead = Person.objects.create_user("lead@example.com", PASSWORD, name="Ola Lead", role=Role.LEAD)
    agent = Person.objects.create_user("agent@example.com", PASSWORD, name="Jan Agent", role=Role.AGENT)
    Person.objects.create_user("boss@example.com", PASSWORD, name="Ewa Boss", role=Role.ADMINISTRATOR)
    team = Team.objects.create(name="Shop", timezone="Europe/Warsaw", is_last_resort=True, lead=lead)
    lead.teams.add(team)
    agent.teams.add(team)
    smtp = {"smtp": {"host": "127.0.0.1", "port": 1, "security": "none"}} if can_send else {}
    Person.objects.update(undo_seconds=0)  # a test that waits for an undo says so
    for person in (lead, agent):
        person.refresh_from_db()
    account = Account.objects.create(
        name="Shop", address="shop@example.com", settings=smtp, created_at=MONDAY
    )
    AccountTeam.objects.create(account=account, team=team)
    return Desk(team, lead, agent, account)


def sign_in(person: Person, client: Client | None = None) -> Client:
    """Give the password at the door, and return the browser; whether that is enough, `is_in` tells."""
    client = client or Client()
    client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    """Tell whether a browser is signed in."""
    return client.get("/").status_code == 200
