"""The marks by which whoever writes for the first time in a matter may be known already."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from odzew.conversations import likely
from odzew.intake.arrival import Arrival
from odzew.language import likeness

NEAR = 200  # characters: the own words are the text's beginning, but for blanks
WHATSAPP = "whatsapp"  # where an address is a number in E.164, or a name that hides it
LINES = 15  # of a signature, the empty ones too
READ = 4_000  # characters; a signature stands near the end of what was written, above what is quoted


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
    is_number = arrival.account.channel == WHATSAPP and said.address.startswith("+")
    if is_number and (digits := likeness.phone(said.address)):
        # WhatsApp proves the number, a caller's exchange does not: they are proposed as one, never joined.
        yield f"phone:{digits}"
    ours = {f"mail:{arrival.account.address.lower()}", f"mail:{said.address}"}
    told = f"{said.subject}\n{said.own_words[:READ]}"
    yield from (mark for mark in likeness.of_text(told) if not mark.startswith("mail:"))
    signed = _signature(said.text[:READ], said.own_words)
    yield from (mark for mark in likeness.of_text(signed) if mark not in ours)


def _signature(text: str, own_words: str) -> str:
    """Return what stands below the customer's own words and above what he quotes.

    Apart from words and quotes the letter was taken by the reader already; to do that again would
    cost acceptance more than all the rest of it.
    """
    said = own_words.rstrip()
    last = said.rpartition("\n")[2].strip()
    at = text.find(last, max(0, len(said) - len(last) - NEAR)) if last else -1
    lines = []
    for line in text[at + len(last) :].splitlines()[:LINES] if at >= 0 else ():
        if line.startswith(">") or line.rstrip().endswith(":"):  # "On 3 May Anna wrote:"
            break
        lines.append(line)
    return "\n".join(lines)
