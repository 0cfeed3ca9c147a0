"""Asking a third party by mail, beside the customer's conversation (docs/adr/0021)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from odzew.conversations import addressing, holding, outbound, underway
from odzew.conversations.models import Conversation, Message
from odzew.customers import kin
from odzew.customers.known import customer_of
from odzew.domain.obligation import Refused
from odzew.lib.plain import one_line
from odzew.staff.models import Person


@transaction.atomic
def ask(
    conversation: Conversation,
    author: Person,
    to: str,
    subject: str,
    text: str,
    now: datetime,
    *,
    name: str = "",
    quotes: int | None = None,
    uploads: Sequence[outbound.Upload] = (),
) -> Message:
    """Queue a mail to a third party; what the customer is owed stays as it is.

    Nothing of hers goes along but the words of the message `quotes`, when it is named; who wrote
    them is not added. Whoever was asked before is written to in the same side conversation.

    :raises Refused: when it says nothing, or the address is the customer's, ours, or none
    :raises NotAllowed: when the person may only read
    """
    held = holding.hold(conversation, author, now)
    address = _third(held, to)
    body = _body(held, text, quotes)
    beside = held.asides.select_related("account", "team").filter(address=address).first()
    if beside is None:
        beside = _begun(held, address, _subject(subject), one_line(name)[:300], now)
    elif once := _said_just_now(beside, author, body, now):
        return once
    message = outbound.draft(beside, Message.Purpose.ASIDE, body, now, author=author)
    if not beside.messages.exists():
        message.subject = beside.subject
    message.save()
    outbound.enclose(message, uploads)
    for touched in (held, beside):
        touched.last_at = max(touched.last_at, now)
        touched.save(update_fields=["last_at"])
    return message


def _third(held: Conversation, to: str) -> str:
    address = addressing.outside(
        to, _("Give the mail address of whom to ask, for example help@carrier.example.")
    )
    hers = {
        held.address.lower(),
        *(v.lower() for v in kin.identities(held.customer).values_list("value", flat=True)),
    }
    if address in hers:
        raise Refused(_("That is the customer's own address: write the reply."))
    return address


def _subject(subject: str) -> str:
    if not subject.strip():
        raise Refused(_("Give a subject. The customer's own is not used, so that it stays with us."))
    return one_line(subject)[:300]


def _body(held: Conversation, text: str, quotes: int | None) -> str:
    if not text.strip():
        raise Refused(_("The question is empty."))
    if quotes is None:
        return text
    hers = held.messages.filter(direction=Message.Direction.INBOUND, automatic="", pk=quotes).first()
    if hers is None:
        raise Refused(_("There is no such message of the customer to quote."))
    quoted = "\n".join(f"> {line}".rstrip() for line in hers.own_words.strip().splitlines())
    return f"{text.rstrip()}\n\n{quoted}"


def _begun(held: Conversation, address: str, subject: str, name: str, now: datetime) -> Conversation:
    return Conversation.objects.create(
        customer=customer_of(address, now, name=name),
        account=held.account,
        team=held.team,
        subject=subject,
        address=address,
        beside=held,
        created_at=now,
        last_at=now,
    )


def _said_just_now(beside: Conversation, author: Person, body: str, now: datetime) -> Message | None:
    # A button pressed twice: nobody means to ask the same twice within a minute.
    lately = beside.messages.filter(
        author=author, state__in=underway.UNSETTLED, at__gt=now - holding.A_MINUTE
    )
    return lately.filter(text=body).order_by("pk").first()
