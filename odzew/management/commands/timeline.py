"""odzew timeline: everything that happened with one customer, in order."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from odzew.conversations import timeline
from odzew.customers.models import Customer
from odzew.management.command import Command as Base, must_be_ready, with_json


class Command(Base):
    """Prints the history of a customer."""

    help = "Print the history of a customer, named by number, address or name."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the customer and --json."""
        parser.add_argument("customer")
        with_json(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the history."""
        must_be_ready()
        lines = timeline.of_customer(_customer(options["customer"]))
        if options["json"]:
            self.say(lines)
            return
        for line in lines:
            self.stdout.write(f"{line['at'][:19]}  {line['what']:<14} {line['who']}: {line['text'][:100]}")


def _customer(said: str) -> Customer:
    found = Customer.objects.filter(pk=int(said)) if said.isdigit() else Customer.objects.none()
    found = (
        found or Customer.objects.filter(identities__value=said.lower()) or Customer.objects.filter(name=said)
    )
    customers = list(found.distinct()[:2])
    if len(customers) != 1:
        count = "No customer" if not customers else "More than one customer"
        raise CommandError(f"{count} is called “{said}”; give the number or the address.")
    return customers[0]
