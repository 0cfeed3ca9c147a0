"""One report: the cases somebody may see, of the days and the part of the desk he asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from odzew.desk import numbers
from odzew.desk.reports import cases
from odzew.desk.reports.cases import Case, Span
from odzew.desk.reports.figures import Figure
from odzew.domain import worktime
from odzew.staff.due import counted_hours
from odzew.staff.models import Person, Role, Team

Source = Callable[[Span], list[Case]]
NOBODY = 0  # asked for instead of a number, it means the cases without one
A_MINUTE, NO_TIME = timedelta(minutes=1), timedelta()


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
        return (
            (self.team is None or self.team == case.team)
            and (self.person is None or self.person == (case.person or NOBODY))
            and (self.channel is None or self.channel == (case.account or NOBODY))
            and (self.tag is None or self.tag in (case.tags or (NOBODY,)))
        )

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
        self.sees_all = person.sees_everything
        is_lead = person.role == Role.LEAD
        self.teams = set(person.teams.values_list("pk", flat=True)) if is_lead else set[int]()
        self._waits: dict[Source, Callable[[Case], timedelta | None]] = {
            cases.answers: self._worked,
            cases.open_now: self._age,
        }
        self._read: dict[Source, list[Case]] = {}

    def of(self, figure: Figure) -> list[Case]:
        """Return the cases behind a figure."""
        if figure.source not in self._read:
            self._read[figure.source] = self._part_of(figure.source)
        return [case for case in self._read[figure.source] if figure.counts(case, self.span)]

    def _part_of(self, source: Source) -> list[Case]:
        found = [case for case in source(self.span) if self._sees(case)]
        if self.tagged:
            cases.tell_tags(found)
        found = [case for case in found if self.part.keeps(case)]
        wait = self._waits.get(source)
        for case in found:
            case.length = wait(case) if wait else None
            if self.part.tag:
                case.tags = (self.part.tag,)  # a line of another tag would be no part of this one
        return [case for case in found if self.part.keeps_length(case)]

    def _sees(self, case: Case) -> bool:
        """Leads see their teams and themselves, agents themselves, administrators all."""
        return self.sees_all or case.person == self.person.pk or case.team in self.teams

    @cached_property
    def _hours(self) -> dict[int, worktime.Calendar]:
        return {team.pk: counted_hours(team, self.span.now) for team in Team.objects.all()}

    def _worked(self, case: Case) -> timedelta | None:
        if case.since is None:
            return None
        # A clock that was set back between question and answer makes no wait of less than nothing.
        return max(worktime.between(self._hours[case.team], case.since, case.at), NO_TIME)

    def _age(self, case: Case) -> timedelta | None:
        return max(self.span.now - case.since, NO_TIME) if case.since else None
