"""What our commands have in common: clear errors, JSON lines, a database that is ready."""

import json
import logging
import socket
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, Error, connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

log = logging.getLogger(__name__)


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


def listen(host: str, port: int, option: str) -> socket.socket:
    """Return a listening socket, so that a port in use ends the start before it has begun.

    :raises CommandError: when the port cannot be had, with the `option` that chooses another
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        said = str(getattr(error, "strerror", None) or error).partition(" (while")[0]
        raise CommandError(
            f"Port {port} of {host} cannot be had ({said}). Choose another with {option}."
        ) from error


def must_answer() -> None:
    """Check that the database takes connections; the pool alone would wait, and not say why not.

    :raises CommandError: when it does not, in its own words
    """
    database = connections[DEFAULT_DB_ALIAS]
    if not isinstance(database, DatabaseWrapper):
        return
    try:
        with psycopg.connect(**database.get_connection_params()) as line:
            _warn_of_haste(line)
    except psycopg.Error as error:
        raise CommandError(f"The database of DATABASE_URL cannot be reached: {error}") from error


def _warn_of_haste(line: "psycopg.Connection[tuple[str]]") -> None:
    """Say so when the server says yes before its disk has what was written."""
    off = "SELECT name FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit') AND setting = 'off'"
    for (name,) in line.execute(off):
        log.warning("PostgreSQL runs with %s=off: mail that got its yes is lost when the power fails.", name)


def must_be_ready() -> None:
    """Check that the database is there, with all its tables.

    :raises CommandError: when it is not, with what to do about it
    """
    must_answer()
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
