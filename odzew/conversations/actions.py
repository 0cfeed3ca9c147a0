"""What people do with a conversation besides replying.

Each act is one transaction; what is refused says why.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from odzew.conversations import following, holding, mentions, moving, promising, underway
from odzew.conversations.models import Conversation, Message
from odzew.domain import closing, journal
from odzew.domain.obligation import Kind, Obligation, Refused
from odzew.ledger import attendance, books
from odzew.notices import telling
from odzew.notices.models import Kind as Notice
from odzew.staff.models import Person


@transaction.atomic
def note(conversation: Conversation, author: Person, text: str, now: datetime) -> Message:
    """Write a note that only the desk sees, and tell whom it names; sent twice within a minute, it is one.

    :raises Refused: when it is empty
    """
    held = holding.hold(conversation, author, now)
    if not text.strip():
        raise Refused(_("The note is empty."))
    lately = held.messages.filter(
        author=author, direction=Message.Direction.NOTE, at__gt=now - holding.A_MINUTE
    )
    if once := lately.filter(text=text).order_by("pk").first():
        return once
    written = Message.objects.create(
        conversation=held, direction=Message.Direction.NOTE, at=now, author=author, text=text, own_words=text
    )
    holding.touch(held, now)
    named = {person.pk for person in mentions.mentioned(held, text)}
    for person in sorted(named):
        telling.tell(person, Notice.MENTION, held.pk, now, by=author.pk, message=written.pk)
    following.tell(held, now, by=author.pk, message=written.pk, but=named)
    return written


@transaction.atomic
def promise(
    conversation: Conversation,
    author: Person,
    text: str,
    due: datetime,
    now: datetime,
    owner: Person | None = None,
) -> Obligation:
    """Book a promise: what `owner` (or the author) will do by `due`. Sent twice, it is booked once.

    :raises Refused: when it says nothing, its date has passed, or `owner` is not there
    """
    held = holding.hold(conversation, author, now)
    opened = promising.opened(held, author, promising.Promised(text, due, owner or author), now)
    if once := _promised_just_now(held, opened):
        return once
    holding.open_again(held)
    following.tell(held, now, by=author.pk)
    return books.post([opened])[0]


def _promised_just_now(held: Conversation, said: journal.Opened) -> Obligation | None:
    known = (debt for debt in books.open_debts([held.pk]) if debt.opened_at > said.at - holding.A_MINUTE)
    same = (Kind.PROMISE, said.text, said.due, said.owner)
    return next((debt for debt in known if (debt.kind, debt.text, debt.due_at, debt.owner) == same), None)


@transaction.atomic
def postpone(
    conversation: Conversation,
    author: Person,
    debt: int,
    due: datetime,
    reason: str,
    now: datetime,
    *,
    wished: bool = False,
) -> int | None:
    """Give a promise a new date; the old one stays in the record (law 6).

    Its author owes the customer a notice of it, whose number is returned, unless the customer `wished` it so.

    :raises Refused: when it is no promise of this conversation, or the date has passed
    """
    held = holding.hold(conversation, author, now)
    promise = holding.own(conversation, debt)
    notice = moving.move(held, author, promise, due, reason, now, wished=wished)
    following.tell(held, now, by=author.pk)
    return notice


@transaction.atomic
def hand_over(
    conversation: Conversation, author: Person, debts: Sequence[int], to: Person, reason: str, now: datetime
) -> None:
    """Make another person accountable for debts.

    :raises Refused: when that person is not there, or no reason is given
    """
    held = holding.hold(conversation, author, now)
    promising.must_be_there(to)
    if not reason.strip():
        raise Refused(_("Say why, so that the next person knows."))
    by = f"person:{author.pk}"
    for debt in debts:
        team = holding.own(conversation, debt).team
        entry = journal.HandedOver(
            obligation=debt, at=now, by=by, reason=reason.strip(), owner=to.pk, team=team
        )
        books.post([entry])
    following.tell(held, now, by=author.pk, but=[to.pk])


@transaction.atomic
def waive(
    conversation: Conversation,
    author: Person,
    debt: int,
    reason: str,
    now: datetime,
    *,
    seen: int | None = None,
) -> None:
    """Take a debt off the books without an answer, with a name and a reason.

    `seen` is the newest message the author has read: what was not read cannot be waived.

    :raises NewerMessage: when the customer has written since
    :raises Refused: without a reason, or when nothing is owed
    """
    held = holding.hold(conversation, author, now)
    holding.check_seen(held, seen)
    if not reason.strip():
        raise Refused(_("A waiver needs a reason: why is nobody owed this answer any more?"))
    holding.own(conversation, debt)
    books.post([journal.Waived(obligation=debt, at=now, by=f"person:{author.pk}", reason=reason.strip())])
    following.tell(held, now, by=author.pk)


@transaction.atomic
def close(conversation: Conversation, author: Person, now: datetime) -> list[Obligation]:
    """Close a conversation in which nothing is owed; otherwise return what stands against it."""
    held = holding.hold(conversation, author, now)
    owed = closing.still_owed(books.debts_of(held.pk))
    if not owed:
        held.status = Conversation.Status.CLOSED
        held.closed_at, held.closing = now, Conversation.Closing.DECLARED
        held.save(update_fields=["status", "closed_at", "closing"])
        following.tell(held, now, by=author.pk)
    return owed


@transaction.atomic
def reopen(conversation: Conversation, author: Person, debt: int, reason: str, now: datetime) -> None:
    """Open a settled debt again with its old moment, because what settled it did not hold.

    :raises Refused: when it is open, or no reason is given
    """
    held = holding.hold(conversation, author, now)
    if not reason.strip():
        raise Refused(_("Say what is still missing."))
    holding.own(conversation, debt)
    # What is on its way was written before the customer said "not yet"; it cannot pay for that.
    underway.withdraw(held.pk, debt)
    again = journal.Reopened(obligation=debt, at=now, by=f"person:{author.pk}", reason=reason.strip())
    attendance.to_somebody_there(books.post([again]), now)
    holding.open_again(held)
    following.tell(held, now, by=author.pk)


@transaction.atomic
def revoke_links(conversation: Conversation, author: Person) -> None:
    """Make the links to the customer's page useless that were given out, and note who did it."""
    held = holding.hold_all([conversation], author, whole=True)[conversation.pk]
    held.link_generation += 1
    held.save(update_fields=["link_generation"])
    held.others.update(link_generation=F("link_generation") + 1)  # those merged into it have links too
    text = _("Revoked the links to the customer's page.")
    Message.objects.create(
        conversation=held,
        direction=Message.Direction.NOTE,
        at=held.last_at,
        author=author,
        text=text,
        own_words=text,
    )
