"""What another system sent to a customer: it stands in the history, is not sent by us, and pays nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from odzew.channels.models import Account
from odzew.conversations import holding
from odzew.conversations.models import Conversation, Message
from odzew.customers.known import customer_of
from odzew.domain.obligation import Refused
from odzew.lib.plain import plain
from odzew.staff.models import Person, Team

ELSEWHERE = "elsewhere"  # Message.automatic; its identifier is not ours, and gives no right (ADR 17)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A mail as another system sent it."""

    account: Account
    to: str
    at: datetime
    text: str
    subject: str = ""
    name: str = ""  # of whoever got it
    language: str = ""
    message_id: str = ""
    in_reply_to: str = ""


@transaction.atomic
def record(sent: Sent, author: Person, now: datetime) -> Message:
    """Write a mail that another system sent into the history; told twice it is there once.

    It joins the conversation of the message it answers, if that was with the same customer. Else it
    begins one of its own, in which nothing is owed and which is closed until he writes.

    :raises Refused: when it is of later than now
    """
    if sent.at > now:
        raise Refused(_("It has not been sent yet: its moment is still to come."))
    known = list(Message.objects.called([sent.message_id])) if sent.message_id else []
    for message in known:
        if message.automatic == ELSEWHERE and message.to_address == sent.to:
            return message
    talk = _joined(sent, author) or _begun(sent)
    talk.last_at = max(talk.last_at, sent.at)
    talk.save(update_fields=["last_at"])
    return Message.objects.create(
        conversation=talk,
        direction=Message.Direction.OUTBOUND,
        state=Message.State.SENT,
        automatic=ELSEWHERE,
        at=sent.at,
        settled_at=sent.at,
        from_address=sent.account.address,
        to_address=sent.to,
        recipients={"to": [[sent.name, sent.to]]},
        subject=sent.subject,
        text=sent.text,
        own_words=sent.text,
        language=talk.language,
        message_id=sent.message_id,
        references=[sent.in_reply_to] if sent.in_reply_to else [],
    )


def _joined(sent: Sent, author: Person) -> Conversation | None:
    for message in Message.objects.called([sent.in_reply_to]) if sent.in_reply_to else ():
        other = (
            message.to_address if message.direction == Message.Direction.OUTBOUND else message.from_address
        )
        seen = Conversation.objects.visible_to(author).filter(pk=message.conversation_id, beside=None)
        if other == sent.to and (talk := seen.first()):
            return holding.hold(talk, author)
    return None


def _begun(sent: Sent) -> Conversation:
    team = Team.objects.filter(in_charge_of__account=sent.account).first()
    customer = customer_of(sent.to, sent.at, name=sent.name, language=sent.language)
    return Conversation.objects.create(
        customer=customer,
        account=sent.account,
        team=team or Team.objects.get(is_last_resort=True),
        subject=plain(sent.subject, 2000),
        language=sent.language or customer.language,
        address=sent.to,
        status=Conversation.Status.CLOSED,
        closing=Conversation.Closing.DECLARED,
        created_at=sent.at,
        last_at=sent.at,
        closed_at=sent.at,
    )
