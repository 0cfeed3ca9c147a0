"""The screens of a large desk: time in the server, queries and bytes, by role, as the desk grows.

    python -m bench.screens

BENCH_DESKS (1000,100000: how many conversations; 1000000 takes many minutes to make), BENCH_TIMES
(100 requests a screen and role), BENCH_DATA (a folder in which the desks are kept for the next time).
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench import ground

BUDGET = 25  # ms, p95 of the list of what is owed on a desk of a million (DESIGN §6)
USUAL = 10  # ms, p50 of each screen
LISTS = {
    "Today": "/",
    "Today, late": "/?show=late",
    "Conversations": "/conversations/",
    "Conversations, open": "/conversations/?show=open",
    "Customers": "/customers/",
    "Customers, by letters": "/customers/?q=customer47",
    "Search": "/search?q=paczka",
    "Quarantine": "/quarantine/",
}
ROLES = ("agent", "lead", "administrator")
WARM = 5  # requests that are not counted
Figures = dict[str, float]


def main() -> None:
    """Measure on desks of growing size, each in a process of its own: Django knows one database in each."""
    sizes = os.environ.get("BENCH_DESKS", "1000,100000").split(",")
    with tempfile.TemporaryDirectory() as folder:
        found = {}
        for size in sizes:
            kept = Path(folder) / size
            subprocess.run([sys.executable, "-m", "bench.screens", size, str(kept)], check=True)
            found[int(size)] = json.loads(kept.read_text())
    if len(found) > 1:
        _growth(found)


def measure(size: int, kept: Path) -> None:
    """Measure on a desk of so many conversations, and keep the figures for the comparison."""
    with ground.kept(str(size)):
        load = os.getloadavg()[0]
        ground.title(f"Screens, desk of {size:,} conversations, load of the machine {load:.1f}")
        from bench import large_desk
        from odzew.conversations.models import Conversation
        from odzew.ledger import counters
        from odzew.lib.clock import now

        if not Conversation.objects.exists():
            large_desk.fill(size)
        counters.advance(now())  # as the worker does once a minute
        kept.write_text(json.dumps(dict(_measure_all(ground.size("BENCH_TIMES", 100)))))


def _measure_all(times: int) -> Iterator[tuple[str, Figures]]:
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    dice = random.Random(3)
    for role in ROLES:
        person = person_of(role)
        for name, address in LISTS.items():
            yield _measured(f"{name}, {role}", times, person, lambda address=address: address)  # type: ignore[misc]
        numbers = _numbers(person)
        yield _measured(
            f"Conversation, {role}", times, person, lambda n=numbers: f"/conversations/{dice.choice(n)}/"  # type: ignore[misc]
        )  # fmt: skip


def _measured(what: str, times: int, person: Any, where: Callable[[], str]) -> tuple[str, Figures]:
    figures = timed(times, person, where)
    p95, p50 = figures["p95"], figures["p50"]
    kept = "kept" if p95 <= BUDGET and p50 <= USUAL else "MISSED"
    ground.line(
        f"{what}: p50",
        p50,
        "ms",
        f"p95 {p95:.1f} ms; processor {figures['cpu50']:.1f}, p95 {figures['cpu95']:.1f} ms, of the database"
        f" {figures['database']:.1f} ms; {figures['queries']:.0f} queries, {figures['bytes'] / 1000:.0f} kB;"
        f" p50 ≤ {USUAL}, p95 ≤ {BUDGET}: {kept}",
    )
    return what, figures


def timed(times: int, person: Any, where: Callable[[], str]) -> Figures:
    """Ask for pages so many times as somebody, and return what they took."""
    from django.test import Client

    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    took, worked, queries, size = [], [], 0, 0
    before = 0.0
    for turn in range(times + WARM):
        if turn == WARM:
            queries, before = _queries(client, where()), _database_work()
        address = where()
        begin, busy = time.perf_counter(), time.thread_time()
        response = client.get(address)
        took.append((time.perf_counter() - begin) * 1000)
        worked.append((time.thread_time() - busy) * 1000)
        assert response.status_code == 200, f"{address}: {response.status_code}"
        size = max(size, len(response.content))
    database = (_database_work() - before) * 1000 / times
    took, worked = sorted(took[WARM:]), sorted(worked[WARM:])
    half, most = times // 2, times * 95 // 100
    return {
        "p50": took[half], "p95": took[most], "cpu50": worked[half], "cpu95": worked[most],
        "database": database, "queries": queries, "bytes": size,
    }  # fmt: skip


def _queries(client: Any, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        client.get(address)
    if "BENCH_QUERIES" in os.environ:
        for one in seen:
            print(f"    {float(one['time']) * 1000:6.1f} ms {one['sql'][:300]}")
    return len(seen)


def _database_work() -> float:
    """Return the seconds of processor the servers of the database have used; SQLite works within us."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")
        return sum(ground.processor(pid) for (pid,) in cursor.fetchall())


def person_of(role: str) -> Any:
    """Return somebody of a role, with teams if there is one."""
    from odzew.staff.models import Person

    people = Person.objects.filter(role=role).order_by("pk")
    return people.exclude(teams=None).first() or people.get()


def _numbers(person: Any) -> list[int]:
    """Return conversations the person may see, from the newest to the oldest."""
    from odzew.conversations.models import Conversation

    newest = Conversation.objects.order_by("-pk").values_list("pk", flat=True)[:1].get()
    some = {max(1, newest - step * max(1, newest // 900)) for step in range(890)}
    return list(Conversation.objects.visible_to(person).filter(pk__in=some).values_list("pk", flat=True))


def _growth(found: dict[int, dict[str, Figures]]) -> None:
    """Print how much dearer each screen is on the largest desk than on the smallest."""
    small, large = min(found), max(found)
    ground.title(f"Growth from {small:,} to {large:,} conversations, processor at p50")
    for what, figures in found[large].items():
        before = found[small][what]
        dearer = (figures["cpu50"] + figures["database"]) / (before["cpu50"] + before["database"])
        same = "the same" if figures["queries"] == before["queries"] else f"{before['queries']:.0f} before"
        ground.line(what, dearer, "times", f"{figures['queries']:.0f} queries, {same}")


if __name__ == "__main__":
    measure(int(sys.argv[1]), Path(sys.argv[2])) if sys.argv[1:] else main()
