"""What is written on a desk: journal, books, and the lists made of them."""

import heapq
from collections import defaultdict
from datetime import datetime

from bench.rules import Broken
from odzew.domain import journal, ranking
from odzew.domain.obligation import Obligation, State


class Paper:
    """The journal, the books it makes, and where each debt stands."""

    def __init__(self) -> None:
        self.books: dict[int, Obligation] = {}
        self.journal: list[journal.Entry] = []
        self.of_matter: dict[int, list[int]] = defaultdict(list)
        self.resting: dict[int, set[int]] = defaultdict(set)
        self.lists: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
        self.alarms: list[tuple[datetime, int]] = []
        self.touched: set[int] = set()
        self.replays = 0

    def post(self, entry: journal.Entry) -> None:
        """Write a line, and note where the debt rests and stands."""
        before = self.books.get(entry.obligation)
        debt = journal.apply(before, entry)
        self.journal.append(entry)
        self.books[debt.id] = debt
        self.touched.add(debt.id)
        if before is None:
            self.of_matter[debt.customer].append(debt.id)
        if before is not None and before.owner in self.resting:
            self.resting[before.owner].discard(debt.id)
        if debt.state is State.OPEN:
            self.resting[debt.owner].add(debt.id)
            heapq.heappush(self.lists[debt.owner], (ranking.press_at(debt), debt.id))
            if debt.alarm_at and (before is None or before.alarm_at != debt.alarm_at):
                heapq.heappush(self.alarms, (debt.alarm_at, debt.id))

    def take(self, person: int) -> Obligation | None:
        """Take what presses most from the list of a person, if it is still owed there."""
        while self.lists[person]:
            press_at, number = heapq.heappop(self.lists[person])
            debt = self.books[number]
            if debt.owner == person and debt.state is State.OPEN and ranking.press_at(debt) == press_at:
                return debt
        return None

    def put_back(self, person: int, debt: Obligation) -> None:
        """Put back what was taken and not paid."""
        heapq.heappush(self.lists[person], (ranking.press_at(debt), debt.id))

    def replay(self) -> None:
        """Make the lists anew, as after a crash: what was in memory is gone, the journal is what there is.

        :raises Broken: when the journal does not make the same books
        """
        if journal.replay(self.journal) != self.books:
            raise Broken("The journal and the books differ.")
        self.replays += 1
        self.lists.clear()
        for person, numbers in self.resting.items():
            self.lists[person] = [(ranking.press_at(self.books[n]), n) for n in numbers]
            heapq.heapify(self.lists[person])
