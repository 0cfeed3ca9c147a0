"""Header fields of our own mail: encoded, folded, and closed to whoever would slip a line in.

The library's own folding turns long References into encoded words and lets commas out of encoded
names (CVE-2025-1795), so the fields at the top of a mail are written here.
"""

import re
from collections.abc import Iterable
from email.charset import QP, Charset
from email.header import Header

import idna
from django.utils.translation import gettext as _

from odzew.channels.base import ChannelError

_LINE = 76  # encoded words end at 76 (RFC 2047 §2), other lines should end at 78 (RFC 5322 §2.1.1)
_LONGEST_WORD = 900  # a line must end at 998 (RFC 5322 §2.1.1)
_BREAK = re.compile(r"[\r\n\0\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPECIAL = re.compile(r'[][\\()<>@,:;".]')
_WORDS = re.compile(r"\s+\S+")
_NOT_IN_ADDRESS = re.compile(r"[\s<>,;\x00-\x1f\x7f]")
_MOSTLY_LATIN = Charset("utf-8")
_MOSTLY_LATIN.header_encoding = QP
_OTHER = Charset("utf-8")


def field(name: str, value: str) -> str:
    """Return `Name: value` with its line end, broken before blanks; nothing for an empty value."""
    if not value:
        return ""
    lines = [f"{name}:"]
    for word in _WORDS.findall(f" {value}"):
        if len(lines[-1]) + len(word) > _LINE and len(lines) + len(lines[-1]) > len(name) + 2:
            lines.append("")
        lines[-1] += word
    return "\r\n".join(lines) + "\r\n"


def plain(value: str, what: str) -> str:
    """Return the value without blanks around it.

    :raises ChannelError: when it holds a line end or a NUL; sending it would forge header fields
    """
    if _BREAK.search(value):
        said = _("The field “%(field)s” holds a line break, so the message was not sent.")
        raise ChannelError(said % {"field": what}, permanent=True)
    return value.strip()


def text(value: str, what: str) -> str:
    """Return free text as a field value, in encoded words (RFC 2047) where it needs them."""
    value = plain(value, what)
    longest = max(map(len, value.split()), default=0)
    return value if value.isascii() and "=?" not in value and longest < _LONGEST_WORD else _encoded(value)


def person(name: str, address: str, what: str) -> str:
    """Return `name <address>` for the wire."""
    name, address = plain(name, what), wire_address(address, what)
    if not name:
        return address
    if not name.isascii() or "=?" in name or len(name) > _LINE:
        return f"{_encoded(name)} <{address}>"
    if _SPECIAL.search(name):
        escaped = name.replace("\\", r"\\").replace('"', r"\"")
        return f'"{escaped}" <{address}>'
    return f"{name} <{address}>"


def people(pairs: Iterable[tuple[str, str]], what: str) -> str:
    """Return an address list for the wire."""
    return ", ".join(person(name, address, what) for name, address in pairs)


def wire_address(address: str, what: str = "To") -> str:
    """Return the address with its domain in ASCII (RFC 5891); the local part stays as it is.

    :raises ChannelError: when nothing could be delivered to it
    """
    local, at, domain = plain(address, what).rpartition("@")
    try:
        if at and local and domain and not _NOT_IN_ADDRESS.search(local + domain):
            ascii_domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
            return f"{local}@{ascii_domain}"
    except idna.IDNAError:
        pass
    raise ChannelError(_("“%(address)s” is not a mail address.") % {"address": address}, permanent=True)


def identifiers(values: Iterable[str], what: str) -> str:
    """Return message identifiers in angle brackets, blanks between them (RFC 5322 §3.6.4).

    What another program wrote with blanks or brackets inside cannot be referred to and is left out.
    """
    bare = (plain(value, what).strip("<> \t") for value in values)
    fit = (value for value in bare if value.isascii() and len(value) < _LONGEST_WORD)
    return " ".join(f"<{value}>" for value in fit if value and not re.search(r"[\s<>]", value))


def _encoded(value: str) -> str:
    """Return encoded words with blanks between them; Base64 once most letters are not Latin."""
    clean = value.encode("utf-8", "replace").decode()
    foreign = sum(1 for letter in clean if not letter.isascii())
    charset = _MOSTLY_LATIN if foreign * 3 < len(clean) else _OTHER
    return " ".join(Header(clean, charset, maxlinelen=_LINE - 1).encode(linesep="\n").split())
