"""The marks by which whoever writes for the first time in a matter may be known already."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from odzew.conversations import likely
from odzew.intake.arrival import Arrival
from odzew.language import likeness, quotes

READ = 20_000  # characters; a signature stands near the end of what was written, above what is quoted


def note(arrivals: Iterable[Arrival]) -> None:
    """Keep what the first letters of matters tell of their customers."""
    found: dict[int, set[str]] = defaultdict(set)
    for arrival in arrivals:
        if arrival.is_new and not arrival.automatic and not arrival.identity.forged:
            found[arrival.identity.customer_id] |= set(_marks(arrival))
    likely.note(found)


def _marks(arrival: Arrival) -> Iterator[str]:
    said = arrival.inbound
    yield from likeness.of_name(said.name)
    ours = {f"mail:{arrival.account.address.lower()}", f"mail:{said.address}"}
    told = f"{said.subject}\n{said.own_words[:READ]}"
    yield from (mark for mark in likeness.of_text(told) if not mark.startswith("mail:"))
    if len(said.text) > len(said.own_words):
        signed = quotes.read(said.text[:READ]).signature
        yield from (mark for mark in likeness.of_text(signed) if mark not in ours)
