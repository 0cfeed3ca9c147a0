"""The words conversations are tagged with, as skills of people are named."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from odzew.conversations.tag import Tag, Tagged


def words_of(talks: Mapping[int, Collection[int]]) -> dict[int, frozenset[str]]:
    """Return the folded words of conversations, from tags they have and those they are about to get.

    `talks` gives the latter by conversation. A merged tag still goes by each of its names. Two statements,
    however many conversations.
    """
    tags = {talk: set(numbers) for talk, numbers in talks.items()}
    for talk, number in Tagged.objects.filter(conversation__in=tags).values_list("conversation", "tag"):
        tags[talk].add(number)
    names = _names({number for numbers in tags.values() for number in numbers})
    return {talk: frozenset[str]().union(*(names[n] for n in numbers)) for talk, numbers in tags.items()}


def _names(numbers: Collection[int]) -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    if numbers:
        rows = Tag.objects.filter(pk__in=numbers)
        for number, *keys in rows.values_list("pk", "key", "stands_for__key", "other_names__key"):
            found[number].update(key for key in keys if key)
    return found
