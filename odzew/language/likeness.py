"""By what one person is known again: marks that are equal where a phone, a name or an order is the same.

A mark is a short text, "phone:601234567": whoever keeps them in an index finds all who share one
without comparing everybody with everybody.
"""

import re
from collections.abc import Iterator

from odzew.language.fold import fold, words

_PHONE = re.compile(r"(?<![\w@.])\+?\(?\d[\d ().\-/\xa0]{7,22}\d(?!\w)")
_DATE = re.compile(r"\b(?:19|20)\d\d[-./](?:0\d|1[0-2])[-./]|\b[0-3]?\d[-./](?:0\d|1[0-2])[-./](?:19|20)\d\d")
_DIGIT = re.compile(r"\d\d(?:\d\d|[ -]\d\d|\d[ ).-])")  # of one beginning, which is found fast
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_ORDER = re.compile(
    r"(?:order|zam(?:\.|[oó]wieni\w{0,3})|замовленн\w|заказ\w{0,3})[^\w\n]{0,3}(?:(?:nr|no|number|numer|номер|№|#)[^\w\n]{0,3}){0,2}"
    r"([A-Z]{0,4}[-/]?\d[\d/-]{3,14}\d)",
    re.IGNORECASE,
)
# Country codes and the 0 or 8 before a number within a country stand before its last nine digits.
_SIGNIFICANT = 9
_DIGITS = range(9, 16)
_SHORTEST_NAME = 2  # words: half of Poland is called Anna

_SOUNDS = str.maketrans(
    dict(zip("абвгґджзийклмнопрстуфхцчшщыэе", "abvhhdzziiklmnoprstufhhhssyee", strict=True))
)
_SOUNDS |= str.maketrans({"ё": "e", "є": "e", "і": "i", "ї": "i", "ю": "u", "я": "a", "ь": "", "ъ": ""})
_CLUSTERS = re.compile(r"shch|szcz|chtch|sch|sh|sz|zh|tch|ch|cz|kh|ts|tz|ph|x|q")
_CLUSTER = {"shch": "s", "szcz": "s", "chtch": "s", "sch": "s", "sh": "s", "sz": "s", "zh": "z"}
_CLUSTER |= {
    "tch": "h",
    "ch": "h",
    "cz": "h",
    "kh": "h",
    "ts": "h",
    "tz": "h",
    "ph": "f",
    "x": "ks",
    "q": "k",
}
_LIKE = str.maketrans("wgcj", "vhhi")
_VOWELS = str.maketrans("", "", "aeiouy")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_TWICE = re.compile(r"(.)\1+")


def of_text(text: str) -> Iterator[str]:
    """Yield the marks a text holds: phone numbers, mail addresses, order numbers."""
    if "@" in text:
        yield from (f"mail:{found[0].lower()}" for found in _MAIL.finditer(text))
    if _DIGIT.search(text):  # most letters hold none of these, and each is one of thousands
        yield from (f"phone:{number}" for found in _PHONE.finditer(text) if (number := phone(found[0])))
        yield from (f"order:{found[1].upper()}" for found in _ORDER.finditer(text))


def of_name(name: str) -> Iterator[str]:
    """Yield the marks of a name: as it is written, and as it sounds in either script."""
    parts = sorted(folded for word in words(name) if len(folded := fold(word)) > 1)
    if len(parts) >= _SHORTEST_NAME:
        yield f"name:{' '.join(parts)}"
        script = "c" if is_cyrillic(name) else "l"
        yield f"sound-{script}:{' '.join(sorted(sound(part) for part in parts))}"


def other_script(mark: str) -> str:
    """Return what the same name is marked with when it is written in the other script; else the mark."""
    kind, _, value = mark.partition(":")
    return {"sound-c": f"sound-l:{value}", "sound-l": f"sound-c:{value}"}.get(kind, mark)


def is_cyrillic(text: str) -> bool:
    """Return whether a text is written in Cyrillic letters."""
    return _CYRILLIC.search(text) is not None


def phone(text: str) -> str:
    """Return the digits by which a phone number is the same however it is written; empty when it is none."""
    if _DATE.search(text):
        return ""
    digits = re.sub(r"\D", "", text)
    return digits[-_SIGNIFICANT:] if len(digits) in _DIGITS else ""


def sound(word: str) -> str:
    """Return a word by its consonants, whichever way it was brought from one script into the other."""
    plain = _CLUSTERS.sub(lambda found: _CLUSTER[found[0]], fold(word).translate(_SOUNDS)).translate(_LIKE)
    bare = _TWICE.sub(r"\1", plain.translate(_VOWELS))
    return ("_" if plain[:1] in "aeiouy" else "") + bare
