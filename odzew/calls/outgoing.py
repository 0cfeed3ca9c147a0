"""A call we make: what it is for is said first, and whether we may call this customer now (F11, F12, F15)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from odzew.conversations import holding
from odzew.conversations.call import Call, Line
from odzew.conversations.models import Conversation
from odzew.customers import kin
from odzew.domain import contact, worktime
from odzew.domain.obligation import Refused
from odzew.ledger import books
from odzew.lib import telephone
from odzew.lib.plain import one_line
from odzew.staff.due import counted_hours
from odzew.staff.models import Person


@transaction.atomic
def dial(
    conversation: Conversation,
    author: Person,
    number: str,
    about: str,
    now: datetime,
    *,
    wants: contact.Purpose = contact.Purpose.SERVICE,
) -> Call:
    """Keep that a person is about to call, and what for; the line's own events then belong to it.

    What was not asked for waits while something is owed, and goes out in the working hours of the team only.
    Pressed twice within a minute it is one.

    :raises Refused: when nothing is said of what it is for, it is no number, or we may not call now
    :raises NotAllowed: when the person may only read
    """
    talk = holding.hold(conversation, author, now)
    if not about.strip():
        raise Refused(_("Say what the call is for: whoever speaks has to know it."))
    to = telephone.number(number, _near(talk))
    if not to:
        raise Refused(_("This is no telephone number with its country."))
    check(talk, wants, now)
    lately = Call.objects.filter(
        conversation=talk, agent=author, number=to, begun_at__gt=now - holding.A_MINUTE
    )
    if once := lately.filter(state=Call.State.PLANNED).first():
        return once
    call = Call.objects.create(
        conversation=talk, customer=talk.customer, direction=Call.Direction.OUTBOUND, number=to,
        state=Call.State.PLANNED, begun_at=now, agent=author, purpose=one_line(about)[:500], changed_at=now,
    )  # fmt: skip
    holding.touch(talk, now)
    return call


def check(talk: Conversation, wants: contact.Purpose, now: datetime) -> None:
    """Make sure that we may call a customer now for what we want.

    :raises Refused: when something is owed that stands against it, or the team is not at work
    """
    if wants is contact.Purpose.SERVICE:
        return
    against = contact.against(wants, books.owed_to(kin.numbers(talk.customer)), now)
    if against:
        raise Refused(
            _("This customer waits for something of ours that is late or did not hold. Give that first.")
        )
    if not worktime.is_open(counted_hours(talk.team, now), now):
        raise Refused(_("The team is not at work now: who did not ask for a call is not called."))


def _near(talk: Conversation) -> str:
    lines = Line.objects.filter(team=talk.team, active=True).order_by("pk")
    return lines.values_list("number", flat=True).first() or ""
