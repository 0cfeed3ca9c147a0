"""Words that are put together once for each language: on a page they are asked for again and again."""

from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from typing import TypeVar

from django.utils.translation import get_language

T = TypeVar("T")


def by_language(say: Callable[..., T]) -> Callable[..., T]:
    """Let a function say what it says once in each language for the same arguments.

    What it returns is shared, so nobody may change it.
    """

    @lru_cache(maxsize=1_000)
    def said(_language: str, *about: Hashable) -> T:
        return say(*about)

    @wraps(say)
    def ask(*about: Hashable) -> T:
        return said(get_language() or "en", *about)

    return ask
