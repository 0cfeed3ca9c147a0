"""Takes what another desk had into history and books: each thing in one transaction, once."""

from collections.abc import Callable
from datetime import datetime

from django.db import DatabaseError, transaction

from odzew.channels.models import Account
from odzew.domain.obligation import Refused
from odzew.imports.neutral import Left, Matter, Told, Who
from odzew.imports.people import People
from odzew.imports.report import Report
from odzew.imports.talks import Talks
from odzew.staff.assignment import NobodyThere
from odzew.staff.models import Person, Role, Team

FAULTS = (Refused, NobodyThere, DatabaseError, ValueError, LookupError)


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

    def take(self, told: Told) -> None:
        """Keep one thing. What cannot be kept is noted, and holds up nothing else."""
        if isinstance(told, Left):
            self.report.leave(told)
            return
        try:
            with transaction.atomic():
                count = self._matter(told) if isinstance(told, Matter) else self._person(told)
                transaction.set_rollback(self.dry)
        except FAULTS as error:
            named = f"{'ticket' if isinstance(told, Matter) else 'person'} {told.key}"
            self.report.leave(Left("It could not be kept; mend it and import again.", f"{named}: {error}"))
        else:
            count()  # only now: what was taken back by a fault did not come

    def _person(self, who: Who) -> Callable[[], None]:
        was_here = self.people.is_here(who)
        self.people.keep(who)
        return lambda: self._met(who, was_here=was_here)

    def _matter(self, matter: Matter) -> Callable[[], None]:
        if self.talks.is_here(matter):
            return self.report.count_here
        was_here = self.people.is_here(matter.customer)
        kept = self.talks.keep(matter)

        def count() -> None:
            self._met(matter.customer, was_here=was_here)
            self.report.count(matter, kept.rows, kept.debt)
            for left in kept.left:
                self.report.leave(left)

        return count

    def _met(self, who: Who, *, was_here: bool) -> None:
        if self.is_first(f"person {self.people.key(who)}"):
            self.report.people += not was_here
            self.report.people_here += was_here
