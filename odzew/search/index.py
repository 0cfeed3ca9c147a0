"""The index of words and how it is kept caught up: marks in, words out, in one transaction.

A mark is written by the transaction that changed a message (`triggers`). A step reads some marks,
then the messages they name, and writes words and takes the marks away together: whatever stops it,
the marks are still there. Who finds a mark gone has been overtaken and writes nothing, so that
older words never cover newer ones.
"""

from collections.abc import Sequence
from types import ModuleType

from django.db import connection, transaction

from odzew.language import lemmas
from odzew.search import fts5, scrub, triggers, tsvector, words
from odzew.search.models import IndexState, ToIndex

BATCH = 100
_ALL = "INSERT INTO odzew_toindex (message) SELECT id FROM odzew_message"


class _Overtaken(Exception):
    """Somebody else has indexed these messages meanwhile."""


def of_database() -> ModuleType:
    """Return the module of the database in use: `write`, `forget` and `find`."""
    return fts5 if connection.vendor == "sqlite" else tsvector


@transaction.atomic
def prepare() -> None:
    """Arm the triggers; mark everything when one was missing, or when the index was made otherwise."""
    made_by = lemmas.made_by()
    lost = triggers.arm()
    state = IndexState.objects.order_by("pk").first()
    if lost or state is None or state.made_by != made_by:
        remake()
        IndexState.objects.update_or_create(pk=1, defaults={"made_by": made_by})


def remake() -> None:
    """Mark every message: its words are read again, and found meanwhile as they were."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL)


def step() -> int:
    """Index some of what is marked, the newest first, and return how many messages that were.

    When nothing is marked it cleans, if that was asked for, and returns 1 until that is done.
    """
    newest = ToIndex.objects.order_by("-message").values_list("message", flat=True)[:BATCH]
    numbers = list(dict.fromkeys(newest))
    if not numbers:
        return scrub.step()
    marks = list(ToIndex.objects.filter(message__in=numbers).values_list("pk", flat=True))
    # Read after the marks: what a mark stands for is committed, so that it is seen now.
    rows = words.of_messages(numbers)
    try:
        _write(rows, numbers, marks)
    except _Overtaken:
        return 0
    return len(numbers)


@transaction.atomic
def _write(rows: Sequence[words.Words], numbers: Sequence[int], marks: Sequence[int]) -> None:
    gone, _ = ToIndex.objects.filter(pk__in=marks).delete()
    if gone != len(marks):
        raise _Overtaken
    index = of_database()
    index.write(rows)
    index.forget(sorted(set(numbers) - {row.message for row in rows}))


def waiting(at_most: int) -> int:
    """Return how many marks there are, counted up to a limit."""
    return ToIndex.objects.all()[:at_most].count()


def findings() -> list[str]:
    """Return what keeps the index from being that of all messages; each is a sentence."""
    found = [f"The trigger {trigger.name} is missing." for trigger in triggers.missing()]
    n = ToIndex.objects.count()
    if n:
        found.append(f"{n} marks wait for the worker.")
    for what, sql in _CHECKS[connection.vendor].items():
        with connection.cursor() as cursor:
            cursor.execute(sql)
            numbers = [str(number) for (number,) in cursor.fetchall()]
        if numbers:
            found.append(f"{what}: {', '.join(numbers[:10])}{' …' if len(numbers) > 10 else ''}")
    return found


_NOT_IN = (
    "SELECT m.id FROM odzew_message m LEFT JOIN odzew_indexed i ON i.message = m.id "
    "LEFT JOIN odzew_toindex t ON t.message = m.id "
    "WHERE i.message IS NULL AND t.message IS NULL ORDER BY m.id LIMIT 1000"
)
_NO_MORE = (
    "SELECT i.message FROM odzew_indexed i LEFT JOIN odzew_message m ON m.id = i.message "
    "WHERE m.id IS NULL ORDER BY i.message LIMIT 1000"
)
_CHECKS = {
    "sqlite": {
        "Messages neither indexed nor marked": _NOT_IN,
        "Indexed, but no message any more": _NO_MORE,
        "Indexed without words": "SELECT i.message FROM odzew_indexed i LEFT JOIN odzew_words w "
        "ON w.rowid = i.place WHERE w.rowid IS NULL LIMIT 1000",
        "Words of no message": "SELECT w.rowid FROM odzew_words w LEFT JOIN odzew_indexed i "
        "ON i.place = w.rowid WHERE i.place IS NULL LIMIT 1000",
    },
    "postgresql": {
        "Messages neither indexed nor marked": _NOT_IN,
        "Indexed, but no message any more": _NO_MORE,
        "Indexed without words": "SELECT message FROM odzew_indexed WHERE words IS NULL LIMIT 1000",
    },
}
