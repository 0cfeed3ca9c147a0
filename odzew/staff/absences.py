"""What people do with absences: plan, ask a colleague, say yes or no, change the end, call it off."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from odzew.domain import cover as rules
from odzew.domain.hours import instant, moment_at
from odzew.domain.obligation import Refused
from odzew.staff import presence
from odzew.staff.absence import Absence, Cover
from odzew.staff.models import Person, Role

LONGEST = timedelta(days=400)
NOON = time(12)
State = Absence.State


def leads(author: Person, person: Person) -> bool:
    """Return whether somebody may plan for a person and read his reasons: a lead of his, or who runs all."""
    if author.sees_everything:
        return True
    if author.role != Role.LEAD:
        return False
    return person.teams.filter(pk__in=author.teams.values("pk")).exists()


def begins(zone: str, day: date, *, at_noon: bool) -> datetime:
    """Return the instant at which an absence begins: with the day, or at its noon on the wall."""
    return _wall(zone, day, NOON if at_noon else time.min)


def ends(zone: str, day: date, *, at_noon: bool) -> datetime:
    """Return the instant at which an absence ends: at noon of its last day, or with that day."""
    return _wall(zone, day, NOON) if at_noon else _wall(zone, day + timedelta(days=1), time.min)


def _wall(zone: str, day: date, hour: time) -> datetime:
    return moment_at(instant(ZoneInfo(zone), datetime.combine(day, hour), fold=0))


@transaction.atomic
def plan(
    person: Person,
    author: Person,
    begins_at: datetime,
    ends_at: datetime,
    now: datetime,
    *,
    covers: Iterable[Person] = (),
    reason: str = "",
    at_end: str = Absence.AtEnd.RETURN,
    is_planned: bool = True,
    source: str = "",
) -> Absence:
    """Write down an absence and ask the covers; an absence that should have begun begins now.

    :raises Refused: when it has no length, is over, overlaps another, would leave nobody at the desk, or
        is planned, without asking anybody, in a time in which the person has agreed to stand in
    """
    # Two plans of one person take turns; whoever only names him in a row of his own does not wait.
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    begins_at, covers = max(begins_at, now), list(covers)
    _check_span(begins_at, ends_at, now)
    _check_apart(person, begins_at, ends_at)
    _check_somebody_stays(person, begins_at, ends_at)
    if is_planned and not covers:  # nobody asks an illness
        _check_stands_in_for_nobody(person, begins_at, ends_at)
    absence = Absence.objects.create(
        person=person,
        begins_at=begins_at,
        ends_at=ends_at,
        is_planned=is_planned,
        reason=reason.strip(),
        at_end=at_end,
        next_at=begins_at,
        created_at=now,
        created_by=author,
        source=source,
    )
    for colleague in covers:
        ask(absence, colleague, begins_at, ends_at, now)
    return absence


def _check_span(begins_at: datetime, ends_at: datetime, now: datetime) -> None:
    if ends_at <= begins_at:
        raise Refused(_("The absence ends before it begins.") if ends_at > now else _("That time is over."))
    if ends_at - begins_at > LONGEST:
        raise Refused(_("An absence can last %(n)d days at most.") % {"n": LONGEST.days})


def _check_apart(person: Person, begins_at: datetime, ends_at: datetime) -> None:
    others = Absence.objects.standing().filter(person=person, begins_at__lt=ends_at, ends_at__gt=begins_at)
    if others.exists():
        raise Refused(
            _("%(name)s is away in that time already. Change that absence, or call it off.")
            % {"name": person}
        )


def stands_in_for(person: Person, since: datetime, until: datetime) -> Person | None:
    """Return the first for whom a person has agreed to stand in within a time, if for anybody."""
    agreed = Cover.objects.filter(
        person=person,
        state=Cover.State.ACCEPTED,
        since__lt=until,
        until__gt=since,
        absence__in=Absence.objects.standing().filter(ends_at__gt=since),
    )
    first = agreed.select_related("absence__person").order_by("since", "pk").first()
    return first.absence.person if first else None


def _check_stands_in_for_nobody(person: Person, since: datetime, until: datetime) -> None:
    other = stands_in_for(person, since, until)
    if other is not None:
        raise Refused(
            _(
                "%(name)s has agreed to stand in for %(other)s in that time. Ask somebody to stand in"
                " for %(name)s then, or say no to %(other)s first."
            )
            % {"name": person, "other": other}
        )


def _check_somebody_stays(person: Person, begins_at: datetime, ends_at: datetime) -> None:
    able = frozenset(presence.able().values_list("pk", flat=True)) - {person.pk}
    rows = Absence.objects.standing().filter(begins_at__lt=ends_at, ends_at__gt=begins_at)
    others = [rules.Absence(row.person_id, row.begins_at, row.ends_at) for row in rows]
    moments = {begins_at, *(one.since for one in others if one.since > begins_at)}
    if any(not able - rules.away(moment, others) for moment in moments):
        raise Refused(
            _("Nobody would be at the desk then. Choose another time, or let a colleague come back first.")
        )


@transaction.atomic
def ask(absence: Absence, colleague: Person, since: datetime, until: datetime, now: datetime) -> Cover:
    """Ask somebody to stand in for a part of an absence.

    :raises Refused: when that person cannot, is asked already, or the part is none of the absence
    """
    _must_stand(absence)
    since, until = max(since, absence.begins_at), min(until, absence.ends_at)
    if colleague.pk == absence.person_id:
        raise Refused(_("Nobody stands in for himself."))
    if not colleague.is_active or not colleague.may_write:
        raise Refused(_("%(name)s is not there to answer.") % {"name": colleague})
    if since >= until:
        raise Refused(_("That is not a part of the absence."))
    asked = absence.covers.filter(person=colleague, since__lt=until, until__gt=since)
    if asked.filter(state__in=[Cover.State.ASKED, Cover.State.ACCEPTED]).exists():
        raise Refused(_("%(name)s was asked already.") % {"name": colleague})
    return Cover.objects.create(absence=absence, person=colleague, since=since, until=until, asked_at=now)


@transaction.atomic
def answer(cover: Cover, now: datetime, *, yes: bool) -> None:
    """Say yes or no to standing in; who has said yes may still say no.

    :raises Refused: when the absence is over, or whoever says yes cannot be reached then
    """
    # Whoever says yes while he plans to be away himself takes turns with his own plan ...
    Person.objects.select_for_update(no_key=True).get(pk=cover.person_id)
    # ... and two who accept each other's absences at once do here, so that no circle slips through.
    standing = list(Absence.objects.standing().select_for_update().order_by("pk"))
    absence = next((row for row in standing if row.pk == cover.absence_id), None)
    if absence is None or cover.until <= now:
        raise Refused(_("That absence is over or was called off."))
    waiting = Cover.objects.filter(pk=cover.pk).exclude(state=Cover.State.WITHDRAWN)
    if not waiting.update(state=Cover.State.ACCEPTED if yes else Cover.State.DECLINED, answered_at=now):
        raise Refused(_("You are not asked any more."))
    if yes:
        _check_reachable(cover, standing)
    # Whoever has the debts now may not be who should: the worker looks at once.
    Absence.objects.filter(pk=absence.pk, state=State.BEGUN).update(next_at=now)


def _check_reachable(cover: Cover, standing: list[Absence]) -> None:
    absences = presence.as_rules(standing)
    able = frozenset(presence.able().values_list("pk", flat=True))
    alone = rules.Absence(
        cover.absence.person_id,
        cover.since,
        cover.until,
        (rules.Cover(cover.person_id, cover.since, cover.until),),
    )
    others = [one for one in absences if one.who != alone.who]
    found = rules.gaps(alone, [alone, *others], able, cover.until)
    if any(gap.why is rules.Why.CIRCLE for gap in found):
        raise Refused(
            _("%(name)s stands in for you in that time: it would go round in a circle.")
            % {"name": cover.absence.person}
        )
    if found:
        raise Refused(_("You are away in that time yourself, and nobody has accepted to stand in for you."))


@transaction.atomic
def withdraw(cover: Cover) -> None:
    """Ask a colleague no more."""
    Cover.objects.filter(pk=cover.pk).update(state=Cover.State.WITHDRAWN)
    Absence.objects.filter(pk=cover.absence_id, state=State.BEGUN).update(next_at=cover.since)


@transaction.atomic
def call_off(absence: Absence, now: datetime) -> None:
    """Let a planned absence not take place.

    :raises Refused: when it has begun or is over
    """
    planned = Absence.objects.filter(pk=absence.pk, state=State.PLANNED)
    if not planned.update(state=State.CANCELLED, ended_at=now):
        raise Refused(_("It has begun or is over; say that you are back instead."))


@transaction.atomic
def change_end(absence: Absence, ends_at: datetime, now: datetime) -> None:
    """Let an absence last until another moment; covers who have accepted its old end are not bound longer.

    :raises Refused: when it is over, or the new end cannot be
    """
    person = Person.objects.select_for_update(no_key=True).get(pk=absence.person_id)
    held = Absence.objects.standing().select_for_update().filter(pk=absence.pk).first()
    if held is None:
        raise Refused(_("That absence is over or was called off."))
    _check_span(max(held.begins_at, now), ends_at, now)
    if ends_at > held.ends_at:
        _check_apart_after(person, held, ends_at)
    held.ends_at = ends_at
    if held.state == State.BEGUN:
        held.next_at = now
    held.save(update_fields=["ends_at", "next_at"])


def _check_apart_after(person: Person, held: Absence, ends_at: datetime) -> None:
    _check_apart(person, held.ends_at, ends_at)
    _check_somebody_stays(person, held.ends_at, ends_at)
    if held.is_planned:
        _check_stands_in_for_nobody(person, held.ends_at, ends_at)


def _must_stand(absence: Absence) -> None:
    if absence.state not in (State.PLANNED, State.BEGUN):
        raise Refused(_("That absence is over or was called off."))
