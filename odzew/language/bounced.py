"""One recipient of a delivery report: its address, status and what became of the mail."""

import re
from dataclasses import dataclass

_ATOM = r"[\w.!#$%&'*+/=?^`{|}~-]"
ADDRESS = re.compile(rf"(?<!{_ATOM}){_ATOM}++@(?:\[[\d.]+\]|[\w-]+(?:\.[\w-]+)*)")
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")


@dataclass(frozen=True, slots=True)
class BouncedRecipient:
    """One recipient of a report; ``action``: failed, delayed, delivered, relayed or expanded."""

    email: str
    status: str
    action: str
    permanent: bool
    diagnostic: str


def made(email: str, status: str, action: str, diagnostic: str) -> BouncedRecipient:
    """Return a recipient; a failure is permanent unless its status says the cause may pass."""
    permanent = action == "failed" and not status.startswith("4")
    return BouncedRecipient(email, status, action, permanent, diagnostic[:1_000])


def recipient(value: str) -> str:
    """Return the address of a recipient field such as 'rfc822; jan@example.pl', '' when there is none."""
    kind, _, rest = value.rpartition(";")
    address = re.sub(r"\s*\((?:[^()]*)\)\s*$", "", rest).strip().strip("<>\"' ")
    if kind.strip().lower() == "utf-8":
        address = re.sub(r"\\x\{([0-9A-Fa-f]{2,6})\}", lambda sign: _sign(sign[1]), address)
    found = ADDRESS.search(address) or re.match(r"[^\s<>@]+@[^\s<>@]+", address)
    return found[0].rstrip(".") if found else ""


def _sign(digits: str) -> str:
    """Return the character of a code point (RFC 6533 §3)."""
    number = int(digits, 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"


def status(text: str) -> str:
    """Return the first enhanced status code of a text (RFC 3463), '' when it has none."""
    found = _STATUS.search(text)
    return found[0] if found else ""


def unique(found: list[BouncedRecipient]) -> list[BouncedRecipient]:
    """Return each address once, a failure before anything milder."""
    out: dict[str, BouncedRecipient] = {}
    for one in found:
        known = out.get(one.email.lower())
        if known is None or (known.action != "failed" and one.action == "failed"):
            out[one.email.lower()] = one
    return list(out.values())
