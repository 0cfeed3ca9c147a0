"""odzew settle: settle messages in doubt by the log of the mail server."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from odzew.lib.clock import now
from odzew.management.command import Command as Base, must_be_ready
from odzew.outbox import by_log


class Command(Base):
    """Reads a log and settles what it tells of."""

    help = "Settle messages in doubt by the mail server's log (Postfix)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the log."""
        parser.add_argument("log", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Settle, and say what was settled."""
        must_be_ready()
        try:
            lines = options["log"].read_text(errors="replace").splitlines()
        except OSError as error:
            raise CommandError(f"{options['log']} cannot be read: {error.strerror}.") from error
        settled = by_log.settle(lines, now())
        for message_id, fate in settled:
            self.stdout.write(f"{fate:<8} {message_id}")
        self.stdout.write(f"{len(settled)} settled.")
