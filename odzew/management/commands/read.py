"""odzew read: what the desk understands of a text, for trying and for judging."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from odzew.channels import registry
from odzew.management.command import Command as Base


class Command(Base):
    """Prints what the desk reads out of files, one JSON line each; touches no database."""

    help = "Print what the desk understands of mails, replies, questions or hours, one JSON line a file."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to read and the files."""
        parser.add_argument("what", choices=sorted(registry.readings()))
        parser.add_argument("files", nargs="*", type=Path)
        parser.add_argument("--lang", default="auto", help="pl, uk, ru, en or auto")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print one line for each file, or for standard input."""
        read = registry.readings()[options["what"]]
        if not options["files"]:
            self.say(read(sys.stdin.buffer.read(), options["lang"]))
        for path in options["files"]:
            try:
                content = path.read_bytes()
            except OSError as error:
                raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
            self.say(read(content, options["lang"]))
