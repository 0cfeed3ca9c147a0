"""What a line tells of its calls, in the history: kept once, counted anew, and booked."""

from datetime import datetime, timedelta

from django.db import transaction

from odzew.calls import owing, place
from odzew.calls.course import Course, State, course
from odzew.calls.events import Direction, Event, Told, What
from odzew.conversations.call import Call, CallEvent, Line, Recorded
from odzew.conversations.models import Conversation
from odzew.lib.plain import plain
from odzew.notices import bells
from odzew.staff.models import Person

DIALLED = timedelta(minutes=15)  # so long after somebody of ours said that she dials, the line may tell of it


@transaction.atomic
def record(line: Line, told: Told, now: datetime) -> Call:
    """Keep an event of a call, and do to the books what follows from all that is known of it.

    The same event again changes nothing. Events of one line take turns, so of two calls of one customer
    the second finds what the first has opened. Conversations are held first, then the call, its customer, and
    the books last: that is the order of whoever acts in a conversation, so none waits in a circle.

    :raises Refused: when a law of the books stands against it; then nothing is kept
    """
    Line.objects.select_for_update(no_key=True).get(pk=line.pk)
    known = _held(line, told)
    call = known or _made(line, told, now)
    event = told.event
    fresh = CallEvent(
        call=call, name=event.id, what=event.what, at=event.at, turn=event.turn,
        agent=plain(event.agent, 200), to=plain(event.to, 200), blind=event.blind, heard_at=now,
    )  # fmt: skip
    CallEvent.objects.bulk_create([fresh], ignore_conflicts=True)
    if told.recording is not None:
        facts = {"url": told.recording.url, "next_try_at": now}
        Recorded.objects.get_or_create(call=call, key=told.recording.key, defaults=facts)
    settle(call, now)
    if known is None:
        place.mark(call)
    return call


def held(number: int) -> Call:
    """Return a call with its conversations, held until the transaction ends."""
    rows = Call.objects.select_related("customer", "conversation__team", "line", "agent")
    owing.hold(rows.get(pk=number))
    return rows.select_for_update(of=("self",)).get(pk=number)


def settle(call: Call, now: datetime) -> None:
    """Count a held call anew from all its events, and book it."""
    before = call.state
    rows = CallEvent.objects.filter(call=call).order_by("pk")
    _set(call, course(_event(row) for row in rows))
    call.agent = _person(call.line, call.agents) or call.agent
    call.changed_at = now
    owing.book(call, now, was_talk=before == Call.State.TALKED)
    call.save()
    last = Conversation.objects.filter(pk=call.conversation_id, last_at__lt=call.begun_at)
    last.update(last_at=min(call.begun_at, now))
    if call.state != before:
        _ring(call)


def _held(line: Line, told: Told) -> Call | None:
    known = Call.objects.filter(line=line, key=told.call).values_list("pk", flat=True).first()
    if known is not None:
        return held(known)
    return _dialled(line, told) if told.direction == Direction.OUTBOUND else None


def _made(line: Line, told: Told, now: datetime) -> Call:
    number = place.number_of(line, told.number)
    place.hold(line, number)
    whose = place.customer(line, told, number, now)
    talk = place.conversation(line, told, whose, number, now)
    return Call.objects.create(
        line=line, key=told.call, direction=told.direction, number=number, customer=whose,
        conversation=talk, state=Call.State.PLANNED, begun_at=told.event.at, changed_at=now,
    )  # fmt: skip


def _dialled(line: Line, told: Told) -> Call | None:
    """Return the call that one of ours said she would make to this number, with its purpose."""
    number, at = place.number_of(line, told.number), told.event.at
    rows = Call.objects.filter(state=Call.State.PLANNED, key=None, conversation__team=line.team)
    near = rows.filter(number=number, begun_at__range=(at - DIALLED, at + timedelta(minutes=1)))
    while (found := near.order_by("-begun_at").values_list("pk", flat=True).first()) is not None:
        call = held(found)
        if call.state == Call.State.PLANNED and call.key is None:  # nobody was quicker
            call.line, call.key = line, told.call
            return call
    return None


def _set(call: Call, known: Course) -> None:
    call.state = Call.State(known.state)
    call.begun_at, call.answered_at, call.ended_at = known.begun_at, known.answered_at, known.ended_at
    talked = known.talked if known.state is State.TALKED else timedelta()
    call.talked_seconds = int(talked.total_seconds())
    call.held_seconds = int(known.held.total_seconds())
    call.holds = [[since.isoformat(), until.isoformat()] for since, until in known.holds]
    call.transfers = [[at.isoformat(), to] for at, to in known.transfers]
    call.agents = list(known.agents)


def _event(row: CallEvent) -> Event:
    return Event(
        id=row.name, what=What(row.what), at=row.at, turn=row.turn, agent=row.agent, to=row.to,
        blind=row.blind,
    )  # fmt: skip


def _person(line: Line | None, agents: list[str]) -> Person | None:
    """Return who spoke last, of those the line names: by extension or number, or by mail address."""
    for agent in reversed(agents):
        number = line.places.get(agent) if line else None
        found = Person.objects.filter(pk=number) if number else Person.objects.filter(email__iexact=agent)
        if person := found.first():
            return person
    return None


def _ring(call: Call) -> None:
    """Let the open pages of the team hear that a call began, was taken, or ended."""
    team = call.conversation.team_id
    bells.ring(Person.objects.filter(teams=team, is_active=True).values_list("pk", flat=True))
