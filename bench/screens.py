"""Today and Conversation on a large desk: time in the server, queries, bytes.

    python -m bench.screens

BENCH_DESKS (1000,100000: how many conversations; 1000000 takes minutes to make), BENCH_TIMES (200 requests).
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable

from bench import ground

BUDGET = 25  # ms, p95 of the list of what is owed on a desk of a million (DESIGN §6)


def main() -> None:
    """Measure on desks of growing size, each in a process of its own: Django knows one database in each."""
    for size in os.environ.get("BENCH_DESKS", "1000,100000").split(","):
        subprocess.run([sys.executable, "-m", "bench.screens", size], check=True)


def measure(size: int) -> None:
    """Measure on a desk of so many conversations."""
    with ground.desk():
        ground.title(f"Screens, desk of {size:,} conversations")
        from bench import large_desk

        large_desk.fill(size)
        _measure_all(ground.size("BENCH_TIMES", 200))


def _measure_all(times: int) -> None:
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    dice = random.Random(3)
    _measure("Today of an agent", times, _agents(dice), lambda: "/")
    _measure("Today of the administrator", times, _administrators(), lambda: "/")
    numbers = _numbers()
    _measure("a conversation", times, _administrators(), lambda: f"/conversations/{dice.choice(numbers)}/")
    _measure("the list of conversations", times, _agents(dice), lambda: "/conversations/")


def _measure(what: str, times: int, who: Callable[[], object], where: Callable[[], str]) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    took, worked, queries, size = [], [], set(), 0
    for turn in range(times + 5):
        client = Client()
        client.force_login(who(), backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[arg-type]
        address = where()
        if turn % 10 == 0:
            with CaptureQueriesContext(connection) as seen:
                client.get(address)
            queries.add(len(seen))
        begin, busy = time.perf_counter(), time.thread_time()
        response = client.get(address)
        took.append((time.perf_counter() - begin) * 1000)
        worked.append((time.thread_time() - busy) * 1000)
        assert response.status_code == 200, f"{address}: {response.status_code}"
        size = max(size, len(response.content))
    took = sorted(took[5:])
    p50, p95 = took[len(took) // 2], took[len(took) * 95 // 100]
    asked = "–".join(map(str, sorted({min(queries), max(queries)})))
    cpu = sorted(worked[5:])[len(took) // 2]
    said = f"p50 {p50:.1f} ms, processor {cpu:.1f} ms, {asked} queries, {size / 1000:.0f} kB"
    ground.line(
        f"{what}: p95", p95, "ms", f"{said}; budget ≤ {BUDGET}: {'kept' if p95 <= BUDGET else 'MISSED'}"
    )


def _agents(dice: random.Random) -> Callable[[], object]:
    from odzew.staff.models import Person

    people = list(Person.objects.filter(role="agent"))
    return lambda: dice.choice(people)


def _administrators() -> Callable[[], object]:
    from odzew.staff.models import Person

    person = Person.objects.filter(role="administrator").first()
    return lambda: person


def _numbers() -> list[int]:
    from odzew.conversations.models import Conversation

    newest = Conversation.objects.order_by("-pk").values_list("pk", flat=True)[:1].get()
    return sorted({max(1, newest - step * max(1, newest // 500)) for step in range(490)})


if __name__ == "__main__":
    measure(int(sys.argv[1])) if sys.argv[1:] else main()
