"""Replies that wait: a few seconds in which they can be taken back, or until a moment that was chosen."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.utils.translation import gettext as _

from odzew.conversations import booking, drafts, enclosing, following, holding
from odzew.conversations.models import Conversation, Message
from odzew.domain.obligation import Refused, State
from odzew.ledger import books
from odzew.lib.by_eye import ByEye
from odzew.staff.models import Person

UNDO = (0, 5, 10, 20)  # seconds, to choose from
A_MINUTE = timedelta(minutes=1)
WAITING = (Message.State.QUEUED, Message.State.HELD)


@dataclass(frozen=True, slots=True)
class When:
    """When a reply goes: after the seconds for taking it back, or at a moment that was chosen."""

    at: datetime
    is_chosen: bool


def put_off(
    message: Message, when: When, booked: dict[str, Any], seen: int, draft: drafts.Written | None
) -> None:
    """Let a message that is not saved yet wait, with what it brings into the books as it goes."""
    message.not_before = message.next_try_at = when.at
    form = dict(draft.form) if draft else {}
    # What waits for long is held when the customer writes; seconds are as good as at once.
    message.later = booked | {"form": form, "seen": seen if when.is_chosen else None}


def may_go(at: datetime, jumped: timedelta) -> Q:
    """Return which messages wait no longer: hours of waiting for an undo are those of a clock that jumped."""
    undo = Q(not_before__gt=at + jumped, not_before__lte=F("at") + A_MINUTE)
    return Q(not_before=None) | Q(not_before__lte=at) | undo


@transaction.atomic
def begin(number: int, at: datetime) -> bool:
    """Claim a message that has waited and book what it brings along; hold it when it was overtaken.

    Returns whether it is to be sent by who asked.
    """
    rows = Conversation.objects.select_for_update(of=("self",)).select_related("account", "team", "customer")
    held = rows.filter(messages=number).first()
    # Read when nobody can change it any more; it may have been taken back since it was looked up.
    message = held.messages.select_related("author").filter(pk=number).first() if held else None
    if held is None or message is None:
        return False
    queued = Message.objects.filter(pk=number, state=Message.State.QUEUED)
    if _is_overtaken(held, message):
        queued.update(state=Message.State.HELD, next_try_at=None)
        return False
    if not queued.update(state=Message.State.SENDING, next_try_at=at):
        return False
    if message.later is not None and message.author is not None:
        booking.book_kept(held, message.author, message, at)
        Message.objects.filter(pk=number).update(later=None)
        following.tell(held, at, by=message.author.pk, message=number)
    return True


@transaction.atomic
def take_back(conversation: Conversation, number: int, person: Person, now: datetime) -> None:
    """Make a message that waits a draft again, with its files.

    Nothing of it was booked or sent, so its row goes. Whoever presses twice finds it in the draft.

    :raises Refused: when it has gone out already, or somebody else wrote it
    """
    held = holding.hold(conversation, person, now)
    message = held.messages.select_related("author").filter(pk=number).first()
    if message is None:
        if drafts.of(held, person) is None:
            raise Refused(_("There is no such message any more."))
        return
    _must_be_own(message, person)
    # Whoever changes the row has it: the worker that would send it, or we.
    if message.later is None or not _waiting(number).update(state=Message.State.HELD, next_try_at=None):
        raise Refused(_("It has gone out already. Write what has to be put right."))
    enclosing.put_back(message, person)
    message.attachments.all().delete()
    message.delete()
    page = f"taken-back-{number}"
    drafts.keep(held, person, drafts.Written(page=page, text=message.text, form=message.later["form"]), now)


@transaction.atomic
def send_now(conversation: Conversation, number: int, person: Person, now: datetime) -> None:
    """Let a message that waits go at once, whatever the customer wrote since; its author has read it.

    :raises Refused: when it has gone out already, or somebody else wrote it
    """
    held = holding.hold(conversation, person, now)
    message = held.messages.select_related("author").filter(pk=number).first()
    if message is None or message.later is None:
        raise Refused(_("It does not wait any more."))
    _must_be_own(message, person)
    changed = {"state": Message.State.QUEUED, "not_before": now, "next_try_at": now}
    _waiting(number).update(**changed, later=message.later | {"seen": None})


def waiting_of(person: Person) -> list[Message]:
    """Return the replies of a person that wait or are held, the nearest moment first."""
    rows = Message.objects.unfinished().filter(state__in=WAITING).exclude(not_before=None)
    rows = rows.alias(by=ByEye("author")).filter(by=person.pk)
    return list(rows.select_related("conversation__customer").order_by("not_before", "pk"))


def newest(conversation: Conversation) -> int:
    """Return the newest message of the customer, or of a third party asked beside; 0 when there is none."""
    return holding.heard(conversation).aggregate(newest=Max("pk"))["newest"] or 0


def is_left_behind(message: Message) -> bool:
    """Return whether who wrote a message is not there to answer for it any more, or may not see its place."""
    author = message.author
    if author is None or not (author.is_active and author.may_write):
        return True
    return not Conversation.objects.visible_to(author).filter(pk=message.conversation_id).exists()


def _is_overtaken(held: Conversation, message: Message) -> bool:
    """Return whether one for a chosen moment fits no more: news, another answer, its author's leaving."""
    seen = (message.later or {}).get("seen")
    if not isinstance(seen, int):
        return False
    owed = all(debt.state is State.OPEN for debt in books.debts(message.pays))
    return newest(held) > seen or not owed or is_left_behind(message)


def _waiting(number: int) -> QuerySet[Message]:
    return Message.objects.filter(pk=number, state__in=WAITING)


def _must_be_own(message: Message, person: Person) -> None:
    if message.author_id != person.pk and not is_left_behind(message):
        raise Refused(_("Only who wrote it can take it back or send it sooner."))
