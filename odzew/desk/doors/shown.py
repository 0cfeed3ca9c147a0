"""What the last probe of a door found, in words."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import get_language, gettext

from odzew.channels.models import Account
from odzew.desk import moments
from odzew.domain.obligation import State
from odzew.ledger.models import Owed
from odzew.lib import words
from odzew.probes import plan
from odzew.probes.models import Outage, Probe
from odzew.staff.models import Person

A_SECOND = timedelta(seconds=1)
LATEST = 2  # probes that may be missed before the screen asks for the worker


@dataclass(frozen=True, slots=True)
class Tried:
    """How a door was tried last; `light` is ok, bad, wait, or nothing."""

    light: str
    words: str
    may_try: bool = False


@dataclass(frozen=True, slots=True)
class Shut:
    """A door that lets nothing in: since when, why, and how its debt stands."""

    outage: Outage
    since: str
    owner: str
    owed: bool
    settled: str
    may_settle: bool


def tried(accounts: Iterable[Account], person: Person, now: datetime) -> dict[int, Tried]:
    """Return what the last probes of doors found, by account, in a fixed number of queries."""
    doors = list(accounts)
    last = _last(doors)
    shut = set(Outage.objects.standing().filter(account__in=doors).values_list("account", flat=True))
    told = {door.pk: _tried(door, last.get(door.pk), door.pk in shut, now) for door in doors}
    may_try = {door.pk for door in doors if door.active and plan.of(door).way and person.sees_everything}
    return {number: replace(one, may_try=number in may_try) for number, one in told.items()}


def shut(person: Person, now: datetime) -> list[Shut]:
    """Return the doors that let nothing in, of those the person may see, in two queries."""
    rows = Outage.objects.standing().visible_to(person).select_related("account").order_by("since", "pk")
    outages = list(rows)
    debts = Owed.objects.select_related("owner").in_bulk([outage.debt for outage in outages])
    return [_shut(one, debts[one.debt], person, now) for one in outages if one.debt in debts]


def _shut(outage: Outage, debt: Owed, person: Person, now: datetime) -> Shut:
    settled = {
        State.PAID: gettext("Somebody said that it is mended; the next probe tells."),
        State.WAIVED: gettext("Somebody let it be, with a reason."),
    }
    state = State(debt.state)
    return Shut(
        outage=outage,
        since=moments.day(outage.since, now),
        owner=str(debt.owner),
        owed=state is State.OPEN,
        settled=settled.get(state, ""),
        may_settle=person.may_write and (person.sees_everything or debt.owner_id == person.pk),
    )


def _last(doors: Iterable[Account]) -> dict[int, Probe]:
    newest: QuerySet[Probe] = Probe.objects.filter(account=OuterRef("pk")).order_by("-wanted_at")
    numbers = Account.objects.filter(pk__in=[door.pk for door in doors])
    found = numbers.annotate(probe=Subquery(newest.values("pk")[:1])).values_list("probe", flat=True)
    return {probe.account_id: probe for probe in Probe.objects.filter(pk__in=[n for n in found if n])}


def _tried(door: Account, last: Probe | None, is_shut: bool, now: datetime) -> Tried:
    how = plan.of(door)
    if not how.way:
        return Tried("", gettext("It cannot be tried from outside: there is no SMTP server to write by."))
    if not how.on and (last is None or not is_shut):
        return Tried("", gettext("This door is not tried."))
    if last is None:
        return Tried("wait", gettext("Not tried yet"))
    if how.on and now - last.wanted_at > LATEST * how.every + plan.PATIENCE:
        ago = moments.ago(last.wanted_at, now)
        return Tried("bad", gettext("Last tried %(ago)s: is a worker of the desk running?") % {"ago": ago})
    return Tried(_light(last, is_shut), _words(last, now))


def _light(last: Probe, is_shut: bool) -> str:
    if last.state == Probe.State.ARRIVED:
        return "ok"
    return "bad" if is_shut or last.state == Probe.State.LOST else "wait"


def _words(last: Probe, now: datetime) -> str:
    ago = {"ago": moments.ago(last.sent_at or last.wanted_at, now)}
    if last.state == Probe.State.LOST and last.arrived_at is None:
        return gettext("Tried %(ago)s: the probe did not come out.") % ago
    if last.arrived_at is None:
        return gettext("A probe is on its way, sent %(ago)s.") % ago
    took = {**ago, "took": round_trip(last)}
    if last.state == Probe.State.LOST:
        return gettext("Tried %(ago)s: the probe came too late, after %(took)s.") % took
    return gettext("Tried %(ago)s: the probe came out after %(took)s.") % took


def round_trip(probe: Probe) -> str:
    """Return how long a probe took, in seconds while they are few."""
    length = (probe.arrived_at or probe.due_at) - (probe.sent_at or probe.wanted_at)
    return words.duration_words(max(length, A_SECOND), get_language() or "en")
