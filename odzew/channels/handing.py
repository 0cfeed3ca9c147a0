"""Handing a message over in parts: what a provider has taken is written down before the next part goes."""

from collections.abc import Callable, Sequence

from odzew.channels.base import Enclosure
from odzew.channels.models import Account, Handed

Part = str | Enclosure
Give = Callable[[Part, int], str]


def parts(text: str, enclosures: Sequence[Enclosure], longest: int) -> list[Part]:
    """Return what goes one after another: the words in pieces of at most `longest`, then each file."""
    return [*pieces(text.strip(), longest), *enclosures]


def hand_over(account: Account, key: str, given: Sequence[Part], give: Give) -> list[str]:
    """Give each part that was not taken before, and return what the provider calls each of them.

    :raises ChannelError: as `give` does; what was taken until then is not sent again
    """
    taken = dict(Handed.objects.filter(key=key).values_list("part", "given"))
    for number, part in enumerate(given):
        if number not in taken:
            taken[number] = give(part, number)
            # A provider may have been quicker to tell what became of it.
            known = {"account": account, "given": taken[number]}
            Handed.objects.get_or_create(key=key, part=number, defaults=known)
    return [taken[number] for number in sorted(taken)]


def pieces(text: str, longest: int) -> list[str]:
    """Return a text in pieces, cut between paragraphs, lines or words where there are any.

    Lengths are in UTF-16 code units, as messengers count.
    """
    found = []
    while size(text) > longest:
        head = _within(text, longest)
        cut = next((at for mark in ("\n\n", "\n", " ") if (at := head.rfind(mark)) > 0), len(head))
        found.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*found, text] if text else found


def size(text: str) -> int:
    """Return the length of a text in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _within(text: str, longest: int) -> str:
    cut = text.encode("utf-16-le", "surrogatepass")[: 2 * longest]
    return cut.decode("utf-16-le", "ignore")
