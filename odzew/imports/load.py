"""Takes what another desk had into history and books: each thing in one transaction, once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial

from django.db import DatabaseError, transaction

from odzew.channels.models import Account
from odzew.domain.obligation import Refused
from odzew.imports.neutral import Left, Matter, Told, Who
from odzew.imports.people import People
from odzew.imports.report import Report
from odzew.imports.talks import Talks
from odzew.imports.written import Read
from odzew.queue.breath import Breath
from odzew.staff.assignment import NobodyThere
from odzew.staff.models import Person, Role, Team

FAULTS = (Refused, NobodyThere, DatabaseError, ValueError, LookupError, RecursionError)
AT_ONCE = 100  # people; a ticket is a transaction of its own


class NoAdministrator(Exception):
    """Nobody could answer for what is kept."""


class Loader:
    """One run: everything of one export, by one mailbox."""

    def __init__(
        self,
        source: str,
        account: Account,
        report: Report,
        now: datetime,
        *,
        dry: bool,
        is_first: Callable[[str], bool],
    ) -> None:
        """Let `source` name the other desk, and `account` be the mailbox that answers from now on.

        A dry run does everything and takes it back, record by record. `is_first` says whether it is asked
        of a key for the first time in this run.

        :raises NoAdministrator: when nobody runs this desk
        """
        self.report, self.dry, self.is_first = report, dry, is_first
        by = Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk").first()
        if by is None:
            raise NoAdministrator("Nobody runs this desk: make an administrator first.")
        in_charge = Team.objects.filter(in_charge_of__account=account).first()
        team = in_charge or Team.objects.get(is_last_resort=True)
        self.people = People(source, by, team, now)
        self.talks = Talks(account, self.people, now)
        self.breathe = Breath()

    def take(self, told: Iterable[Told]) -> Iterator[Told]:
        """Keep each thing, and yield it when done; what cannot be kept is noted, and holds up no other."""
        for some in _together(told):
            self._take(some)
            yield from some
            self.breathe()

    def _take(self, some: Sequence[Told]) -> None:
        people = [one for one in some if isinstance(one, Who)]
        matters = [one for one in some if isinstance(one, Matter)]
        for one in some:
            if isinstance(one, Left):
                self.report.leave(one)
        if not (people or matters):
            return
        try:
            ready = [job for one in matters if (job := self._job(one))]
            if not (people or ready):
                return
            with transaction.atomic():
                counts = [*self._people(people), *(job() for job in ready)]
                transaction.set_rollback(self.dry)
        except FAULTS as error:
            self._failed(some, error)
        else:
            for count in counts:  # only now: what was taken back by a fault did not come
                count()

    def _failed(self, some: Sequence[Told], error: Exception) -> None:
        if len(some) > 1:
            for one in some:
                self._take([one])
            return
        named = f"{'ticket' if isinstance(some[0], Matter) else 'person'} {getattr(some[0], 'key', '')}"
        self.report.leave(Left("It could not be kept; mend it and import again.", f"{named}: {error}"))

    def _job(self, matter: Matter) -> Callable[[], Callable[[], None]] | None:
        """Return what is to be done for a ticket, if anything; it returns what counts it."""
        if not self.talks.is_here(matter):
            return partial(self._matter, matter, self.talks.read(matter))
        self.report.matters_here += 1
        reads = self.talks.read(matter)
        return partial(self._more, matter, reads) if reads else None

    def _more(self, matter: Matter, reads: Sequence[Read]) -> Callable[[], None]:
        kept = self.talks.add(matter, reads)

        def count() -> None:
            links = sum(len(one.said.files) for one in reads) if kept.rows else 0
            self.report.count_more(kept.rows, kept.debt, links)
            for left in kept.left:
                self.report.leave(left)

        return count

    def _people(self, people: Sequence[Who]) -> list[Callable[[], None]]:
        if not people:
            return []
        here = self.people.keep(people)
        return [partial(self._met, who, was_here=was) for who, was in zip(people, here, strict=True)]

    def _matter(self, matter: Matter, reads: Sequence[Read]) -> Callable[[], None]:
        was_here = self.people.is_here(matter.customer)
        kept = self.talks.keep(matter, reads)

        def count() -> None:
            self._met(matter.customer, was_here=was_here)
            self.report.count(matter, kept.rows, kept.debt)
            for left in kept.left:
                self.report.leave(left)

        return count

    def _met(self, who: Who, *, was_here: bool) -> None:
        if self.is_first(f"person {':'.join(self.people.key(who))}"):
            self.report.people += not was_here
            self.report.people_here += was_here


def _together(told: Iterable[Told]) -> Iterator[list[Told]]:
    """Yield people by the hundred, and everything else alone, in their order."""
    people: list[Told] = []
    for one in told:
        if isinstance(one, Who):
            people.append(one)
        if people and (len(people) == AT_ONCE or not isinstance(one, Who)):
            yield people
            people = []
        if not isinstance(one, Who):
            yield [one]
    if people:
        yield people
