"""odzew index: catch up with the index of words, make it anew, or check that every message is in it."""

import sys
from typing import Any

from django.core.management.base import CommandParser

from odzew.management.command import Command as Base, must_be_ready
from odzew.search import index


class Command(Base):
    """Catches up with the index of words."""

    help = "Index what waits; --remake: everything anew; --check: say whether every message is in it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --remake or --check."""
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--remake", action="store_true", help="read the words of every message again")
        which.add_argument("--check", action="store_true", help="only look; exit 1 on a finding")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check, or index until nothing waits."""
        must_be_ready()
        if options["check"]:
            self._check()
            return
        index.prepare()
        if options["remake"]:
            index.remake()
        done = 0
        while count := index.step():
            done += count
        self.stdout.write(f"Indexed {done} messages; nothing waits.")

    def _check(self) -> None:
        found = index.findings()
        for finding in found:
            self.stdout.write(finding)
        if found:
            sys.exit(1)
        self.stdout.write("Every message is in the index, and nothing else.")
