"""What our commands have in common: clear errors, JSON lines, a database that is ready."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    """A command that needs no system checks and prints no colours into pipes."""

    requires_system_checks = []  # noqa: RUF012  Django's own name and shape
    stealth_options = ("data",)

    def say(self, what: object) -> None:
        """Write one line of JSON."""
        self.stdout.write(json.dumps(what, ensure_ascii=False, default=str))


def with_json(parser: CommandParser) -> None:
    """Add `--json`."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def must_be_ready() -> None:
    """Check that the database is there, with all its tables.

    :raises CommandError: when it is not, with what to do about it
    """
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error as error:
        raise CommandError(f"The database cannot be reached: {error}") from error
    if plan:
        raise CommandError(
            "The database has no tables of this version yet: "
            "start the desk once (odzew serve), or run odzew migrate."
        )


Options = dict[str, Any]
