"""The books of a desk, read from outside: what came, what is in the history, what is owed."""

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg


class Books:
    """Reads the database of a desk, whether it runs or not."""

    def __init__(self, where: str | Path) -> None:
        self.where = where

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        """Return the answer to a question in SQL."""
        with closing(self._open()) as connection:
            return [tuple(row) for row in connection.execute(question).fetchall()]

    def change(self, order: str) -> None:
        """Carry out an order in SQL."""
        with closing(self._open()) as connection:
            connection.execute(order)
            connection.commit()

    def history(self) -> Counter[str]:
        """Return how often each Message-ID came into the history."""
        return Counter(
            r[0] for r in self.rows("SELECT message_id FROM odzew_message WHERE direction = 'inbound'")
        )

    def payloads(self) -> Counter[str]:
        """Return how many payloads are in each state."""
        return Counter(dict(self.rows("SELECT state, COUNT(*) FROM odzew_raw GROUP BY state")))

    def outbox(self) -> dict[str, str]:
        """Return the state of each outbound message, by Message-ID."""
        return dict(self.rows("SELECT message_id, state FROM odzew_message WHERE direction = 'outbound'"))

    def is_drained(self) -> bool:
        """Tell whether all that was kept is in the history."""
        return not self.rows("SELECT 1 FROM odzew_raw WHERE state = 'kept' LIMIT 1")

    def _open(self) -> Any:
        if isinstance(self.where, Path):
            return sqlite3.connect(self.where, timeout=30)
        return psycopg.connect(self.where)


@dataclass(frozen=True)
class Reckoning:
    """What an accountant finds after a disaster."""

    acknowledged: int
    in_history: int
    lost: list[str]
    twice: list[str]
    findings: list[Any]
    difference: int

    def is_clean(self) -> bool:
        """Tell whether every mail is there once and the books agree."""
        return not (self.lost or self.twice or self.findings or self.difference)

    def __str__(self) -> str:
        return (
            f"acknowledged {self.acknowledged}, in the history {self.in_history}, lost {len(self.lost)}, "
            f"twice {len(self.twice)}, findings {len(self.findings)}, difference {self.difference}"
        )
