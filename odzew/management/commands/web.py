"""odzew web: the screens as a process of their own."""

from typing import Any

from django.core.management.base import CommandParser

from odzew.management.command import Command as Base, listen, must_be_ready
from odzew.management.engine import Engine


class Command(Base):
    """Runs the web server."""

    help = "Serve the screens."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take host and port."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Serve until told to stop."""
        must_be_ready()
        Engine().web(listen(options["host"], options["port"], "--port"))
