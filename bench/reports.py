"""The reports of a large desk: time in the server by days and role, and of the rows behind a figure.

    python -m bench.reports

BENCH_REPORTED (100000 conversations), BENCH_TIMES (10 requests each), BENCH_DATA (a folder in which
the desk is kept for the next time).
"""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

from bench import ground
from bench.screens import ROLES, person_of, timed


def main() -> None:
    """Fill a desk, or take the one that is kept, and ask for its reports."""
    size = ground.size("BENCH_REPORTED", 100_000)
    with ground.kept(str(size)):
        from django.conf import settings

        from bench import large_desk
        from odzew.conversations.models import Conversation

        settings.ALLOWED_HOSTS = ["*"]
        if not Conversation.objects.exists():
            large_desk.fill(size)
        ground.title(f"Reports, desk of {size:,} conversations")
        for role in ROLES:
            for what, address in _pages():
                _measure(f"{what}, {role}", person_of(role), address)


def _measure(what: str, person: object, address: str) -> None:
    took = timed(ground.size("BENCH_TIMES", 10), person, lambda: address)
    ground.line(
        f"{what}: p50",
        took["p50"],
        "ms",
        f"p95 {took['p95']:.0f} ms; processor {took['cpu50']:.0f} ms, of the database"
        f" {took['database']:.0f} ms; {took['queries']:.0f} queries, {took['bytes'] / 1000:.0f} kB",
    )


def _pages() -> Iterator[tuple[str, str]]:
    from django.utils import timezone

    today = timezone.localdate()
    for days in (31, 92):
        asked = {"from": today - timedelta(days=days - 1), "to": today, "by": "person"}
        yield f"{days} days, by person", f"/reports/?{urlencode(asked)}"
        yield f"rows, {days} days", f"/reports/rows?{urlencode(asked | {'figure': 'first'})}"


if __name__ == "__main__":
    main()
