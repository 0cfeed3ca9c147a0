"""Absences, covers and gaps as the calendar shows them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext

from odzew.desk import moments, tags
from odzew.domain import cover as rules
from odzew.staff import presence
from odzew.staff.absence import Absence, Cover
from odzew.staff.models import Person

WEEKS = 8
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    """One absence in words."""

    absence: Absence
    face: str
    when: str
    status: str
    begun: bool
    covers: list["CoverRow"]
    gaps: list[str]
    may_change: bool
    reason: str
    stays: bool


@dataclass(frozen=True, slots=True)
class CoverRow:
    """One colleague who was asked."""

    cover: Cover
    name: str
    said: str
    icon: str
    part: str
    may_withdraw: bool


@dataclass(slots=True)
class Strip:
    """The weeks of one person: a mark for each day."""

    name: str
    face: str
    days: list[tuple[str, bool]]
    rows: list[Row] = field(default_factory=list)


class Calendar:
    """The absences a person may see, as far ahead as the calendar goes."""

    def __init__(
        self, person: Person, people: Sequence[Person], led: Collection[Person], now: datetime
    ) -> None:
        self.person, self.people, self.now = person, people, now
        self.led = {one.pk for one in led}
        today = timezone.localtime(now).date()
        self.monday = today - today.weekday() * A_DAY
        self.until = moments.midnight(self.monday + WEEKS * 7 * A_DAY)
        standing = list(Absence.objects.standing().select_related("person").order_by("begins_at", "pk"))
        self.gaps = presence.gaps(standing, self.until)
        seen = {one.pk for one in people} | {person.pk}
        self.absences = [row for row in standing if row.person_id in seen]
        self.covers = _covers(self.absences)
        self.rows = [self._row(row) for row in self.absences]

    def mine(self) -> list[Row]:
        """Return the person's own absences."""
        return [row for row in self.rows if row.absence.person_id == self.person.pk]

    def uncovered(self) -> list[Row]:
        """Return the absences with a gap, within the weeks shown."""
        return [row for row in self.rows if row.gaps]

    def strips(self) -> list[Strip]:
        """Return the weeks of each colleague."""
        return [self._strip(person) for person in self.people]

    def weeks(self) -> list[str]:
        """Return the Mondays in words."""
        return [moments.written(self.monday + n * 7 * A_DAY, "d MMM") for n in range(WEEKS)]

    def _row(self, absence: Absence) -> Row:
        private = absence.person_id == self.person.pk or absence.person_id in self.led
        begun = absence.state == Absence.State.BEGUN
        here = self.gaps[absence.pk]
        return Row(
            absence=absence,
            face=tags.initials(absence.person),
            when=moments.days(absence.begins_at, absence.ends_at),
            status=_status(absence, bool(here), self.now),
            begun=begun,
            covers=[self._cover(one, absence, private) for one in self.covers[absence.pk]],
            gaps=[f"{moments.days(gap.since, gap.until)}: {why(gap.why)}" for gap in here],
            may_change=private and self.person.may_write,
            reason=absence.reason if private else "",
            stays=absence.at_end == Absence.AtEnd.STAY,
        )

    def _cover(self, cover: Cover, absence: Absence, private: bool) -> CoverRow:
        said, icon = {
            Cover.State.ACCEPTED: (gettext("stands in"), "check"),
            Cover.State.DECLINED: (gettext("said no"), "x"),
        }.get(Cover.State(cover.state), (gettext("asked, no answer yet"), "hourglass"))
        whole = (cover.since, cover.until) == (absence.begins_at, absence.ends_at)
        return CoverRow(
            cover=cover,
            name=str(cover.person),
            said=said,
            icon=icon,
            part="" if whole else moments.days(cover.since, cover.until),
            may_withdraw=private and self.person.may_write and cover.state != Cover.State.DECLINED,
        )

    def _strip(self, person: Person) -> Strip:
        own = [row for row in self.absences if row.person_id == person.pk]
        days = [self.monday + n * A_DAY for n in range(WEEKS * 7)]
        return Strip(
            name=str(person),
            face=tags.initials(person),
            days=[(self._mark(own, day), day.weekday() == 0) for day in days],
            rows=[row for row in self.rows if row.absence.person_id == person.pk and self._is_shown(row)],
        )

    def _is_shown(self, row: Row) -> bool:
        return row.absence.begins_at < self.until

    def _mark(self, own: Iterable[Absence], day: date) -> str:
        since, until = moments.midnight(day), moments.midnight(day + A_DAY)
        here = [row for row in own if row.begins_at < until and since < row.ends_at]
        if any(gap.since < until and since < gap.until for row in here for gap in self.gaps[row.pk]):
            return "gap"
        return "away" if here else "free" if day.weekday() < 5 else "weekend"


def _covers(absences: Iterable[Absence]) -> Mapping[int, list[Cover]]:
    found: dict[int, list[Cover]] = {row.pk: [] for row in absences}
    asked = Cover.objects.filter(absence__in=list(found)).exclude(state=Cover.State.WITHDRAWN)
    for one in asked.select_related("person").order_by("since", "pk"):
        found[one.absence_id].append(one)
    return found


def _status(absence: Absence, gap: bool, now: datetime) -> str:
    if absence.state == Absence.State.BEGUN:
        return gettext("away now")
    if absence.begins_at <= now:
        return gettext("cannot begin: nobody would be at the desk")
    return gettext("not covered") if gap else gettext("covered")


def why(reason: rules.Why) -> str:
    """Return in words why nobody stands in."""
    return {
        rules.Why.NOBODY: gettext("nobody has accepted to stand in"),
        rules.Why.AWAY: gettext(
            "whoever stands in is away then too, and nobody has accepted to stand in for them"
        ),
        rules.Why.CIRCLE: gettext("the covers stand in for each other, in a circle"),
        rules.Why.LEFT: gettext("whoever stands in does not work here any more"),
    }[reason]
