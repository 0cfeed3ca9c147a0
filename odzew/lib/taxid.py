"""Tax numbers: which of those our customers have is one, by its check digit."""

import re
from collections.abc import Sequence

_NIP = (6, 5, 7, 2, 3, 4, 5, 6, 7)
_INN_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_11 = (7, *_INN_10)
_INN_12 = (3, *_INN_11)
_EDRPOU_CHANGES = range(30_000_000, 60_000_001)


def kinds(text: str) -> list[str]:
    """Return what a tax number can be, NIP (Poland), EDRPOU (Ukraine) or INN (Russia): none when wrong."""
    bare = re.sub(r"[\s.\-/]", "", text).upper().removeprefix("PL")
    if not (bare.isascii() and bare.isdecimal()):
        return []
    digits = [int(digit) for digit in bare]
    tests = {"NIP": _is_nip, "EDRPOU": _is_edrpou, "INN": _is_inn}
    return [kind for kind, is_one in tests.items() if is_one(digits)]


def _is_nip(digits: Sequence[int]) -> bool:
    return len(digits) == 10 and _sum(digits, _NIP) % 11 == digits[9]


def _is_inn(digits: Sequence[int]) -> bool:
    if len(digits) == 10:
        return _sum(digits, _INN_10) % 11 % 10 == digits[9]
    tenth_and_last = ((_INN_11, 10), (_INN_12, 11))
    return len(digits) == 12 and all(_sum(digits, w) % 11 % 10 == digits[at] for w, at in tenth_and_last)


def _is_edrpou(digits: Sequence[int]) -> bool:
    if len(digits) != 8:
        return False
    number = int("".join(map(str, digits)))
    weights = (7, 1, 2, 3, 4, 5, 6) if number in _EDRPOU_CHANGES else (1, 2, 3, 4, 5, 6, 7)
    rest = _sum(digits, weights) % 11
    if rest == 10:
        rest = _sum(digits, [weight + 2 for weight in weights]) % 11 % 10
    return rest == digits[7]


def _sum(digits: Sequence[int], weights: Sequence[int]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False))
