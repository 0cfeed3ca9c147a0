"""What a call does to the books: whom nobody spoke with is owed a call, and only a talk pays it (F6)."""

from collections.abc import Iterable
from datetime import datetime

from odzew.calls import place
from odzew.conversations import following, holding
from odzew.conversations.call import Call
from odzew.conversations.models import Conversation
from odzew.conversations.tag_words import words_of
from odzew.customers import kin
from odzew.domain import journal
from odzew.domain.obligation import Kind, Obligation, State
from odzew.ledger import attendance, books
from odzew.staff.answer_time import Times
from odzew.staff.assignment import Roster

ENOUGH = 30  # seconds: a shorter call may have met an answering machine, or nobody's ear


def book(call: Call, now: datetime, *, was_talk: bool = False) -> None:
    """Owe what a call leaves owed, and pay by what was talked, each once. The transaction holds the call.

    It held the conversations (`hold`) before the call, as people do who act on one.

    A call that came late stands where it belongs: a talk later than it pays at once what it opens. What
    `was_talk` until its line told of the music at its end has paid nothing, and may turn out a talk again.
    """
    if call.owes:
        call.counted = False
        if call.obligation is None:
            _owe(call, now)
            talk = _talk_after(call)
            if talk is not None:
                _pay(talk, call, now)
        elif was_talk and _talk_after(call) is None:
            _owe_again(call, now)
    elif call.state == Call.State.TALKED and not call.counted:
        call.counted = call.talked_seconds >= ENOUGH
        _pay(call, call, now)


def hold(call: Call) -> Conversation:
    """Hold the conversations in which the customer is owed calls, and those of this one; return its own."""
    owed = place.callbacks(call.customer, call.conversation.team)
    owed += books.debts([call.obligation]) if call.obligation else []
    here = {call.conversation_id, call.conversation.stands_for_id or call.conversation_id}
    holding.locked({*here, *(debt.conversation for debt in owed if debt.conversation)})
    return holding.where_it_goes_on(call.conversation_id)


def is_older(debt: Obligation, at: datetime) -> bool:
    """Return whether all that a debt is owed for happened before a talk that began at `at`."""
    return _is_older(debt, Call.objects.filter(obligation=debt.id), at)


def _owe(call: Call, now: datetime) -> None:
    talk = hold(call)
    known = place.callbacks(call.customer, talk.team)
    by = f"customer:{call.customer_id}"
    if known:
        call.obligation = known[0].id
        books.post([journal.Joined(obligation=known[0].id, at=now, by=by)])
    else:
        call.obligation = books.post([_opened(call, talk, now, by)])[0].id
    holding.open_again(talk)
    following.tell(talk, now)


def _owe_again(call: Call, now: datetime) -> None:
    """Owe what the line took for paid by this very call; what a person said of it stands."""
    owed = [debt for debt in books.debts([call.obligation or 0]) if debt.state is State.PAID]
    reason = f"{call.line or 'call'} {call.pk}: {call.state}"
    lines = [
        journal.Reopened(obligation=debt.id, at=now, by=f"line:{call.line_id}", reason=reason)
        for debt in owed
        if debt.settled_by is None
    ]
    again = books.post(lines)
    attendance.to_somebody_there(again, now)
    holding.open_others(again, but=None)


def _opened(call: Call, talk: Conversation, now: datetime, by: str) -> journal.Opened:
    since = min(call.begun_at, now)  # a clock that runs ahead must not make it due in years
    before = books.last_owners([talk.pk]).get(talk.pk)
    words = words_of({talk.pk: ()})[talk.pk]
    seat = Roster(books.loads(), now).seat(talk.team, before, talk.language, words=words)
    return journal.Opened(
        obligation=books.NEW, at=now, by=by, what=Kind.CALLBACK, customer=talk.customer_id,
        conversation=talk.pk, owner=seat.owner, instead_of=seat.instead_of, team=talk.team_id,
        since=since, due=Times().due(talk.team, since, "phone", Kind.CALLBACK),
    )  # fmt: skip


def _talk_after(call: Call) -> Call | None:
    talks = Call.objects.filter(
        customer__in=kin.numbers(call.customer), conversation__team=call.conversation.team,
        state=Call.State.TALKED, talked_seconds__gte=ENOUGH, answered_at__gte=call.ended_at or call.begun_at,
    )  # fmt: skip
    return talks.order_by("answered_at", "pk").first()


def _pay(talk: Call, now_known: Call, now: datetime) -> None:
    hold(talk)
    paid = [
        debt
        for debt in place.callbacks(talk.customer, talk.conversation.team)
        if _pays(talk, debt, now_known)
    ]
    books.post(_paid(talk, debt, now) for debt in paid)


def _pays(talk: Call, debt: Obligation, now_known: Call) -> bool:
    """Return whether a talk pays a debt: it was long enough, and nobody was missed since.

    A call that was taken for missed, because its lines came in another order, owes nothing when it was not.
    """
    rows = [now_known if row.pk == now_known.pk else row for row in Call.objects.filter(obligation=debt.id)]
    if rows and not any(row.owes for row in rows):
        return True
    if talk.answered_at is None or talk.talked_seconds < ENOUGH:
        return False
    return _is_older(debt, rows, talk.answered_at)


def _is_older(debt: Obligation, rows: Iterable[Call], at: datetime) -> bool:
    # A call whose end was told first has opened it later than anybody was missed: the calls know better.
    missed = [row.begun_at for row in rows if row.owes] or [debt.opened_at]
    return max(missed) <= at


def _paid(talk: Call, debt: Obligation, now: datetime) -> journal.Paid:
    # Whoever spoke, when the line says who; else the line itself is the proof (docs/adr/0036).
    person = talk.agent if talk.agent is not None and talk.agent.may_write else None
    by = f"person:{person.pk}" if person else f"line:{talk.line_id}"
    minutes, seconds = divmod(talk.talked_seconds, 60)
    at = talk.answered_at or talk.begun_at
    # By the number in our books: the journal cannot be erased, so no telephone number may stand in it.
    reason = f"{talk.line or 'call'} {talk.pk}: {at:%Y-%m-%d %H:%M} UTC, {minutes}:{seconds:02}"
    return journal.Paid(obligation=debt.id, at=now, by=by, reason=reason)
