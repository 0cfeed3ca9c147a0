"""odzew audit: replay the journal and compare it with the tables."""

import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from odzew.intake import proof
from odzew.ledger import counters, reports
from odzew.ledger.snapshot import snapshot
from odzew.lib.clock import now
from odzew.management.command import Command as Base, must_be_ready, with_json
from odzew.staff import log_proof


class Command(Base):
    """Proves the books, or says what is wrong with them."""

    help = "Replay the journal and compare it with the tables; exits with 1 when something is found."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --json and --recount."""
        with_json(parser)
        parser.add_argument(
            "--recount", action="store_true", help="first count again what each person owes, from the table"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the findings."""
        must_be_ready()
        if options["recount"]:
            counters.recount(now())
        with snapshot():
            found = [*reports.findings(), *proof.findings(), *log_proof.findings()]
        if options["json"]:
            self.say({"findings": [asdict(f) for f in found]})
        else:
            for finding in found:
                self.stdout.write(f"law {finding.law}: {finding.where}: {finding.what}")
            if not found:
                self.stdout.write("No finding: the journal and the tables agree.")
        if found:
            sys.exit(1)
