"""Addresses that stand on a page many times: asked of the resolver once, not for each row."""

from functools import lru_cache

from django.urls import get_script_prefix, reverse

ANY = 0


def conversation(number: int) -> str:
    """Return the address of a conversation."""
    before, after = _parts("conversation", get_script_prefix())
    return f"{before}{number}{after}"


@lru_cache
def _parts(view: str, _prefix: str) -> tuple[str, str]:
    before, _, after = reverse(view, args=[ANY]).rpartition(str(ANY))
    return before, after
