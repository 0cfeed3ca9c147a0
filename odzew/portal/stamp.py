"""The stamp of a page: proof that we gave it out, when, and the name of this one sending.

It stands in for the token against forged requests: a form uses no cookie, which a page of another
site would not get in its frame, and it acts for nobody who is signed in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex

from django.conf import settings

from odzew.lib import sealing

LASTS = timedelta(days=7)
AT_LEAST = timedelta(seconds=3)  # nobody reads and fills a form in less


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a page was given out, and its name."""

    at: int
    once: str

    def __str__(self) -> str:
        return f"{self.at}.{self.once}.{_mac(self.at, self.once)}"

    def is_old(self, now: datetime) -> bool:
        """Return whether the page stood open for so long that it is given out anew."""
        return self._age(now) > LASTS

    def is_hasty(self, now: datetime) -> bool:
        """Return whether it came back faster than a person fills it in."""
        return self._age(now) < AT_LEAST

    def _age(self, now: datetime) -> timedelta:
        return timedelta(seconds=now.timestamp() - self.at)


def new(now: datetime) -> Stamp:
    """Return the stamp of a page that is given out now."""
    return Stamp(int(now.timestamp()), token_hex(16))


def read(given: str) -> Stamp | None:
    """Return a stamp of ours, None when it is not."""
    at, _dot, rest = given.partition(".")
    once, _dot, mac = rest.partition(".")
    if not at.isdecimal() or len(at) > 12 or not sealing.proves(mac, settings.SECRET_KEY, "form", at, once):
        return None
    return Stamp(int(at), once)


def _mac(at: int, once: str) -> str:
    return sealing.token(settings.SECRET_KEY, "form", at, once)
