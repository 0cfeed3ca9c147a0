"""What was kept by a call that took place: a promise, a call owed back, news told (STORIES F6, F19).

An answer is never paid so: what was asked in writing is answered in writing (law 4).
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _, gettext_noop

from odzew.conversations import holding, moving
from odzew.conversations.models import Conversation, Message
from odzew.domain import journal
from odzew.domain.discharge import PAID_BY_A_CALL
from odzew.domain.obligation import Refused
from odzew.ledger import books
from odzew.staff.models import Person

CALLED = gettext_noop("A call, written down by whoever made it. It kept what was promised.")


@transaction.atomic
def kept(conversation: Conversation, author: Person, debt: int, text: str, now: datetime) -> Message:
    """Write down what was said in a call, for the team, and pay by it what the call kept.

    :raises Refused: when nothing was said, or a call does not pay this debt, or it is settled
    :raises NotAllowed: when the person may only read
    """
    held = holding.hold(conversation, author, now)
    if not text.strip():
        raise Refused(_("Write what was said in the call."))
    if holding.own(conversation, debt).kind not in PAID_BY_A_CALL:
        raise Refused(_("A call keeps a promise. What was asked in writing is answered in writing."))
    call = Message.objects.create(
        conversation=held,
        direction=Message.Direction.NOTE,
        at=now,
        author=author,
        text=text,
        own_words=text,
        notes=[CALLED],
    )
    by = f"person:{author.pk}"
    # Who has heard that it is done needs to hear of no other date.
    paid = [debt, *moving.notices(held.pk, [debt])]
    books.post(journal.Paid(obligation=one, at=now, by=by, message=call.pk) for one in paid)
    holding.touch(held, now)
    return call
