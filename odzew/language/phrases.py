"""Whether a text has a phrase, in whichever form its words stand: "faktura" is found in "o fakturze"."""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from odzew.language.fold import fold, words
from odzew.language.lemmas import lemmas

READ = 20_000
"""Characters of a text that are looked at."""
MOST = 3_000
"""Words of a text that are looked at."""
_REMEMBERED = 50_000  # about 15 MB; a desk's mails use fewer words a day
Forms = frozenset[str]


@lru_cache(maxsize=4_096)
def phrase(text: str) -> tuple[Forms, ...]:
    """Return the words of a phrase, each with all it is known by; none when it has no word."""
    return tuple(forms for word in words(text) if (forms := _forms(word, "")))


class Text:
    """A text as phrases are looked for in it; each word is reckoned once."""

    def __init__(self, text: str, language: str = "") -> None:
        told = islice(words(text[:READ]), MOST)
        self.forms = [forms for word in told if (forms := _forms(word, language))]
        self.places: dict[str, list[int]] = defaultdict(list)
        for place, forms in enumerate(self.forms):
            for form in forms:
                self.places[form].append(place)

    def has(self, looked_for: Iterable[Forms]) -> bool:
        """Return whether the words of a phrase stand one behind the other somewhere."""
        first, *rest = looked_for
        starts = {place for form in first for place in self.places.get(form, ())}
        return any(self._goes_on(place + 1, rest) for place in starts)

    def _goes_on(self, place: int, rest: list[Forms]) -> bool:
        there = self.forms[place : place + len(rest)]
        return len(there) == len(rest) and all(map(frozenset.intersection, there, rest))


@lru_cache(maxsize=_REMEMBERED)
def _forms(word: str, language: str) -> Forms:
    """Return all that a word is known by, nothing when it has no letter and no digit."""
    folded = fold(word)
    return frozenset((folded, *lemmas(word, language))) if folded else frozenset()
