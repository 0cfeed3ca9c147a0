"""Messages another system received or sent: handed in here, they stand in the same history."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field, StringConstraints

from odzew.api.keys import Bearer, asking, writing
from odzew.api.log import asked
from odzew.api.once import KeyHeader, once
from odzew.api.problems import Problem
from odzew.api.shapes import Text
from odzew.channels.models import Account
from odzew.conversations import elsewhere
from odzew.intake.keep import Payload, keep
from odzew.lib.clock import now
from odzew.staff.models import Person
from odzew.staff.token import Scope

router = Router(tags=["messages"])
WRITE = Bearer(Scope.MESSAGES_WRITE)
Line = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]
Address = Annotated[
    str,
    StringConstraints(
        max_length=254, pattern=r"^[A-Za-z0-9._%+'=/-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$", to_lower=True
    ),
]
Identifier = Annotated[str, StringConstraints(max_length=400, pattern=r"^(<[^<>\s\x00-\x1f\x7f-\uffff]+>)?$")]


class MessageIn(Schema):
    """A message as another system has it."""

    direction: Literal["inbound", "outbound"] = Field(
        description="inbound: the customer wrote it, and is owed an answer; outbound: it was sent to him, "
        "and pays nothing."
    )
    mailbox: Address = Field(description="The address of a mailbox of the desk, whose team has it.")
    customer: Address = Field(description="The address of the customer.")
    name: Line = Field("", description="How he is called.")
    subject: Line = ""
    text: Text
    at: datetime | None = Field(None, description="When it was received or sent, with its zone; else now.")
    message_id: Identifier = Field("", description="Its Message-ID; another message with it is none.")
    in_reply_to: Identifier = Field("", description="The Message-ID of what it answers.")
    automatic: bool = Field(False, description="A machine wrote it to us: it opens no debt.")


class MessageKept(Schema):
    """What became of a message that was handed in."""

    message_id: str
    state: Literal["kept", "written"] = Field(
        description="kept: in the history within seconds, once only; written: it is there."
    )
    conversation: int | None
    message: int | None


@router.post("/messages", auth=WRITE, response={201: MessageKept}, operation_id="hand_in_message")
def hand_in(request: HttpRequest, given: MessageIn, key: KeyHeader) -> Status[Any]:
    """Hand in a message that another system received or sent. Nothing is sent by this."""
    person = writing(request)
    account, at = _account(asking(request), given.mailbox), now()
    moment = _moment(given.at, at)

    def act() -> MessageKept:
        if given.direction == "inbound":
            return _received(account, given, moment)
        return _sent(account, given, moment, person, at)

    return once(request, key, asked(request, "api-message", "mailbox", account.pk), act)


def _account(person: Person, address: str) -> Account:
    found = Account.objects.filter(channel="email", address__iexact=address)
    if not person.sees_everything:
        found = found.filter(in_charge__team__in=person.team_numbers())
    account = found.first()
    if account is None:
        raise Http404
    return account


def _moment(given: datetime | None, at: datetime) -> datetime:
    if given is None:
        return at
    if given.tzinfo is None:
        raise Problem(422, "“at” lacks its zone; write it as 2026-11-30T15:00:00+01:00.")
    moment = given.astimezone(UTC)
    if not datetime(1990, 1, 1, tzinfo=UTC) <= moment <= at:
        raise Problem(422, "“at” is still to come, or older than mail is.")
    return moment


def _received(account: Account, given: MessageIn, at: datetime) -> MessageKept:
    """Keep it as a mail that came by a door; the worker carries it into the history and the books."""
    mail = EmailMessage()
    # The names of its fields are ours, so that nothing of what is given becomes another one.
    mail["From"] = f'"{_quoted(given.name)}" <{given.customer}>' if given.name.strip() else given.customer
    mail["To"], mail["Subject"] = account.address, given.subject
    mail["Date"], mail["Message-ID"] = at, given.message_id or make_msgid(domain="api.invalid")
    if given.in_reply_to:
        mail["In-Reply-To"] = given.in_reply_to
    if given.automatic:
        mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(given.text)
    envelope = {"from": given.customer, "to": [account.address]}
    keep(
        [Payload(account=account.pk, door="api", content=mail.as_bytes(), received_at=at, envelope=envelope)]
    )
    return MessageKept(message_id=str(mail["Message-ID"]), state="kept", conversation=None, message=None)


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def _sent(account: Account, given: MessageIn, moment: datetime, person: Person, at: datetime) -> MessageKept:
    sent = elsewhere.Sent(
        account=account,
        to=given.customer,
        name=given.name,
        at=moment,
        subject=given.subject,
        text=given.text,
        message_id=given.message_id,
        in_reply_to=given.in_reply_to,
    )
    row = elsewhere.record(sent, person, at)
    return MessageKept(
        message_id=row.message_id, state="written", conversation=row.conversation_id, message=row.pk
    )
