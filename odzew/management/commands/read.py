"""odzew read: what the desk understands of a text, for trying and for judging."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from odzew.channels import registry
from odzew.management.command import Command as Base


class Command(Base):
    """Prints what the desk reads out of files, one JSON line each; touches no database."""

    help = (
        "Print what the desk understands of mails, replies, questions, promises or hours: a JSON line a file."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to read and the files."""
        parser.add_argument("what", choices=sorted(registry.readings()))
        parser.add_argument("files", nargs="*", type=Path)
        parser.add_argument("--lang", default="auto", help="pl, uk, ru, en or auto")
        parser.add_argument("--at", default="", help="when the reply is written, ISO 8601; now by default")
        parser.add_argument("--zone", default="", help="time zone of the reply; else the offset of --at")
        parser.add_argument("--country", default="", help="country whose holidays count, such as PL")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print one line for each file, or for standard input."""
        if not options["files"]:
            self._read(sys.stdin.buffer.read(), options)
        for path in options["files"]:
            try:
                content = path.read_bytes()
            except OSError as error:
                raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
            self._read(content, options)

    def _read(self, content: bytes, options: dict[str, Any]) -> None:
        try:
            self.say(registry.readings()[options["what"]](content, options))
        except (ValueError, KeyError) as error:
            raise CommandError(f"This cannot be read: {str(error).strip(chr(39))}.") from error
