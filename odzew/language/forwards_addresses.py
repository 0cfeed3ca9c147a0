"""People as a forwarded mail names them: "Nowak, Anna <a@b.pl>; jan@c.pl"; broader than RFC 5322 is."""

import re

# Outlook repeats a link behind what it shows: "Anna<mailto:a@b.pl>", "a@b.pl<mailto:a@b.pl>".
_LINKED_AGAIN = re.compile(r"([^\s<>\[\]@;,]+@[^\s<>\[\]@;,]+) ?[<\[]mailto:[^<>\[\]]*[>\]]")
_LINKED = re.compile(r" ?[<\[]mailto:([^<>\[\]]*)[>\]]")
_BRACKETED = re.compile(r"\[([^\s<>\[\]@]+@[^\s<>\[\]@]+)\]|\(<?([^\s<>()@]+@[^\s<>()@]+?)>?\)")
_ANGLE = re.compile(r"<\s*([^\s<>@]+@[^\s<>@]+)\s*>")
_BARE = re.compile(r"[^\s<>@,;:\"'()]+@[^\s<>@,;:\"'()]+")
_PAIRS = frozenset((('"', '"'), ("'", "'"), ("„", "”"), ("“", "”"), ("«", "»")))
# A list of people is cut at this length: nobody reads five thousand names.
_LONGEST = 20_000


def people(value: str) -> tuple[tuple[str, str], ...]:
    """Return the people a header value names, as (name, address); either may be empty."""
    value = _angled(value[:_LONGEST])
    found: list[tuple[str, str]] = []
    at = 0
    for match in _ANGLE.finditer(value):
        before = value[at : match.start()]
        *others, name = _parts(before)
        found += [person for other in others for person in _unangled(other)]
        found.append(_person(name, match[1]))
        at = match.end()
    found += [person for part in _parts(value[at:]) for person in _unangled(part)]
    return tuple(person for person in found if any(person))


def first(value: str) -> tuple[str, str]:
    """Return the first person a header value names; two empty strings when it names none."""
    return next(iter(people(value)), ("", ""))


def _angled(value: str) -> str:
    value = _LINKED_AGAIN.sub(r"\1", value)
    value = _LINKED.sub(r" <\1>", value)
    return _BRACKETED.sub(lambda found: f"<{found[1] or found[2]}>", value)


def _parts(text: str) -> list[str]:
    """Return the text cut where one person ends; a comma may stand inside a name, a semicolon not."""
    parts = text.split(";")
    *addresses, last = re.split(r",(?=[^,]*$)", parts[-1]) if _BARE.search(parts[-1]) else [parts[-1]]
    return [*parts[:-1], *addresses, last]


def _unangled(text: str) -> list[tuple[str, str]]:
    """Return the people in a text without angle brackets: addresses, or one name."""
    addresses = _BARE.findall(text)
    if addresses:
        return [("", address.strip(".")) for address in addresses]
    return [(name, "")] if (name := _name(text)) and not name.startswith("on behalf") else []


def _person(name: str, address: str) -> tuple[str, str]:
    name = _name(name)
    return ("" if name.lower() == address.lower() else name), address


def _name(text: str) -> str:
    name = text.strip(" \t,;:")
    while len(name) > 1 and (name[0], name[-1]) in _PAIRS:
        name = name[1:-1].strip()
    return name.strip('"„”“') if name.count('"') == 1 else name
