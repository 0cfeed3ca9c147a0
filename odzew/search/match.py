"""What an index is asked for, said once for both databases."""

from collections.abc import Sequence
from dataclasses import dataclass

SENDER, RECEIVER, SAID, LEMMAS, FACTS = "sender", "receiver", "said", "lemmas", "facts"
WRITTEN = (SENDER, RECEIVER, SAID)
ALL = (*WRITTEN, LEMMAS)


@dataclass(frozen=True, slots=True)
class Run:
    """Words that follow each other in one of some columns; the last may be only a beginning."""

    words: tuple[str, ...]
    columns: tuple[str, ...] = WRITTEN
    is_beginning: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """Of each group of runs at least one has to be there."""

    groups: tuple[tuple[Run, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """Places from `first` on, below `below`."""

    first: int = 0
    below: int = 2**63 - 1


Found = Sequence[tuple[int, int]]
"""Places and numbers of messages, the newest first."""
