"""odzew backup: make a whole copy of a desk while it runs."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connection

from odzew.management import copying, keys
from odzew.management.command import Command as Base

# The address of the database has its password in it, so the variable is said and not what it holds.
BY_DUMP = """The books are in PostgreSQL, which makes the copy itself (docs/backup.md):
  pg_dump --format=custom --file={to} "$DATABASE_URL"
{key}"""
KEY_IN_FILE = "Keep {key} with it: without it no password of a mailbox can be opened."
KEY_GIVEN = "Keep ODZEW_SECRET_KEY apart from it: without it no password of a mailbox can be opened."

OTHER_KEY = """No copy was made: the key this command has opens no password of the desk.
Run it with the settings the desk runs with: the same ODZEW_SECRET_KEY, the same --data.
If the key is lost, enter the passwords again on the desk, then make a copy."""


class Command(Base):
    """Copies books and key into a folder of its own."""

    help = "Make a whole copy of a desk on SQLite while it runs, as a data folder; audit it afterwards."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder to make."""
        parser.add_argument("to", type=Path, help="a folder that is not there yet")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Copy, and say how the copy is proven."""
        to, kept = options["to"].absolute(), settings.DATA / copying.KEY
        is_kept = keys.holds(kept, settings.SECRET_KEY)
        key = KEY_IN_FILE.format(key=kept) if is_kept else KEY_GIVEN
        if not keys.opens(settings.SECRET_KEY):
            raise CommandError(OTHER_KEY)
        if connection.vendor != "sqlite":
            raise CommandError(BY_DUMP.format(to=to, key=key))
        try:
            size = copying.copy(settings.DATA, to, settings.SECRET_KEY)
        except copying.NotWhole as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{to}: {size:,} bytes, checked by SQLite.")
        if not is_kept:
            self.stdout.write(key)
        self.stdout.write(f"Prove it: odzew audit --data {to}")
