"""What we write to the customer: an answer, a refusal, or words that only acknowledge."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from odzew.conversations import (
    booking,
    drafts,
    enclosing,
    following,
    holding,
    later,
    moving,
    outbound,
    picturing,
    promising,
    underway,
    window,
)
from odzew.conversations.models import Conversation, Message
from odzew.domain import discharge
from odzew.domain.obligation import Refused
from odzew.ledger import books
from odzew.lib import marked
from odzew.lib.plain import one_line
from odzew.lib.ready import Ready
from odzew.staff.models import Person


class NoRule(Exception):
    """A refusal names no published rule, and its author has not said that there is none."""


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
    enclosed: Collection[int] = (),
    cc: Sequence[str] = (),
    rests_on: str | None = None,
    without_rule: bool = False,
    promises: Sequence[promising.Promised] = (),
    draft: drafts.Written | None = None,
    when: later.When | None = None,
    is_marked: bool = False,
    template: window.Filled | None = None,
) -> Message:
    """Queue a reply. With `pays` it is an answer to those debts, without it only acknowledges.

    Questions in `still_open` become debts of their own, with the first moment of the first debt
    paid (law 5). Who keeps a promise pays the notice of its new date too.
    `seen` is the newest message the author has read. `rests_on` makes the answer a refusal, and names
    the published rule it rests on; without one, `without_rule` has to be said.
    `promises` become debts of those who promise, in the same transaction (law 6). `draft` is the page
    it was written on, whose draft ends with it; `enclosed` are files kept with that draft. With `when`
    it waits, can be taken back until then, and brings its promises into the books as it goes. With
    `is_marked` its text is light rich text (odzew/lib/marked.py), and the mail has an HTML part. A
    `template` is approved words for where a messenger takes no others.

    :raises NewerMessage: when the customer has written since
    :raises NoRule: when a refusal names no rule
    :raises Refused: when a debt cannot be paid by this reply
    :raises NotAllowed: when the person may only read
    """
    held = holding.hold(conversation, author, now)
    pays = [*pays, *(one for one in moving.notices(held.pk, pays) if one not in pays)]
    if once := _said_just_now(held, author, text, pays, now):
        return once
    holding.check_seen(held, seen)
    _check_text(text, held)
    window.check(held, template, when.at if when else now)
    owed = books.debts_of(held.pk)
    discharge.check(discharge.Reply(answers=bool(pays), pays=tuple(pays), by_person=True), owed)
    message = outbound.draft(held, _purpose(pays, rests_on, without_rule), text, now, author=author)
    message.template = dict(template.sent) if template else None
    if not pays and not held.messages.exists():  # we begin: there is nothing it replies to
        message.subject = one_line(held.subject)  # as outbound.reply_subject does
    message.rests_on = (rests_on or "").strip()
    message.pays = list(pays)
    message.recipients = {**message.recipients, "cc": [["", address] for address in cc]}
    if when is not None:
        told = booking.kept(held, author, still_open, promises, now, when.at)
        later.put_off(message, when, told, later.newest(held) if seen is None else seen, draft)
    message.has_html = is_marked and template is None and marked.is_marked(text)
    message.save()
    files = [*enclosing.take(held, author, enclosed), *uploads]
    outbound.enclose(message, files)
    if message.has_html:
        picturing.check(text, files)
        picturing.place(message)
    if when is None:
        booking.book(held, author, message, still_open, promises, now)
        following.tell(held, now, by=author.pk, message=message.pk)
    if draft is not None:
        drafts.sent(held, author, draft)
    holding.touch(held, now)
    return message


def _said_just_now(
    held: Conversation, author: Person, text: str, pays: Sequence[int], now: datetime
) -> Message | None:
    # A button pressed twice, a page sent again: nobody means to write the same to the same twice.
    same = _SAME(held.pk, author.pk, text, now - holding.A_MINUTE)
    return next((message for message in same if message.pays == list(pays)), None)


_SAME = Ready(
    lambda talk, author, text, since: Message.objects.filter(
        conversation=talk,
        author=author,
        state__in=underway.UNSETTLED,
        at__gt=since,
        direction=Message.Direction.OUTBOUND,
        text=text,
    ).order_by("pk")
)


def _purpose(pays: Sequence[int], rests_on: str | None, without_rule: bool) -> Message.Purpose:
    if not pays:
        return Message.Purpose.ACKNOWLEDGEMENT
    if rests_on is None:
        return Message.Purpose.ANSWER
    if not rests_on.strip() and not without_rule:
        raise NoRule(_("Name the published rule this refusal rests on, or say that there is none."))
    return Message.Purpose.REFUSAL


def _check_text(text: str, conversation: Conversation) -> None:
    if not text.strip():
        raise Refused(_("The reply is empty."))
    if not conversation.address:
        raise Refused(
            _("There is no address to write to. Waive the debt with a reason, or find the address.")
        )
