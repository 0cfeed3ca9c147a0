"""One open page that listens for news."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from odzew.desk.here.seats import Others, Seat


class Listener:
    """One open page that listens: what it has not been told yet."""

    def __init__(self, person: int, seat: Seat | None) -> None:
        self.person = person
        self.seat = seat
        self.bell = asyncio.Event()
        self.news: set[str] = set()
        self.others: Others = frozenset()

    def tell(self, news: str) -> None:
        """Let the page know."""
        self.news.add(news)
        self.bell.set()

    def look_round(self, met: Mapping[int, Others]) -> None:
        """Let the page know when others came to its conversation, went, began or ceased to write."""
        if self.seat is None:
            return
        others = frozenset(one for one in met.get(self.seat.conversation, ()) if one[0] != self.seat.person)
        if others != self.others:
            self.others = others
            self.tell("here")

    async def hear(self, silence: float) -> set[str]:
        """Return what there is to tell; nothing when `silence` seconds went by."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.bell.wait(), silence)
        self.bell.clear()
        news, self.news = self.news, set()
        return news
