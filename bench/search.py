"""Search on a large desk: time of a page of hits, size of the index, speed and memory of its making.

    python -m bench.search

BENCH_MESSAGES (1000,100000: how many messages; 1000000 takes a quarter of an hour), BENCH_TIMES (100
questions of each sort). Questions are asked in four languages, in other forms than were written.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

from bench import ground

BUDGET = 50  # ms, p95 at a million messages (DESIGN §6)
A_TALK = 2.1  # messages of a conversation of `bench.large_desk`
COMMON = ("zamówieniem", "замовленням", "заказом", "ordering")
PAIRS = ("zamówienia kurierem", "замовлення кур'єром", "заказа курьеру", "orders couriers")
LESS_COMMON = ("zasilacza", "зарядкою", "чехлов", "chargers")
RARE = ("odkurzacz", "пылесосу", "порохотягом", "vacuum")
PHRASES = ('"proszę o"', '"будь ласка"', '"добрый день"', '"thank you"')


def main() -> None:
    """Measure on desks of growing size, each in a process of its own."""
    for size in os.environ.get("BENCH_MESSAGES", "1000,100000").split(","):
        subprocess.run([sys.executable, "-m", "bench.search", size], check=True)


def measure(size: int) -> None:
    """Measure on a desk of about so many messages."""
    with ground.desk():
        from bench import large_desk

        large_desk.fill(round(size / A_TALK))
        ground.title(f"Search, {_count('odzew_message'):,} messages")
        _make()
        _ask_all(ground.size("BENCH_TIMES", 100))


def _make() -> None:
    from odzew.search import index

    _scatter()
    index.prepare()
    before, begin, busy, done = ground.memory(), time.perf_counter(), time.process_time(), 0
    while count := index.step():
        done += count
    took, worked = time.perf_counter() - begin, time.process_time() - busy
    said = f"{worked / done * 1000:.2f} ms of processor a message here"
    ground.line("indexing", done / took, "messages/s", said)
    ground.line("memory it took, dictionaries with it", ground.memory() - before, "MiB")
    ground.line("the index", _bytes() / done, "bytes a message", f"{_bytes() / 2**20:,.0f} MiB")
    _settle()
    assert not index.findings(), index.findings()


def _scatter() -> None:
    """Put rare words into one message in five thousand, and less common ones into one in three hundred."""
    from django.db import connection

    more = {
        5000: "Od odkurzacza, от пылесоса, від порохотяга, vacuums.",
        300: "Zasilacz, зарядка, чехол, charger.",
    }
    with connection.cursor() as cursor:
        for part, words in more.items():
            cursor.execute(
                "UPDATE odzew_message SET text = text || %s WHERE mod(id, %s) = 7", [f" {words}", part]
            )


def _settle() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE odzew_indexed")  # as autovacuum would
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _ask_all(times: int) -> None:
    from django.db.models import Count

    from odzew.staff.models import Person

    boss = Person.objects.filter(role="administrator").first()
    agent = Person.objects.filter(role="agent").annotate(n=Count("teams")).filter(n__gt=0).first()
    dice = random.Random(7)
    customers = _customers(dice)
    sorts: dict[str, tuple[object, Sequence[str]]] = {
        "a rare word": (boss, RARE),
        "a less common word": (boss, LESS_COMMON),
        "a common word": (boss, COMMON),
        "two words": (boss, PAIRS),
        "a phrase": (boss, PHRASES),
        "the beginning of an address": (boss, customers),
        "from: and a word": (boss, [f"from:{one} {COMMON[0]}" for one in customers]),
        "nothing there": (boss, ("ksylofon", "ксилофон", "арфа", "xylophone")),
        "a rare word, for an agent": (agent, RARE),
        "a common word, for an agent": (agent, COMMON),
        "owner:me and a common word": (agent, [f"owner:me {word}" for word in COMMON]),
        "owner:me and a rare word": (agent, [f"owner:me {word}" for word in RARE]),
        "is:late and a common word": (boss, [f"is:late {word}" for word in COMMON]),
    }
    for what, (who, questions) in sorts.items():
        _ask(what, who, questions, times)


def _ask(what: str, who: object, questions: Sequence[str], times: int) -> None:
    took, worked, hits = [], [], 0
    for turn, text in enumerate(_round(questions, times + 4)):
        begin, busy = time.perf_counter(), time.thread_time()
        found = _page(text, who)
        if turn >= 4:
            took.append((time.perf_counter() - begin) * 1000)
            worked.append((time.thread_time() - busy) * 1000)
        hits = max(hits, found)
    took, worked = sorted(took), sorted(worked)
    p50, p95 = took[len(took) // 2], took[len(took) * 95 // 100]
    kept = "kept" if p95 <= BUDGET else "MISSED"
    cpu = f"processor {worked[len(worked) // 2]:.1f}, p95 {worked[len(worked) * 95 // 100]:.1f} ms"
    ground.line(f"{what}: p95", p95, "ms", f"p50 {p50:.1f}, {cpu}, {hits} rows; ≤ {BUDGET}: {kept}")


def _page(text: str, who: object) -> int:
    """Do all that the page does but its template."""
    from datetime import UTC

    from odzew.desk.search import hits
    from odzew.lib.clock import now
    from odzew.search import find, query, shown

    asked = query.read(text, UTC)
    assert not asked.problems, asked.problems
    page = find.page(asked, who, now())  # type: ignore[arg-type]
    return len(hits.rows(page.messages, shown.wanted(asked.groups), who))  # type: ignore[arg-type]


def _round(questions: Sequence[str], times: int) -> Iterator[str]:
    return (questions[turn % len(questions)] for turn in range(times))


def _customers(dice: random.Random) -> list[str]:
    n = _count("odzew_customer")
    return [f"customer{dice.randrange(1, n + 1)}" for _ in range(20)]


def _count(table: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def _bytes() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size('odzew_indexed')")
            return int(cursor.fetchone()[0])
        cursor.execute(
            "SELECT (SELECT coalesce(sum(length(block)), 0) FROM odzew_words_data) + "
            "(SELECT sum(length(CAST(c0 || c1 || c2 || c3 || c4 AS BLOB))) FROM odzew_words_content)"
        )
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    measure(int(sys.argv[1])) if sys.argv[1:] else main()
