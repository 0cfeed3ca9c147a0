"""The due engine: debts that fall due in one minute, and open ones of which none does.

    python -m bench.due

BENCH_OPEN (1,000,000), BENCH_DUE (100,000), BENCH_DATABASE (sqlite, postgresql).
Rows of the books are written by the fastest door; the engine then takes them as it does every day.
"""

import time
from datetime import UTC, datetime, timedelta

from bench import ground
from bench.rows import Table, shown

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
A_YEAR = timedelta(days=365)
LOOKS = 1_000


def main() -> None:
    """Measure both on one desk."""
    waiting, falling = ground.size("BENCH_OPEN", 1_000_000), ground.size("BENCH_DUE", 100_000)
    with ground.desk():
        ground.title("The due engine: what falls due is found by an index")
        for number in range(2):
            owe(waiting * number // 2, waiting * (number + 1) // 2 - waiting * number // 2, NOON + A_YEAR)
            look(waiting * (number + 1) // 2)
        tell_plan()
        owe(waiting, falling, NOON)
        take(falling)


def owe(begin: int, count: int, due: datetime) -> None:
    """Write open debts that fall due within a minute after a moment."""
    from odzew.customers.models import Customer
    from odzew.ledger.models import Owed
    from odzew.staff.models import Person, Team

    customer, _ = Customer.objects.get_or_create(name="Bench", defaults={"created_at": NOON})
    person, team, table = Person.objects.get(), Team.objects.get(), Table(Owed)
    for number in range(begin, begin + count):
        at = shown(due + timedelta(milliseconds=60_000 * (number - begin) // count))
        table.add(
            id=number + 1, kind="answer", state="open", customer_id=customer.pk, owner_id=person.pk,
            team_id=team.pk, opened_at=shown(NOON - A_YEAR), due_at=at, press_at=at, alarm_at=at,
        )  # fmt: skip
    table.write()
    analyze()


def analyze() -> None:
    """Let the database know how much there is, as it does by itself in the night."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def look(waiting: int) -> None:
    """Measure a look of the engine while nothing is due."""
    from odzew.ledger import alarms, leave

    begun, processor = time.perf_counter(), time.process_time()
    for _ in range(LOOKS):
        assert alarms.step(NOON) + leave.step(NOON) == 0
    each = (time.process_time() - processor) / LOOKS * 1e6
    clock = (time.perf_counter() - begun) / LOOKS * 1e6
    ground.line(
        f"{waiting:,} open, nothing due", each, "µs of processor a look", f"{clock:.0f} µs by the clock"
    )


def tell_plan() -> None:
    """Print how the database finds what is due."""
    from odzew.ledger import alarms

    plan = alarms.due(NOON).order_by("alarm_at")[:1].explain()
    print("   ", plan.replace("\n", "\n    "))


def take(falling: int) -> None:
    """Measure the engine while everything falls due, second by second, and then nothing twice."""
    from odzew.ledger import alarms
    from odzew.ledger.models import Entry, Head

    seq = Head.objects.get().seq
    begun, processor, taken = time.perf_counter(), time.process_time(), 0
    for second in range(61):
        now = NOON + timedelta(seconds=second)
        while found := alarms.step(now):
            taken += found
    spent, clock = time.process_time() - processor, time.perf_counter() - begun
    entries = Entry.objects.filter(seq__gt=seq, kind="escalated").count()
    assert taken == entries == falling, (taken, entries, falling)
    ground.line(f"{falling:,} fall due in a minute", falling / clock, "/s", f"{clock:.1f} s by the clock")
    ground.line("each", spent / falling * 1e6, "µs of processor", "one entry a debt, chained")


if __name__ == "__main__":
    main()
