"""Tables as the migrations leave them: made once for a whole run, copied for each who needs some.

The migrations take seconds, and each process of the tests, each desk a test starts, would run them again.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db.backends.sqlite3.creation import DatabaseCreation as OnSqlite

from tests import environment

ODZEW = Path(sys.executable).with_name("odzew")
TEMPLATE = "odzew_blank"
PLACE = environment.shared()
_create = OnSqlite._create_test_db


def for_the_tests() -> None:
    """Let the database of the tests, in this process, begin as a copy."""
    if url := os.environ.get("DATABASE_URL"):
        settings.DATABASES["default"]["TEST"]["TEMPLATE"] = _template(url)
    else:
        OnSqlite._create_test_db = _copied  # type: ignore[method-assign]


def for_a_desk(data: Path) -> None:
    """Lay migrated books into the empty folder of a desk on SQLite."""
    shutil.copy(_books(), data / "odzew.sqlite3")


def _copied(self: OnSqlite, verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
    name = str(_create(self, verbosity, autoclobber, keepdb))
    shutil.copy(_books(), name)
    return name


@cache
def _books() -> Path:
    made = PLACE / "blank"
    with _alone():
        if not (made / "whole").exists():
            _migrate(made)
            (made / "whole").touch()
    return made / "odzew.sqlite3"


def _template(url: str) -> str:
    with _alone(), psycopg.connect(url, autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
            server.execute(f"CREATE DATABASE {TEMPLATE}_half")
            half = urlsplit(url)._replace(path=f"/{TEMPLATE}_half").geturl()
            _migrate(PLACE / "blank-postgresql", DATABASE_URL=half)
            server.execute(f"ALTER DATABASE {TEMPLATE}_half RENAME TO {TEMPLATE}")
    return TEMPLATE


def _migrate(data: Path, **more: str) -> None:
    given = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | more
    data.mkdir(exist_ok=True)
    subprocess.run([ODZEW, "migrate", "--verbosity", "0", "--data", data], check=True, env=given)


@contextmanager
def _alone() -> Iterator[None]:
    with (PLACE / "blank.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
