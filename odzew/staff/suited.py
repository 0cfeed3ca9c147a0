"""Who suits a question: by its language first, then by what it is about."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks of who answers it: its language ("": any), and the words of its tags."""

    language: str = ""
    words: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Gift:
    """What a person can: languages (none named: every one) and skills, each the word of a tag."""

    languages: frozenset[str] = NOTHING
    skills: frozenset[str] = NOTHING

    def speaks(self, asked: Asked) -> bool:
        """Return whether the person answers in this language."""
        return not asked.language or not self.languages or asked.language in self.languages

    def knows(self, asked: Asked) -> bool:
        """Return whether the person has a skill named like one of the tags."""
        return not self.skills.isdisjoint(asked.words)


def pools(people: Sequence[int], gifts: Mapping[int, Gift], asked: Asked) -> Iterator[list[int]]:
    """Yield the people who suit, each pool wider than what it is chosen after; the last one is all of them.

    Language comes before skill: whoever cannot read what is written can make no use of what she knows
    of it, while whoever reads it can ask a colleague.
    """
    speaking = [person for person in people if gifts[person].speaks(asked)]
    for some in (speaking, people):
        yield [person for person in some if gifts[person].knows(asked)]
        yield list(some)
