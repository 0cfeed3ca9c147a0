"""T36: customers are joined and parted while they write; nothing is lost, owed twice, or stuck."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import OperationalError, connection, connections

from odzew.conversations import merging, uniting
from odzew.conversations.matters import Union
from odzew.conversations.merge import Merge
from odzew.conversations.models import Conversation, Message
from odzew.customers.models import Customer
from odzew.domain.obligation import Refused
from odzew.lib.clock import monotonic
from tests.domain.examples import NINE
from tests.faults.size import dice, size
from tests.features import factory
from tests.features.factory import Firm

CUSTOMERS = 12
LONGEST = 60.0  # seconds that one act may wait for others


class Load:
    """Threads that act on the same few customers, until each has acted so often."""

    def __init__(self, firm: Firm, rounds: int) -> None:
        self.firm, self.rounds, self.done = firm, rounds, Counter[str]()
        self.seconds, self.slowest, self.faults = count(1), 0.0, list[BaseException]()
        self.throw, self.lock = dice(), threading.Lock()

    def now(self) -> Any:
        """Return a moment later than each before it."""
        with self.lock:
            return NINE + timedelta(seconds=next(self.seconds))

    def pick(self, rows: Any) -> Any:
        """Return one of some rows; None when there is none, or it is gone by now."""
        numbers = list(rows.values_list("pk", flat=True))
        with self.lock:
            number = self.throw.choice(numbers) if numbers else None
        return rows.model.objects.filter(pk=number).first()

    def write(self) -> None:
        """Let a customer write."""
        with self.lock:
            sender = f"c{self.throw.randrange(CUSTOMERS)}@example.org"
            raw = factory.kept(sender=sender, at=NINE)
        self._taken(raw, sender)
        self.done["written"] += 1

    def _taken(self, raw: Any, sender: str) -> None:
        """Take a letter into the history, as often as the database lets go of it, as a worker does."""
        while True:
            try:
                factory.receive("And now?", sender=sender, at=self.now(), raw=raw)
                return
            except OperationalError:
                self.done["let go of"] += 1

    def join(self) -> None:
        """Join two customers."""
        one, other = (self.pick(Customer.objects.all()) for _ in range(2))
        merging.merge(one, other, self.firm.jan, "The same.", self.now())
        self.done["joined"] += 1

    def part(self) -> None:
        """Part two who were joined."""
        if (row := self.pick(Merge.objects.filter(split_at=None))) is not None:
            merging.split(row, self.firm.jan, "Not the same.", self.now())
            self.done["parted"] += 1

    def unite(self) -> None:
        """Make two conversations one matter."""
        one = self.pick(Conversation.objects.filter(stands_for=None))
        other = self.pick(Conversation.objects.filter(customer=one.customer).exclude(pk=one.pk))
        if other is None:
            return
        uniting.unite(one, [other], self.firm.ola, self.now())
        self.done["united"] += 1

    def undo(self) -> None:
        """Take that back."""
        if (row := self.pick(Union.objects.all())) is not None:
            uniting.undo(row, self.firm.ola, self.now())
            self.done["undone"] += 1

    def run(self, *acts: Callable[[], None]) -> None:
        """Act in turn; what is refused, or let go of by the database, is done by another."""
        try:
            for turn in range(self.rounds):
                self._act(acts[turn % len(acts)])
        except BaseException as fault:
            self.faults.append(fault)
        finally:
            connections.close_all()

    def _act(self, act: Callable[[], None]) -> None:
        began = monotonic()
        try:
            act()
        except Refused:
            self.done["refused"] += 1
        except OperationalError:
            self.done["let go of"] += 1
        self.slowest = max(self.slowest, monotonic() - began)


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_customers_are_joined_and_parted_while_they_write() -> None:
    firm, rounds = factory.firm(), size("ROUNDS", 150)
    for number in range(CUSTOMERS):
        factory.receive("Where is it?", sender=f"c{number}@example.org", at=NINE)
    load = Load(firm, rounds)
    work = [
        (load.write,),
        (load.write,),
        (load.join, load.part),
        (load.part, load.join),
        (load.unite, load.undo),
    ]
    threads = [threading.Thread(target=load.run, args=acts) for acts in work]
    began = monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    said = ", ".join(f"{number} {what}" for what, number in sorted(load.done.items()))
    print(
        f"\nT36 {connection.vendor}: {said} in {monotonic() - began:.0f} s, the slowest {load.slowest:.1f} s"
    )
    assert load.faults == [] and load.slowest < LONGEST
    assert (
        Message.objects.filter(direction="inbound").count()
        == CUSTOMERS + 2 * rounds
        == CUSTOMERS + load.done["written"]
    )
    assert min(load.done[what] for what in ("joined", "parted", "united", "undone")) > 0
    assert factory.findings() == []
