"""Which character set bytes are in when nobody says: the one whose letters come out most ordinary."""

import re
from collections import Counter

_HIGH = re.compile(rb"[\x80-\xff]+")

# The order breaks ties: the languages of this desk first.
_CANDIDATES = (
    ("cp1251", "cyrillic"),
    ("koi8_u", "cyrillic"),
    ("cp1250", "latin"),
    ("iso8859-2", "latin"),
    ("cp1252", "latin"),
    ("cp866", "cyrillic"),
    ("iso8859-5", "cyrillic"),
    ("gb18030", "wide"),
    ("cp932", "wide"),
    ("euc_jp", "wide"),
    ("cp949", "wide"),
    ("big5hkscs", "wide"),
)
# How often the letters of Russian and Ukrainian come, in three classes.
_CYRILLIC = {
    **dict.fromkeys("оеаинтсрвлкі", 1.0),
    **dict.fromkeys("мдпуяьыгзбчйїє", 0.7),
    **dict.fromkeys("хжюшцщэфъёґў", 0.2),
}
_EAST = ("ąćęłńóśźż", "áčďéěíňóřšťúůýžäľô", "áéíóöőúüű", "ăâîșşțţ", "čćđšž", "äöüß")
_WEST = ("äöüß", "àâæçéèêëîïôœùûü", "áéíóúñü¿¡", "áâãàçéêíóôõú", "àèéìòù", "åäöæøé")
_LATIN = {"cp1250": _EAST, "iso8859-2": _EAST, "cp1252": _WEST}
# Where the common characters of a charset stand (first bytes), and how much a match is worth.
_EVERYDAY = {"gb18030": (0xB0, 0xD7, 0.95), "big5hkscs": (0xA4, 0xC6, 0.85), "cp949": (0xB0, 0xC8, 1.0)}
_NEUTRAL = frozenset("„“”’‘–—…«»°§€№©®™·•²½\xa0")
_EAST_WORDS = re.compile(
    rb"\b(?:i|w|nie|jest|prosz|dzie|dobry|mam|gdzie|moja|moje|od|po|za|se|jsem|den|prosim|je|az|nem|hogy|sunt|este)\b"
)
_WEST_WORDS = re.compile(
    rb"\b(?:le|la|les|des|est|et|pour|que|je|vous|une|ma|mon|pas|el|los|por|mi|para|con|una|un|der|die|das|und|ich|il|per|non|da|em|uma|och|att|ikke)\b"
)


def codec(data: bytes) -> str:
    """Return the codec whose text is the most ordinary."""
    sample = _sample(data)
    scores = [
        (score, -order, name)
        for order, (name, kind) in enumerate(_CANDIDATES)
        if (score := _score(sample, name, kind)) > 0
    ]
    return max(scores)[2] if scores else "cp1252"


def _sample(data: bytes) -> bytes:
    """Return the words with high bytes of a long text, all of a short one."""
    if len(data) <= 2_000:
        return data
    return b" ".join(word[:200] for word in data[:100_000].split() if not word.isascii())[:8_000]


def _score(sample: bytes, name: str, kind: str) -> float:
    """Return how ordinary the sample is in that codec, 0 when impossible."""
    try:
        text = sample.decode(name)
    except (UnicodeError, ValueError):
        if kind == "wide" or sum(len(h) for h in _HIGH.findall(sample)) < 20:
            return 0.0
        text = sample.decode(name, "ignore")
    high = [sign for sign in text if sign > "\x7f"]
    if not high:
        return 0.0
    if kind == "wide":
        return _wide(text, high, name)
    return (_cyrillic if kind == "cyrillic" else _latin)(text, high, name)


def _cyrillic(text: str, high: list[str], _name: str) -> float:
    """Return how much the text looks like Russian or Ukrainian: common letters, no capital inside a word."""
    counts = Counter(high)
    common = sum(_CYRILLIC.get(sign.lower(), 0.0) * number for sign, number in counts.items())
    wrong = len(
        re.findall(r"[а-яёєіїґ][А-ЯЁЄІЇҐ]|[a-zA-Z][а-яёєіїґА-ЯЁЄІЇҐ]|[а-яёєіїґА-ЯЁЄІЇҐ][a-zA-Z]", text)
    )
    strange = sum(n for sign, n in counts.items() if not sign.isalpha() and sign not in _NEUTRAL)
    upper = sum(number for sign, number in counts.items() if sign.isupper())
    run = 0.3 if re.search(r"[а-яёєіїґ]{3}", text, re.IGNORECASE) else 0.0
    return (common - 2 * wrong - 1.5 * strange - 0.02 * upper) / len(high) + run


def _latin(text: str, high: list[str], name: str) -> float:
    """Return how well the high letters fit one language; in Latin letters they are the exception."""
    counts = Counter(sign.lower() for sign in high)
    neutral = sum(number for sign, number in counts.items() if sign in _NEUTRAL)
    fits = max(sum(number for sign, number in counts.items() if sign in letters) for letters in _LATIN[name])
    wrong = len(re.findall(r"[a-z][A-ZĄĆĘŁŃÓŚŹŻÀ-ÖØ-Þ]|[^\x00-\x7f\W][A-Z][a-z]", text))
    runs = sum(len(run) - 1 for run in re.findall(r"[^\x00-\x7f\W]{2,}", text))
    strange = len(high) - fits - neutral
    return (fits + 0.8 * neutral - wrong - strange - runs) / len(high) + _company(text, name)


def _company(text: str, name: str) -> float:
    """Return what the everyday words around say for or against the east of Europe."""
    plain = text.lower().encode("ascii", "replace")
    east, west = len(_EAST_WORDS.findall(plain)), len(_WEST_WORDS.findall(plain))
    if east == west:
        return 0.0
    return 0.2 if (east > west) == (name != "cp1252") else 0.0


def _wide(text: str, high: list[str], name: str) -> float:
    """Return how much the text looks like Chinese, Japanese or Korean in everyday characters."""
    if len(high) < 2:
        return 0.0
    raw = "".join(high).encode(name, "ignore")
    han = sum(1 for sign in high if "\u4e00" <= sign <= "\u9fff")
    kana = sum(1 for sign in high if "\u3041" <= sign <= "\u30fe")
    marks = sum(1 for sign in high if sign in "，。、！？：；（）《》「」【】　・ー～")
    mixed = len(re.findall(r"[a-zA-Z][^\x00-\x7f\W]|[^\x00-\x7f\W][a-zA-Z]", text[:2_000]))
    if name in ("cp932", "euc_jp"):
        good = kana * 1.2 + han * 0.6 + marks
    else:
        low, top, worth = _EVERYDAY[name]
        everyday = sum(
            1 for lead, trail in zip(raw[::2], raw[1::2], strict=False) if low <= lead <= top and trail > 0xA0
        )
        good = (everyday if name == "cp949" else min(everyday, han)) * worth + marks * worth
    return (good - 0.5 * mixed) / len(high)
