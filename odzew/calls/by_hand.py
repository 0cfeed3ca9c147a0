"""Calls that no line tells of: a person writes down that she talked, or that nobody answered."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _, gettext_noop

from odzew.calls import owing, place
from odzew.calls.events import Event, Told, What
from odzew.channels.models import Account
from odzew.conversations import acquainted, happening, holding
from odzew.conversations.call import Call, Line
from odzew.conversations.happening import Happening
from odzew.conversations.models import Conversation, Message
from odzew.customers import kin
from odzew.customers.models import Identity
from odzew.domain import journal
from odzew.domain.obligation import Refused
from odzew.ledger import books
from odzew.lib import telephone
from odzew.staff.models import Person

TALKED = gettext_noop("What was said in a call, written down by whoever talked.")
LONGEST = timedelta(hours=12)


@transaction.atomic
def talked(
    conversation: Conversation,
    author: Person,
    text: str,
    now: datetime,
    *,
    inbound: bool = False,
    talked: timedelta = timedelta(),
    held: timedelta = timedelta(),
    call: Call | None = None,
) -> Call:
    """Write down a talk that took place, and pay by it the calls this team owes the customer.

    `call` is one that was dialled, or that the line told of; what the line knows of its times stays, and what
    was missed after it began stays owed. Sent twice within a minute it is one.

    :raises Refused: when nothing is said of it, or it was longer than half a day
    :raises NotAllowed: when the person may only read
    """
    ours = _hold(conversation, author, now)
    talk = ours[conversation.pk]
    if not text.strip():
        raise Refused(_("Write what was said in the call."))
    if max(talked, held) > LONGEST:
        raise Refused(_("No call lasts for twelve hours. Give the minutes."))
    if once := _just_now(talk, author, text, now):
        return once
    note = Message.objects.create(
        conversation=talk, direction=Message.Direction.NOTE, at=now, author=author, text=text, own_words=text,
        notes=[TALKED],
    )  # fmt: skip
    row = _row(talk, call, now, inbound=inbound)
    if row.key is None:
        row.state = Call.State.TALKED
        row.begun_at = row.answered_at = now - talked - held
        row.ended_at = now
        row.talked_seconds, row.held_seconds = int(talked.total_seconds()), int(held.total_seconds())
    row.agent, row.note, row.counted, row.changed_at = author, note, True, now
    row.save()
    by = f"person:{author.pk}"
    # Nobody knows when a talk began that no line tells of; it is over by now.
    begun = now if row.key is None else row.answered_at or row.begun_at
    owed = [
        debt for debt in place.callbacks(talk.customer, talk.team) if debt.conversation in {*ours, talk.pk}
    ]
    paid = [debt.id for debt in owed if owing.is_older(debt, begun)]
    books.post(journal.Paid(obligation=debt, at=now, by=by, message=note.pk) for debt in paid)
    holding.touch(talk, now)
    return row


@transaction.atomic
def rang(account: Account, author: Person, said: str, name: str, at: datetime, now: datetime) -> Call:
    """Write down that somebody called from a number and nobody answered, whoever it is.

    The call stands where one of this number that a line told of would: where she is owed a call, in her open
    matter of the last days, or in a new one, which is answered by `account`.

    :raises Refused: when it is no number, or that is still to come
    :raises NotAllowed: when the person may only read
    """
    team = account.in_charge.team
    number = telephone.number(said, country=team.country)
    if not number:
        raise Refused(
            _("Write the number somebody called from, with + and its country if it is a foreign one.")
        )
    _must_be_past(at, now)
    line = Line(team=team, account=account)  # one that tells of nothing
    event = Event(id="", what=What.ENDED, at=at)
    told = Told(call="", event=event, number=number, name=name)
    place.hold(line, number)
    was_known = Identity.objects.filter(kind="phone", value=number, forged=False).exists()
    whose = place.customer(line, told, number, now)
    is_met = not was_known or acquainted.have_met(author, whose)
    talk = place.conversation(line, told, whose, number, now)
    if not is_met and not talk.calls.exists():
        _only_said(talk, author, now)
    call = missed(talk, author, at, now, number=number)
    place.mark(call)
    return call


@transaction.atomic
def missed(
    conversation: Conversation, author: Person, at: datetime, now: datetime, *, number: str = ""
) -> Call:
    """Write down that the customer called at `at` and nobody answered; she is owed a call since then.

    :raises Refused: when that is still to come
    :raises NotAllowed: when the person may only read
    """
    talk = _hold(conversation, author, now)[conversation.pk]
    _must_be_past(at, now)
    known = Call.objects.filter(conversation=talk, line=None, direction="inbound", begun_at=at)
    if once := known.first():
        return once
    call = _row(talk, None, now, inbound=True)
    call.state, call.begun_at, call.ended_at = Call.State.MISSED, at, at
    call.number = number or call.number
    call.save()
    owing.book(call, now)
    call.save(update_fields=["obligation"])
    holding.touch(talk, now)
    return call


@transaction.atomic
def not_reached(call: Call, author: Person, now: datetime) -> None:
    """Write down that a call that was dialled reached nobody: it pays nothing, and is shown as a try.

    :raises NotAllowed: when the person may only read
    """
    holding.hold(call.conversation, author, now)
    rows = Call.objects.filter(pk=call.pk, state=Call.State.PLANNED, key=None)
    rows.update(state=Call.State.MISSED, ended_at=now, changed_at=now)


def _only_said(talk: Conversation, author: Person, now: datetime) -> None:
    """Show no more of a customer than his number: to type it is not to be called by him."""
    happening.note(talk, author, Happening.What.BEGUN, "", now)
    talk.address = ""
    talk.save(update_fields=["address"])


def _must_be_past(at: datetime, now: datetime) -> None:
    if at > now:
        raise Refused(_("A call that nobody answered lies in the past."))


def _hold(conversation: Conversation, author: Person, now: datetime) -> dict[int, Conversation]:
    """Hold a conversation with those in which its customer is owed calls: what is paid there is held too."""
    owed = place.callbacks(conversation.customer, conversation.team)
    talks = Conversation.objects.filter(pk__in={debt.conversation for debt in owed})
    return holding.hold_all([conversation, *talks], author, now)


def _row(talk: Conversation, call: Call | None, now: datetime, *, inbound: bool) -> Call:
    if call is not None:
        rows = Call.objects.select_for_update(of=("self",)).select_related("conversation__team", "customer")
        return rows.get(pk=call.pk)
    phone = kin.identities(talk.customer).filter(kind="phone", forged=False)
    number = phone.values_list("value", flat=True).first()
    direction = Call.Direction.INBOUND if inbound else Call.Direction.OUTBOUND
    return Call(
        conversation=talk, customer=talk.customer, direction=direction, number=number or "", begun_at=now,
        changed_at=now,
    )  # fmt: skip


def _just_now(talk: Conversation, author: Person, text: str, now: datetime) -> Call | None:
    lately = Call.objects.filter(conversation=talk, agent=author, note__at__gt=now - holding.A_MINUTE)
    return lately.filter(note__text=text).order_by("pk").first()
