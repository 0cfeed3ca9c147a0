"""One report: the cases somebody may see, of the days and the part of the desk he asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from odzew.desk import numbers
from odzew.desk.reports.cases import Case, Span, with_tags
from odzew.desk.reports.figures import Figure
from odzew.domain import worktime
from odzew.staff.due import counted_hours
from odzew.staff.models import Person, Role, Team

NOBODY = 0  # asked for instead of a number, it means the cases without one
A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Only:
    """The part of the desk that is asked for, and waits longer than `over` up to `upto` minutes."""

    team: int | None = None
    person: int | None = None
    channel: int | None = None
    tag: int | None = None
    over: int | None = None
    upto: int | None = None

    def keeps(self, case: Case) -> bool:
        """Return whether a case is of this part."""
        asked = ((self.team, case.team), (self.person, case.person), (self.channel, case.account))
        if self.tag is not None and self.tag not in (case.tags or (NOBODY,)):
            return False
        return all(wanted is None or wanted == (found or NOBODY) for wanted, found in asked)

    def narrowed(self, case: Case) -> Case:
        """Return a case with no other tag than the one that is asked for: a line of another is no part."""
        return replace(case, tags=(self.tag,)) if self.tag else case

    def keeps_length(self, case: Case) -> bool:
        """Return whether a case, its wait known, took as long as is asked for."""
        if case.length is None:
            return self.over is None and self.upto is None
        longer = self.over is None or case.length > self.over * A_MINUTE
        return longer and (self.upto is None or case.length <= self.upto * A_MINUTE)


def only(asked: Mapping[str, str]) -> Only:
    """Return the part a browser asks for; what is no number is not asked for."""
    return Only(**{name: numbers.number(asked.get(name, "")) for name in Only.__slots__})


class Report:
    """The cases, each source read once; `tagged` when their tags are asked for."""

    def __init__(self, person: Person, span: Span, part: Only, *, tagged: bool) -> None:
        self.person, self.span, self.part = person, span, part
        self.tagged = tagged or part.tag is not None
        self.leads = person.role == Role.LEAD
        self.teams = set(person.teams.values_list("pk", flat=True)) if self.leads else set()
        self._read: dict[Callable[[Span], list[Case]], list[Case]] = {}
        self._timed: dict[tuple[object, str], list[Case]] = {}
        self._hours: dict[int, worktime.Calendar] | None = None

    def of(self, figure: Figure) -> list[Case]:
        """Return the cases behind a figure."""
        found = self._timed_cases(figure)
        return [case for case in found if figure.counts(case, self.span) and self.part.keeps_length(case)]

    def _timed_cases(self, figure: Figure) -> list[Case]:
        if not figure.times:
            return self._cases(figure.source)
        key = (figure.source, figure.times)
        if key not in self._timed:
            wait = self._worked if figure.times == "work" else self._age
            self._timed[key] = [replace(case, length=wait(case)) for case in self._cases(figure.source)]
        return self._timed[key]

    def _cases(self, source: Callable[[Span], list[Case]]) -> list[Case]:
        if source not in self._read:
            found = [case for case in source(self.span) if self._sees(case)]
            told = with_tags(found) if self.tagged else found
            self._read[source] = [self.part.narrowed(case) for case in told if self.part.keeps(case)]
        return self._read[source]

    def _sees(self, case: Case) -> bool:
        """Leads see their teams and themselves, agents themselves, administrators all."""
        if self.person.sees_everything or case.person == self.person.pk:
            return True
        return self.leads and case.team in self.teams

    def _worked(self, case: Case) -> timedelta | None:
        if self._hours is None:
            self._hours = {team.pk: counted_hours(team, self.span.now) for team in Team.objects.all()}
        # A clock that was set back between question and answer makes no wait of less than nothing.
        return (
            max(worktime.between(self._hours[case.team], case.since, case.at), timedelta())
            if case.since
            else None
        )

    def _age(self, case: Case) -> timedelta | None:
        return max(self.span.now - case.since, timedelta()) if case.since else None
