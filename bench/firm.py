"""A year of a firm by the rules of the books, and the same year by the rules of other desks.

    python -m bench.firm

BENCH_PEOPLE (30), BENCH_YEAR (200,000 messages), BENCH_DAYS (365), BENCH_CRASHES (12), BENCH_SEED (1).
Pure: the journal, cover, escalation and working time of odzew.domain, no database. After each event
every debt it touched rests on somebody present, each day and each crash all of them do. What a customer
is truly owed is counted apart from the books, so that rules which call it paid can be told from it.
"""

import time
from datetime import timedelta

from bench import ground, year
from bench.desk import Desk
from bench.rules import PEERS, Rules


def main() -> None:
    """Play the year under each set of rules, and print what became of the customers."""
    made = year.make(
        seed=ground.size("BENCH_SEED", 1),
        people=ground.size("BENCH_PEOPLE", 30),
        messages=ground.size("BENCH_YEAR", 200_000),
        days=ground.size("BENCH_DAYS", 365),
        crashes=ground.size("BENCH_CRASHES", 12),
    )
    print(
        f"{made.people} people, {len(made.messages):,} messages, {len(made.absences)} absences,"
        f" {len(made.crashes)} crashes, seed {made.seed}"
    )
    for name, rules in {"the books of Odzew": Rules(), **PEERS}.items():
        begun = time.perf_counter()
        print(f"\n{name}\n  {told(Desk(made, rules).play())}  [{time.perf_counter() - begun:.0f} s]")


def told(desk: Desk) -> str:
    """Return what became of the customers in words."""
    unseen, lines = sorted(desk.witness.unseen.values()), len(desk.paper.journal)
    waiting = len(desk.witness.waiting)
    how_long = (
        f", half of them {days(unseen[len(unseen) // 2])} or longer, the longest {days(unseen[-1])}"
        if unseen
        else ""
    )
    return "\n  ".join(
        [
            f"{desk.chasers:,} chasers, {desk.bounces:,} bounces, {lines:,} lines of the journal,"
            f" {desk.paper.replays} replays equal to the books",
            f"stood on the list of nobody present while they waited: {len(unseen):,} of {desk.matters:,}"
            f" customers{how_long}",
            f"still without an answer four weeks after the last message: {waiting:,} customers",
        ]
    )


def days(length: timedelta) -> str:
    """Return a length in days."""
    return f"{length / timedelta(days=1):.1f} days"


if __name__ == "__main__":
    main()
