"""A whole copy of the data folder of a desk that runs on SQLite."""

import os
import secrets
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from odzew.management import keys

BOOKS = "odzew.sqlite3"
KEY = "secret-key"


class NotWhole(Exception):
    """No copy was made, or what was made is not sound; the text says why."""


def copy(data: Path, to: Path, key: str) -> int:
    """Copy the books of a data folder, and its file with the key of the desk; return how many bytes that is.

    The copy is of one moment, whatever is written meanwhile, and stands at `to` whole or not at all. It is a
    data folder: what else a desk keeps in its own can be lost, and is made again. A file with another key
    than `key`, which the desk is given by its environment, is not copied: it would open nothing.

    :raises NotWhole: when something stands at `to` already, a file cannot be read or written, or SQLite
        finds a fault in the copy
    """
    if to.exists():
        raise NotWhole(f"{to} is there already: name a folder that is not.")
    draft = to.with_name(f"{to.name}.{secrets.token_hex(4)}")
    try:
        draft.mkdir(mode=0o700, parents=True)
        _copy_books(data / BOOKS, draft / BOOKS)
        if keys.holds(data / KEY, key):
            shutil.copy(data / KEY, draft / KEY)
        _sync(*draft.iterdir(), draft)
        draft.rename(to)
        _sync(to.parent)
    except (OSError, sqlite3.Error) as error:
        raise NotWhole(f"The copy could not be made: {error}.") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return sum(file.stat().st_size for file in to.iterdir())


def _copy_books(books: Path, to: Path) -> None:
    # All pages in one step, so in one read transaction: in steps, each commit of the desk would begin it anew
    # (sqlite.org/backup.html). In WAL mode no writer waits for it.
    address = f"{books.resolve().as_uri()}?mode=rw"
    with closing(sqlite3.connect(address, uri=True)) as source, closing(sqlite3.connect(to)) as copied:
        source.backup(copied)
        found = [str(row[0]) for row in copied.execute("PRAGMA quick_check(3)")]
    if found != ["ok"]:
        raise NotWhole(f"SQLite finds faults in the copy, and so in the books: {'; '.join(found)}")


def _sync(*places: Path) -> None:
    """Wait until the disk has it: of a folder, the names that are in it."""
    for place in places:
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
