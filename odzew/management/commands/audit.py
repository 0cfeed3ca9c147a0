"""odzew audit: replay the journal and compare it with the tables."""

import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from odzew.intake import proof
from odzew.ledger import reports
from odzew.ledger.snapshot import snapshot
from odzew.management.command import Command as Base, must_be_ready, with_json


class Command(Base):
    """Proves the books, or says what is wrong with them."""

    help = "Replay the journal and compare it with the tables; exits with 1 when something is found."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --json."""
        with_json(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the findings."""
        must_be_ready()
        with snapshot():
            found = [*reports.findings(), *proof.findings()]
        if options["json"]:
            self.say({"findings": [asdict(f) for f in found]})
        else:
            for finding in found:
                self.stdout.write(f"law {finding.law}: {finding.where}: {finding.what}")
            if not found:
                self.stdout.write("No finding: the journal and the tables agree.")
        if found:
            sys.exit(1)
