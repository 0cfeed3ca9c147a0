"""odzew owed: what is owed, the most pressing first."""

from datetime import datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser

from odzew.ledger import reports
from odzew.lib.clock import now
from odzew.management.command import Command as Base, must_be_ready, with_json


class Command(Base):
    """Prints what is owed."""

    help = "List what is owed, the most pressing first."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --at, --person and --json."""
        parser.add_argument("--at", help="say what is late at this moment (ISO 8601), not now")
        parser.add_argument("--person", default="", help="only what this person owes (name or address)")
        with_json(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the list."""
        must_be_ready()
        lines = reports.owed(_moment(options["at"]), options["person"])
        if options["json"]:
            self.say(list(lines))
            return
        for line in lines:
            late = "LATE" if line["late"] else "    "
            who = f"{line['owner']} ← {line['customer']}"
            self.stdout.write(f"{line['rank']:>5} {late} {line['kind']:<8} {line['due_at'][:16]} {who}")


def _moment(said: str | None) -> datetime:
    if not said:
        return now()
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise CommandError(f"“{said}” is no moment; write it as 2026-11-22T14:00:00+01:00.") from None
    return moment.astimezone()
