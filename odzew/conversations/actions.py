"""What people do with a conversation. Each action is one transaction; what is refused says why."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _, gettext_noop

from odzew.conversations import outbound, promising, underway
from odzew.conversations.models import Conversation, Message
from odzew.domain import closing, discharge, journal
from odzew.domain.obligation import Kind, Obligation, Refused
from odzew.ledger import attendance, books
from odzew.staff.assignment import Roster
from odzew.staff.due import answer_due
from odzew.staff.models import Person

A_MINUTE = timedelta(minutes=1)
TAKEN_FOR_A_MACHINES = gettext_noop("It was first taken for a machine's:")


class NewerMessage(Exception):
    """The customer wrote again while the answer was being written."""


class NoRule(Exception):
    """A refusal names no published rule, and its author has not said that there is none."""


class NotAllowed(Exception):
    """The person may read, but not act."""


@transaction.atomic
def reply(
    conversation: Conversation,
    author: Person,
    text: str,
    now: datetime,
    *,
    pays: Sequence[int],
    still_open: Sequence[str] = (),
    seen: int | None = None,
    uploads: Sequence[outbound.Upload] = (),
    cc: Sequence[str] = (),
    rests_on: str | None = None,
    without_rule: bool = False,
    promises: Sequence[promising.Promised] = (),
) -> Message:
    """Queue a reply. With `pays` it is an answer to those debts, without it only acknowledges.

    Questions in `still_open` become debts of their own, with the first moment of the first debt
    paid (law 5). `seen` is the newest message the author has read. `rests_on` makes the answer a
    refusal, and names the published rule it rests on; without one, `without_rule` has to be said.
    `promises` become debts of those who promise, in the same transaction (law 6).

    :raises NewerMessage: when the customer has written since
    :raises NoRule: when a refusal names no rule
    :raises Refused: when a debt cannot be paid by this reply
    :raises NotAllowed: when the person may only read
    """
    held = _hold(conversation, author, now)
    if once := _said_just_now(held, author, text, pays, now):
        return once
    _check_seen(held, seen)
    _check_text(text, held)
    owed = books.debts_of(held.pk)
    discharge.check(discharge.Reply(answers=bool(pays), pays=tuple(pays), by_person=True), owed)
    message = outbound.draft(held, _purpose(pays, rests_on, without_rule), text, now, author=author)
    message.rests_on = (rests_on or "").strip()
    message.pays = list(pays)
    message.recipients = {**message.recipients, "cc": [["", address] for address in cc]}
    message.save()
    outbound.enclose(message, uploads)
    _split([debt for debt in owed if debt.id in pays], still_open, message, now)
    promising.book(held, author, message, promises, now)
    _touch(held, now)
    return message


def _said_just_now(
    held: Conversation, author: Person, text: str, pays: Sequence[int], now: datetime
) -> Message | None:
    # A button pressed twice, a page sent again: nobody means to write the same to the same twice.
    lately = held.messages.filter(author=author, state__in=underway.UNSETTLED, at__gt=now - A_MINUTE)
    same = lately.filter(direction=Message.Direction.OUTBOUND, text=text).order_by("pk")
    return next((message for message in same if message.pays == list(pays)), None)


def _purpose(pays: Sequence[int], rests_on: str | None, without_rule: bool) -> Message.Purpose:
    if not pays:
        return Message.Purpose.ACKNOWLEDGEMENT
    if rests_on is None:
        return Message.Purpose.ANSWER
    if not rests_on.strip() and not without_rule:
        raise NoRule(_("Name the published rule this refusal rests on, or say that there is none."))
    return Message.Purpose.REFUSAL


def _split(paid: Sequence[Obligation], questions: Sequence[str], message: Message, now: datetime) -> None:
    if not paid:
        return
    # A question is part of what was asked; a promise kept in the same reply may be due much later.
    asked = [debt for debt in paid if debt.kind is Kind.ANSWER] or paid
    parent = min(asked, key=lambda debt: (debt.opened_at, debt.id))
    books.post(
        journal.Opened(
            obligation=books.NEW,
            at=now,
            by=f"person:{message.author_id}",
            message=message.pk,
            what=Kind.ANSWER,
            customer=parent.customer,
            conversation=parent.conversation,
            owner=parent.owner,
            team=parent.team,
            since=parent.opened_at,
            due=parent.due_at,
            text=question.strip(),
            parent=parent.id,
            instead_of=parent.instead_of,
        )
        for question in questions
        if question.strip()
    )


@transaction.atomic
def note(conversation: Conversation, author: Person, text: str, now: datetime) -> Message:
    """Write a note that only the desk sees.

    :raises Refused: when it is empty
    """
    held = _hold(conversation, author, now)
    if not text.strip():
        raise Refused(_("The note is empty."))
    written = Message.objects.create(
        conversation=held, direction=Message.Direction.NOTE, at=now, author=author, text=text, own_words=text
    )
    _touch(held, now)
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
    """Book a promise: what `owner` (or the author) will do by `due`.

    :raises Refused: when it says nothing, its date has passed, or `owner` is not there
    """
    held = _hold(conversation, author, now)
    opened = promising.opened(held, author, promising.Promised(text, due, owner or author), now)
    _open_again(held)
    return books.post([opened])[0]


@transaction.atomic
def postpone(
    conversation: Conversation, author: Person, debt: int, due: datetime, reason: str, now: datetime
) -> None:
    """Give a promise a new date; the old one stays in the record (law 6).

    :raises Refused: when it is no promise of this conversation, or the date has passed
    """
    _hold(conversation, author, now)
    if due <= now:
        raise Refused(_("A promise needs a moment that is still to come."))
    _own(conversation, debt)
    by = f"person:{author.pk}"
    books.post([journal.Postponed(obligation=debt, at=now, by=by, reason=reason.strip(), due=due)])


@transaction.atomic
def hand_over(
    conversation: Conversation, author: Person, debts: Sequence[int], to: Person, reason: str, now: datetime
) -> None:
    """Make another person accountable for debts.

    :raises Refused: when that person is not there, or no reason is given
    """
    _hold(conversation, author, now)
    promising.must_be_there(to)
    if not reason.strip():
        raise Refused(_("Say why, so that the next person knows."))
    by = f"person:{author.pk}"
    for debt in debts:
        team = _own(conversation, debt).team
        entry = journal.HandedOver(
            obligation=debt, at=now, by=by, reason=reason.strip(), owner=to.pk, team=team
        )
        books.post([entry])


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
    _check_seen(_hold(conversation, author, now), seen)
    if not reason.strip():
        raise Refused(_("A waiver needs a reason: why is nobody owed this answer any more?"))
    _own(conversation, debt)
    books.post([journal.Waived(obligation=debt, at=now, by=f"person:{author.pk}", reason=reason.strip())])


@transaction.atomic
def close(conversation: Conversation, author: Person, now: datetime) -> list[Obligation]:
    """Close a conversation in which nothing is owed; otherwise return what stands against it."""
    held = _hold(conversation, author, now)
    owed = closing.still_owed(books.debts_of(held.pk))
    if not owed:
        held.status = Conversation.Status.CLOSED
        held.closed_at, held.closing = now, Conversation.Closing.DECLARED
        held.save(update_fields=["status", "closed_at", "closing"])
    return owed


@transaction.atomic
def reopen(conversation: Conversation, author: Person, debt: int, reason: str, now: datetime) -> None:
    """Open a settled debt again with its old moment, because what settled it did not hold.

    :raises Refused: when it is open, or no reason is given
    """
    held = _hold(conversation, author, now)
    if not reason.strip():
        raise Refused(_("Say what is still missing."))
    _own(conversation, debt)
    # What is on its way was written before the customer said "not yet"; it cannot pay for that.
    underway.withdraw(held.pk, debt)
    again = journal.Reopened(obligation=debt, at=now, by=f"person:{author.pk}", reason=reason.strip())
    attendance.to_somebody_there(books.post([again]), now)
    _open_again(held)


@transaction.atomic
def revoke_links(conversation: Conversation, author: Person) -> None:
    """Make the links to the customer's page useless that were given out, and note who did it."""
    held = _hold(conversation, author)
    held.link_generation += 1
    held.save(update_fields=["link_generation"])
    text = _("Revoked the links to the customer's page.")
    Message.objects.create(
        conversation=held,
        direction=Message.Direction.NOTE,
        at=held.last_at,
        author=author,
        text=text,
        own_words=text,
    )


@transaction.atomic
def owe(message: Message, author: Person, reason: str, now: datetime) -> Obligation:
    """Open the debt of an answer to a message taken for a machine's: a person wrote it after all.

    The debt is as old as the message (law 3); who found out, and how, stands in the journal.

    :raises Refused: without a reason, or when the message is not a machine's, or not any more
    :raises NotAllowed: when the person may only read
    """
    held = _hold(message.conversation, author, now)
    message.refresh_from_db(fields=["automatic", "notes"])
    if message.direction != Message.Direction.INBOUND or not message.automatic:
        raise Refused(_("A person wrote this message; what it is owed stands in the books."))
    if not reason.strip():
        raise Refused(_("Say how you can tell that a person wrote it."))
    message.notes = [*message.notes, f"{TAKEN_FOR_A_MACHINES}\n{message.automatic}"]
    message.automatic = ""
    message.save(update_fields=["automatic", "notes"])
    _open_again(held)
    return books.post([_owed_since(message, held, author, reason, now)])[0]


def _owed_since(
    message: Message, held: Conversation, author: Person, reason: str, now: datetime
) -> journal.Opened:
    since = min(message.at, now)
    before = books.last_owners([held.pk]).get(held.pk)
    seat = Roster(books.loads(), now).seat(held.team, before, held.language)
    return journal.Opened(
        obligation=books.NEW,
        at=now,
        by=f"person:{author.pk}",
        reason=reason.strip(),
        message=message.pk,
        what=Kind.ANSWER,
        customer=held.customer_id,
        conversation=held.pk,
        owner=seat.owner,
        instead_of=seat.instead_of,
        team=held.team_id,
        since=since,
        due=answer_due(held.team, since),
    )


def _hold(conversation: Conversation, author: Person, now: datetime | None = None) -> Conversation:
    # Held until the transaction ends, so that a reply and an arriving mail take turns.
    if not author.may_write or not author.is_active:
        raise NotAllowed(_("You may read this conversation, not write in it."))
    if now is not None:
        Person.objects.filter(pk=author.pk).update(acted_at=now)
    rows = Conversation.objects.select_for_update(of=("self",)).select_related("account", "team", "customer")
    return rows.get(pk=conversation.pk)


def _open_again(held: Conversation) -> None:
    held.status, held.closed_at, held.closing = Conversation.Status.OPEN, None, ""
    held.save(update_fields=["status", "closed_at", "closing"])


def _own(conversation: Conversation, number: int) -> Obligation:
    for debt in books.debts([number]):
        if debt.conversation == conversation.pk:
            return debt
    raise Refused(_("Debt %(number)s is not owed in this conversation.") % {"number": number})


def _check_seen(conversation: Conversation, seen: int | None) -> None:
    if seen is None:
        return
    newer = conversation.messages.filter(direction=Message.Direction.INBOUND, pk__gt=seen, automatic="")
    if newer.exists():
        raise NewerMessage(_("The customer wrote again while you were writing. Read it first."))


def _check_text(text: str, conversation: Conversation) -> None:
    if not text.strip():
        raise Refused(_("The reply is empty."))
    if not conversation.address:
        raise Refused(
            _("There is no address to write to. Waive the debt with a reason, or find the address.")
        )


def _touch(conversation: Conversation, now: datetime) -> None:
    conversation.last_at = max(conversation.last_at, now)
    conversation.save(update_fields=["last_at"])
