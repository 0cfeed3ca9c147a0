"""A mail address with a slip that is often made: asked about, never refused."""

USUAL = (
    "gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "proton.me",
    "wp.pl", "onet.pl", "interia.pl", "o2.pl", "gazeta.pl", "poczta.onet.pl",
    "ukr.net", "i.ua", "meta.ua", "mail.ru", "yandex.ru", "yandex.com", "rambler.ru",
)  # fmt: skip
SHORTEST = 7  # signs; between shorter ones one slip is as near to another firm as to the right one


def likely(address: str) -> str:
    """Return the address that was perhaps meant, empty when nothing suggests another one."""
    local, _at, domain = address.rpartition("@")
    domain = domain.lower()
    if domain in USUAL or len(domain) < SHORTEST - 1:
        return ""
    near = next((usual for usual in USUAL if len(usual) >= SHORTEST and _one_slip(domain, usual)), "")
    return f"{local}@{near}" if near else ""


def _one_slip(said: str, meant: str) -> bool:
    """Return whether one sign was left out, added, changed, or two neighbours were swapped."""
    start = next(
        (i for i, (a, b) in enumerate(zip(said, meant, strict=False)) if a != b), min(len(said), len(meant))
    )
    left, right = said[start:], meant[start:]
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right or left == right[1:] or left[1:] == right[1:]
