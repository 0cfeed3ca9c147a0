"""What customers are truly owed, and who of them nobody saw; it knows nothing of the books."""

from collections import defaultdict
from datetime import datetime, timedelta


class Witness:
    """By matter: who is `waiting`, whatever the books say, who is `hidden`, how long each was `unseen`."""

    def __init__(self) -> None:
        self.waiting: dict[int, datetime] = {}
        self.hidden: dict[int, datetime] = {}
        self.unseen: dict[int, timedelta] = defaultdict(timedelta)

    def look(self, matter: int, at: datetime, *, seen: bool) -> None:
        """Note whether what a customer is truly owed stands on the list of somebody who is there."""
        if matter in self.waiting and not seen:
            self.hidden.setdefault(matter, at)
        elif (since := self.hidden.pop(matter, None)) is not None and at > since:
            self.unseen[matter] += at - since

    def end(self, at: datetime) -> None:
        """Add what is hidden to the last."""
        for matter, since in self.hidden.items():
            self.unseen[matter] += at - since
