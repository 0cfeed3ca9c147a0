"""Who really sent a mail: SPF (RFC 7208), DKIM (RFC 6376), and DMARC alignment (RFC 7489).

The answer is a dict of words, empty when nothing can be said:
`spf`, `dkim`, `dmarc` (pass, fail, none, softfail, neutral, temperror, permerror, policy),
`domain` (the author's domain when it is proven by an aligned pass) and `policy` (what the domain
asks for: none, quarantine, reject).
"""

import ipaddress
import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import dkim
import idna
import spf
from publicsuffix2 import PublicSuffixList  # type: ignore[import-untyped]

from odzew.channels.email import addresses, mime, results, zone
from odzew.channels.email.zone import Ask, Unanswered

SECONDS = 12.0  # for all questions about one mail
SIGNATURES = 5  # looked at; more are somebody's joke on our processor
Fields = Sequence[tuple[str, bytes]]
_silent = logging.getLogger(f"{__name__}.dkim")
_silent.setLevel(logging.CRITICAL)  # what it would tell stands in the result


def prove(
    content: bytes, envelope: Mapping[str, Any], trusted: Iterable[str] = (), ask: Ask | None = None
) -> dict[str, str]:
    """Return what can be said about a mail that came by the SMTP door.

    `envelope` is what the door wrote: peer, helo, from. Of a peer on this machine or in the own
    network nothing can be said but what a trusted server has written into the header.
    """
    if not is_foreign(str(envelope.get("peer", ""))):
        return from_results(mime.split(content).headers, trusted) if list(trusted) else {}
    return verify(
        content, str(envelope["peer"]), str(envelope.get("helo", "")), str(envelope.get("from", "")), ask
    )


def verify(content: bytes, peer: str, helo: str, mail_from: str, ask: Ask | None = None) -> dict[str, str]:
    """Return SPF, DKIM and DMARC of a mail, asking the DNS for no longer than `SECONDS`."""
    ask = ask or zone.within(SECONDS)
    fields = mime.split(content).headers
    spf_said, spf_domain = check_spf(peer, helo, mail_from, ask)
    signatures = check_dkim(content, fields, ask)
    found = {"spf": spf_said, "dkim": _best([said for said, _domain in signatures])}
    passed = [domain for said, domain in signatures if said == "pass"]
    author = author_domain(fields)
    return found | check_dmarc(author, spf_domain if spf_said == "pass" else "", passed, found, ask)


def from_results(fields: Fields, trusted: Iterable[str]) -> dict[str, str]:
    """Return what a trusted server found, empty when we trust none."""
    names = [name for name in trusted if name.strip()]
    findings = results.trusted_findings(fields, names)
    if names and not findings:
        return {"dmarc": "none"}  # it could have said something, so nothing is proven
    said = {
        method: _best([f.result for f in findings if f.method == method])
        for method in dict.fromkeys(f.method for f in findings)
    }
    author = author_domain(fields)
    checked = {f.properties.get("header.from", author) for f in findings if f.method == "dmarc"}
    if said.get("dmarc") == "pass" and (not author or checked != {author}):
        said["dmarc"] = "permerror"  # it read another author than we do
    if said.get("dmarc") == "pass" or (said.get("dmarc", "none") == "none" and _vouches(findings, author)):
        said["domain"] = author
    return said


def _vouches(findings: Iterable[results.Finding], author: str) -> bool:
    """Return whether a check passed for the author's own domain, which asks for no policy."""
    passed = [f.properties for f in findings if f.result == "pass" and f.method in ("spf", "dkim")]
    named = [p.get("header.d") or p.get("header.i") or p.get("smtp.mailfrom") or "" for p in passed]
    domains = [_ascii(name.rpartition("@")[2]) for name in named]
    return bool(author) and any(_is_aligned(author, domain, "r") for domain in domains if domain)


def author_domain(fields: Fields) -> str:
    """Return the domain of the author, as ASCII; empty when there is not exactly one (RFC 7489 §6.6.1)."""
    values = [value for name, value in fields if name == "from"]
    found = addresses.read(values[0]) if len(values) == 1 else []
    return _ascii(found[0].email.rpartition("@")[2]) if len(found) == 1 else ""


def is_foreign(peer: str) -> bool:
    """Return whether an address is out in the world, so that it can prove or disprove anything."""
    try:
        return ipaddress.ip_address(peer.partition("%")[0]).is_global
    except ValueError:
        return False


def check_spf(peer: str, helo: str, mail_from: str, ask: Ask) -> tuple[str, str]:
    """Return what SPF says of the envelope sender, or of HELO for an empty one, and the domain asked."""
    domain = _ascii((mail_from or helo).rpartition("@")[2])
    if "." not in domain:
        return "none", ""
    try:
        local = mail_from.rpartition("@")[0] or "postmaster"
        said, _code, _why = _Spf(ask, i=peer, s=f"{local}@{domain}", h=_ascii(helo) or domain).check()
    except Unanswered:
        return "temperror", domain
    except Exception:
        # A foreign library on a stranger's record: whatever it stumbles at is no proof.
        return "permerror", domain
    return str(said), domain


class _Spf(spf.query):  # type: ignore[misc]
    """pyspf with our own way to ask."""

    def __init__(self, ask: Ask, **about: str) -> None:
        super().__init__(**about, strict=True)
        self.ask = ask

    def dns(self, name: object, qtype: str, cnames: object = None, ignore_void: bool = False) -> list[Any]:
        asked = str(name).rstrip(".").lower()
        if qtype == "SPF" or not all(0 < len(label) < 64 for label in asked.split(".")):
            return []
        if (asked, qtype) not in self.cache:
            self.cache[asked, qtype] = self._found(asked, qtype)
        found: list[Any] = self.cache[asked, qtype]
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError(f"Void lookup limit of {spf.MAX_VOID_LOOKUPS} exceeded")
        return list(found)

    def _found(self, name: str, kind: str) -> list[Any]:
        try:
            found = self.ask(name, kind)
        except Unanswered as error:
            raise spf.TempError(str(error)) from error
        return [(each,) for each in found] if kind == "TXT" else found


def check_dkim(content: bytes, fields: Fields, ask: Ask) -> list[tuple[str, str]]:
    """Return result and domain of each signature, the first few of them.

    `fields` is the header as the desk reads it: what a signature proves must be what people see.
    """
    author = [_flat(value) for name, value in fields if name == "from"]

    def key(name: bytes, timeout: float = 0) -> bytes | None:
        found = ask(name.decode("ascii", "replace").rstrip("."), "TXT")
        return next((each for each in found if b"p=" in each), None)

    try:
        mail = dkim.DKIM(content, logger=_silent)
        count = sum(1 for name, _value in mail.headers if name.lower() == b"dkim-signature")
    except Exception:
        return []  # not even its header can be read the way a signer writes it
    return [_signature(mail, index, key, author) for index in range(min(count, SIGNATURES))]


def _signature(mail: Any, index: int, key: Any, author: list[bytes]) -> tuple[str, str]:
    mail.signature_fields, mail.domain = {}, b""
    try:
        good = mail.verify(index, dnsfunc=key)
    except Unanswered:
        return "temperror", _signer(mail)
    except dkim.NaClNotFoundError:
        return "neutral", _signer(mail)
    except dkim.ValidationError:
        return "fail", _signer(mail)
    except Exception:
        # A foreign library on a stranger's header: whatever it stumbles at is no proof.
        return "permerror", _signer(mail)
    if good and not _covers(mail, author):
        return "policy", _signer(mail)
    return ("pass" if good else "fail"), _signer(mail)


def _covers(mail: Any, author: list[bytes]) -> bool:
    """Return whether the signature is over the author we show, and over the whole body.

    With `l=` anybody may have written on below what was signed (RFC 6376 §8.2).
    """
    signed = [_flat(value) for name, value in mail.headers if name.lower() == b"from"]
    return signed == author and b"from" in mail.include_headers and b"l" not in mail.signature_fields


def _flat(value: bytes) -> bytes:
    return b" ".join(value.split())


def _signer(mail: Any) -> str:
    return _ascii((mail.domain or b"").decode("utf-8", "replace"))


def check_dmarc(
    author: str, spf_domain: str, dkim_domains: Sequence[str], found: Mapping[str, str], ask: Ask
) -> dict[str, str]:
    """Return what DMARC says, given the domains that SPF and DKIM have passed for."""
    if not author:
        return {"dmarc": "permerror"}
    try:
        record = _record(author, ask)
    except Unanswered:
        return {"dmarc": "temperror"}
    proven = (spf_domain and _is_aligned(author, spf_domain, record.get("aspf", "r"))) or any(
        _is_aligned(author, domain, record.get("adkim", "r")) for domain in dkim_domains
    )
    said = {"domain": author} if proven else {}
    if not record:
        return {"dmarc": "none", **said}
    unsure = "temperror" in (found["spf"], found["dkim"])
    result = "pass" if proven else "temperror" if unsure else "fail"
    return {"dmarc": result, "policy": _policy(record, author), **said}


def organization(domain: str) -> str:
    """Return the domain somebody registered (RFC 7489 §3.2), by the public suffix list."""
    registered = str(_suffixes().get_public_suffix(domain) or domain)
    # Of a top level it does not know, the library returns that alone, and all its domains were one.
    return registered if "." in registered else ".".join(domain.split(".")[-2:])


def _record(author: str, ask: Ask) -> dict[str, str]:
    for domain in dict.fromkeys([author, organization(author)]):
        texts = [text.decode("utf-8", "replace") for text in ask(f"_dmarc.{domain}", "TXT")]
        found = [text for text in texts if text.split(";")[0].replace(" ", "").lower() == "v=dmarc1"]
        if len(found) == 1:
            pairs = (tag.partition("=") for tag in found[0].split(";"))
            return {name.strip().lower(): value.strip().lower() for name, _, value in pairs} | {"at": domain}
    return {}


def _policy(record: Mapping[str, str], author: str) -> str:
    inherited = record["at"] != author
    asked = record.get("sp", record.get("p", "")) if inherited else record.get("p", "")
    return asked if asked in ("none", "quarantine", "reject") else "none"


def _is_aligned(author: str, domain: str, mode: str) -> bool:
    return author == domain if mode == "s" else organization(author) == organization(domain)


def _best(said: Sequence[str]) -> str:
    """Return the result that counts when there are several; one that passes is enough."""
    order = ("pass", "temperror", "fail", "policy", "softfail", "neutral", "permerror")
    return next((result for result in order if result in said), "none")


def _ascii(domain: str) -> str:
    domain = domain.strip().strip(".").lower()
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return ""


@cache
def _suffixes() -> PublicSuffixList:
    # The list of authheaders is newer than that of publicsuffix2 itself.
    with (files("authheaders") / "public_suffix_list.txt").open(encoding="utf-8") as lines:
        return PublicSuffixList(lines)
