"""Whether a message says thank you and nothing else: it asks nothing, and hurries nobody."""

import re

from odzew.language.fold import fold, words
from odzew.language.quotes_words import gathered, lists

LONGEST = 200
"""Characters of such a message at most; nobody needs more to thank."""
_PIECE = re.compile(r"[^.!,;:…\n]+")
_MOST = 6  # words of the longest phrase, with room
_OF_A_NAME = 2
Phrase = tuple[str, ...]


def only(text: str) -> bool:
    """Return whether a message thanks, greets and takes its leave, and says nothing besides.

    Every word of it has to stand in the lists in data/. In doubt it says more: whoever waits and is
    taken for somebody who thanks would wait unseen. A name is one after "Regards," and nowhere else.
    """
    if len(text) > LONGEST or "?" in text:
        return False
    *pieces, last = [*filter(_words, _PIECE.findall(text))] or [""]
    if not (pieces and _words(pieces[-1]) in _REGARDS and _is_name(last)):
        pieces.append(last)
    return any(_thanks(_words(piece)) for piece in pieces) and all(_is_known(_words(one)) for one in pieces)


def _is_name(piece: str) -> bool:
    told = list(words(piece))
    return len(told) <= _OF_A_NAME and all(word[0].isupper() for word in told)


def _thanks(said: Phrase) -> bool:
    return any(said[at : at + n] in _THANKS for at in range(len(said)) for n in range(1, _MOST + 1))


def _is_known(said: Phrase) -> bool:
    reached = {0}
    for at in range(len(said)):
        if at in reached:
            reached.update(at + n for n in range(1, _MOST + 1) if said[at : at + n] in _KNOWN)
    return len(said) in reached


def _words(text: str) -> Phrase:
    return tuple(folded for word in words(text) if (folded := fold(word)))


_FOUND = gathered(lists())
_THANKS = frozenset(map(_words, _FOUND["thanks"]))
_REGARDS = frozenset(map(_words, _FOUND["closing"])) - _THANKS
_KNOWN = _THANKS | _REGARDS | frozenset(map(_words, _FOUND["with thanks"]))
