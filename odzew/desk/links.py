"""Addresses that stand on a page many times: asked of the resolver once, not for each row."""

from functools import lru_cache

from django.urls import get_script_prefix, reverse

ANY = 7_390_541_268  # stands in no address of ours


def conversation(number: int) -> str:
    """Return the address of a conversation."""
    return of("conversation", number)


def to(view: str) -> str:
    """Return the address of a view."""
    return _address(view, get_script_prefix())


def of(view: str, number: int) -> str:
    """Return the address of a view that is given one number."""
    before, after = _parts(view, get_script_prefix())
    return f"{before}{number}{after}"


@lru_cache(maxsize=1_000)
def _address(view: str, _prefix: str) -> str:
    return reverse(view)


@lru_cache(maxsize=1_000)
def _parts(view: str, _prefix: str) -> tuple[str, str]:
    before, _, after = reverse(view, args=[ANY]).partition(str(ANY))
    return before, after
