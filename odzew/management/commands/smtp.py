"""odzew smtp: the SMTP door as a process of its own."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from odzew.management.command import Command as Base, listen, must_be_ready
from odzew.management.engine import Engine


class Command(Base):
    """Runs the SMTP door."""

    help = "Run the SMTP door: it says yes only when the mail is on disk."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the port."""
        parser.add_argument("--smtp-port", type=int, default=2525)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Listen until told to stop."""
        must_be_ready()
        engine = Engine()
        listen(settings.SMTP_HOST, options["smtp_port"], "--smtp-port").close()
        engine.smtp(settings.SMTP_HOST, options["smtp_port"])
        try:
            engine.wait()
        finally:
            engine.stop()
