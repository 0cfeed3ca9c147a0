"""odzew balance: opened = paid + waived + open."""

from typing import Any

from django.core.management.base import CommandParser

from odzew.ledger import reports
from odzew.management.command import Command as Base, must_be_ready, with_json


class Command(Base):
    """Prints the balance of the books."""

    help = "Print the balance of the books: opened = paid + waived + open, by kind and by person."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --json."""
        with_json(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the balance."""
        must_be_ready()
        found = reports.balances()
        if options["json"]:
            self.say(found)
            return
        self.stdout.write(f"{'':<30} {'opened':>8} {'paid':>8} {'waived':>8} {'open':>8} {'diff':>6}")
        for name, line in [("all", found), *found["by_kind"].items(), *found["by_person"].items()]:
            figures = f"{line['opened']:>8} {line['paid']:>8} {line['waived']:>8} {line['open']:>8}"
            self.stdout.write(f"{name:<30} {figures} {line['difference']:>6}")
