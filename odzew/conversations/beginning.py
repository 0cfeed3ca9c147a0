"""A conversation that we begin: somebody is to be written to who has not written about it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from odzew.channels.models import Account
from odzew.conversations import addressing, happening, holding
from odzew.conversations.happening import Happening
from odzew.conversations.models import Conversation, Message
from odzew.customers.known import customer_of
from odzew.domain.obligation import Refused
from odzew.lib.plain import one_line
from odzew.staff.models import Person


@transaction.atomic
def begin(account: Account, author: Person, to: str, name: str, subject: str, now: datetime) -> Conversation:
    """Begin a conversation by mail, in which nothing is said or owed yet, and return it.

    The letter is written in it as every reply is, so that what it promises is found and booked. Pressed
    twice within a minute, it is begun once.

    :raises Refused: without a subject, or when the address is ours, or none
    :raises NotAllowed: when the author may only read
    """
    if not author.may_write or not author.is_active:
        raise holding.NotAllowed(_("You may read this conversation, not write in it."))
    Person.objects.select_for_update(no_key=True).get(pk=author.pk)  # two presses take turns
    address = addressing.outside(
        to, _("Give the mail address of the person to write to, for example ann@mail.example.")
    )
    about = one_line(subject)[:300]
    if not about:
        raise Refused(_("Give a subject, so that the customer knows what it is about."))
    if once := _begun_just_now(author, address, about, now):
        return once
    team = account.in_charge.team
    customer = customer_of(address, now, name=one_line(name)[:300])
    talk = Conversation.objects.create(
        customer=customer, account=account, team=team, subject=about, address=address,
        language=customer.language or team.language, created_at=now, last_at=now,
    )  # fmt: skip
    happening.note(talk, author, Happening.What.BEGUN, "", now)
    return talk


def is_unheard(talk: Conversation) -> bool:
    """Tell whether we began a conversation, and the customer has said nothing in it."""
    begun = Happening.objects.filter(conversation=talk, what=Happening.What.BEGUN)
    heard = Message.objects.filter(conversation=talk, direction=Message.Direction.INBOUND)
    return begun.exists() and not heard.exists()


def _begun_just_now(author: Person, address: str, subject: str, now: datetime) -> Conversation | None:
    rows = Conversation.objects.filter(
        happenings__what=Happening.What.BEGUN, happenings__by=author, created_at__gt=now - holding.A_MINUTE
    )
    return rows.filter(address=address, subject=subject, messages=None).order_by("pk").first()
