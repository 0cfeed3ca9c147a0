"""odzew unlock: let somebody sign in whose second factor is lost, when no administrator is left to ask."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from odzew.desk.account import factors
from odzew.management.command import Command as Base, must_be_ready
from odzew.staff import acts
from odzew.staff.models import Person


class Command(Base):
    """Takes away the second factor of one person."""

    help = "Take away somebody's second factor: the password alone signs in."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the mail address."""
        parser.add_argument("address")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Take it away, and keep in the staff log that it was done from here."""
        must_be_ready()
        person = Person.objects.filter(email=options["address"].lower()).first()
        if person is None:
            raise CommandError(f"Nobody signs in as {options['address']}.")
        with transaction.atomic():
            count = factors.reset(person)
            told: dict[str, acts.Fact] = {"factors": count}
            acts.write(acts.Asked("person-reset-factor", None, "", "person", person.pk, told))
        self.stdout.write(f"{count} taken away; {person.email} signs in with the password alone.")
