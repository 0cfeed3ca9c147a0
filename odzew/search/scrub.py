"""Cleaning the files of a database of words that were erased.

FTS5 only notes that a word of a row is gone; the word itself stays until segments are merged
(sqlite.org/fts5.html, "The 'merge' Command"; 'secure-delete' came with SQLite 3.42, Debian 12 has 3.40).
Merging everything takes minutes on a large desk, so it goes in small steps when nothing else is to do.
PostgreSQL drops what is dead by its own autovacuum.
"""

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from odzew.search.models import IndexState

DONE, GOES_ON, ASKED = 0, 1, 2
PAGES = 500  # a step holds the one writer for some milliseconds


def ask() -> None:
    """Ask for the index to be cleaned, once what was erased has gone out of it."""
    if connection.vendor == "sqlite":
        IndexState.objects.update(scrub=ASKED)


def overwrite() -> None:
    """Let SQLite write zeros over what is deleted (sqlite.org/pragma.html#pragma_secure_delete)."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


@transaction.atomic
def step() -> int:
    """Clean a part of the index; this function will return 1 when it did, 0 when all is clean."""
    state = IndexState.objects.exclude(scrub=DONE).order_by("pk").first()
    if state is None:
        return 0
    overwrite()
    # A negative number takes up all segments; then it goes on until a merge changes nothing.
    changed = _merge(-PAGES if state.scrub == ASKED else PAGES)
    state.scrub = GOES_ON if state.scrub == ASKED or changed >= 2 else DONE
    state.save(update_fields=["scrub"])
    return 1


def _merge(pages: int) -> int:
    with connection.cursor() as cursor:
        before = _changes(cursor)
        cursor.execute("INSERT INTO odzew_words (odzew_words, rank) VALUES ('merge', %s)", [pages])
        return _changes(cursor) - before


def _changes(cursor: CursorWrapper) -> int:
    cursor.execute("SELECT total_changes()")
    return int(cursor.fetchone()[0])
