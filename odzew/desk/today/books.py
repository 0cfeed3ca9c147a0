"""What one person sees of the books at one moment, cut the ways the lists of Today cut it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from odzew.conversations import snoozing
from odzew.desk import arms, cursor
from odzew.desk.person import asking, teams
from odzew.desk.standing import standing
from odzew.domain.escalation import Step
from odzew.domain.obligation import Kind
from odzew.lib.kept import kept_moment
from odzew.staff import presence
from odzew.staff.models import Person

ESCALATED = (
    "SELECT COUNT(*) FROM odzew_owed WHERE state = 'open' AND escalated_to_id = %s AND escalated >= %s"
)


class Books:
    """The cuts of the books with exact counts; what the person has put aside stands in a cut of its own."""

    def __init__(self, request: HttpRequest, at: datetime) -> None:
        self.person, self.at = asking(request), at
        self.until = _midnight(at)
        self.standing = standing(request, at, self.until)
        self.asleep = snoozing.asleep(self.person, at)
        # No snooze hides what is late.
        self.hidden = [one for one in self.asleep if one.due_at >= at]
        gone = _not_there(self.standing.by_owner)
        self.cuts = self._cuts(teams(request), gone)
        self.counts = self._counts(gone)

    def _cuts(self, of: tuple[int, ...], gone: Sequence[int]) -> dict[str, list[arms.Arm]]:
        seen, hidden = arms.owed(self.person, of), [one.debt for one in self.hidden]
        moment = kept_moment(self.at)
        return {
            "mine": arms.but(arms.mine(self.person), hidden),
            "team": [arm.only("owner_id <> %s", self.person.pk) for arm in seen],
            # A debt ranks at its due moment or before it, so the first bound lets the index end.
            "late": [arm.only("press_at < %s AND due_at < %s", moment, moment) for arm in seen],
            "due": arms.but(arms.due(self.person, of, self.at, self.until), hidden),
            "promised": arms.but([arm.only("kind = 'promise'") for arm in seen], hidden),
            "snoozed": [],  # read already
            "unowned": arms.resting_on(gone, self.person, of),
            "escalated": arms.escalated(self.person),
        }

    def _counts(self, gone: Sequence[int]) -> dict[str, int]:
        known, hidden = self.standing, self.hidden
        return {
            "mine": known.mine - len(hidden),
            "team": known.team,
            "late": known.late,
            "due": known.due - sum(one.due_at < self.until for one in hidden),
            "promised": known.promised - sum(one.kind == Kind.PROMISE for one in hidden),
            "snoozed": len(hidden),
            "unowned": sum(known.by_owner[owner] for owner in gone),
            "escalated": _escalated(self.person),
        }

    @property
    def wakes(self) -> dict[int, datetime]:
        """Return until when debts are put aside."""
        return {one.debt: one.wake_at for one in self.asleep}

    def pages(self, names: Sequence[str], after: str, size: int) -> list[list[arms.Key]]:
        """Return the keys of some cuts behind a cursor, and one more when there is a next page."""
        behind = cursor.read(after)
        if names == ["snoozed"]:
            return [self._snoozed(behind)[: size + 1]]
        return arms.first([[arm.behind(behind) for arm in self.cuts[name]] for name in names], size + 1)

    def _snoozed(self, behind: tuple[datetime, int] | None) -> list[arms.Key]:
        keys = ((one.wake_at, one.debt) for one in self.hidden)
        return [(kept_moment(at), debt) for at, debt in keys if behind is None or (at, debt) > behind]


def _escalated(person: Person) -> int:
    with connection.cursor() as cursor:
        cursor.execute(ESCALATED, [person.pk, Step.LEAD])
        return int(cursor.fetchone()[0])


def _not_there(owners: Iterable[int]) -> list[int]:
    """Return those of some people who are not there, so that what rests on them rests on nobody (law 7)."""
    return sorted(set(owners) - presence.there())


def _midnight(at: datetime) -> datetime:
    """Return when the person's day ends."""
    tomorrow = timezone.localtime(at).date() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, datetime.min.time()))
