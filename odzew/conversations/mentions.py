"""Colleagues named in a note by `@`: their whole name, a first name only one has, or their mail's name."""

import re
from collections import Counter
from collections.abc import Iterable

from odzew.conversations import following
from odzew.conversations.models import Conversation
from odzew.language.fold import fold, words
from odzew.staff.models import Person

LONGEST = 120  # characters of a name
SIGN = re.compile(r"(?<![\w@.])@(?=\w)")


def mentioned(conversation: Conversation, text: str) -> list[Person]:
    """Return who is named, once each; only those who may see the conversation can be."""
    places = [match.end() for match in SIGN.finditer(text)]
    if not places:
        return []
    names = _names(following.may_see(conversation))
    found = (_at(text[place:], names) for place in places)
    return list(dict.fromkeys(person for person in found if person is not None))


def _names(people: Iterable[Person]) -> list[tuple[str, Person]]:
    """Return what each can be called by, the longest first; a name of two people is nobody's."""
    called = [(name, person) for person in people for name in _of(person)]
    borne = Counter(name for name, _ in called)
    return sorted(
        ((name, person) for name, person in called if borne[name] == 1), key=lambda one: -len(one[0])
    )


def _of(person: Person) -> set[str]:
    whole = _plain(person.name)
    return {whole, whole.partition(" ")[0], _plain(person.email.partition("@")[0])} - {""}


def _at(rest: str, names: list[tuple[str, Person]]) -> Person | None:
    said = f"{_plain(rest[:LONGEST])} "
    return next((person for name, person in names if said.startswith(f"{name} ")), None)


def _plain(text: str) -> str:
    return " ".join(fold(word) for word in words(text))
