"""Questions to the DNS, within a time that ends; tests ask a zone of their own."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import dns.exception
import dns.name
import dns.resolver

from odzew.lib.clock import monotonic

ONE_ANSWER = 4.0  # seconds
SILENT, BRIEFLY = 10, 0.5  # questions in a row without any answer; seconds for each one after them
LONGEST_TEXT = 2_000  # bytes of a TXT record; a key of 8,192 bits has 1,400
# What is found under a name: TXT as bytes, A and AAAA as text, MX as (preference, name), PTR as names.
Ask = Callable[[str, str], list[Any]]


class Unanswered(Exception):
    """The DNS did not say yes or no."""


def within(seconds: float) -> Ask:
    """Return a way to ask the system's resolver that says Unanswered once the time is up."""
    end = monotonic() + seconds

    def ask(name: str, kind: str) -> list[Any]:
        left = min(end - monotonic(), ONE_ANSWER)
        if left <= 0:
            raise Unanswered(f"{kind} {name}: out of time")
        return _look_up(name, kind, left)

    return ask


def fixed(records: Mapping[tuple[str, str], list[Any]]) -> Ask:
    """Return a way to ask a zone given as `{(name, kind): records}`; a record Unanswered is raised."""

    def ask(name: str, kind: str) -> list[Any]:
        found = records.get((name.rstrip(".").lower(), kind), [])
        if Unanswered in found:
            raise Unanswered(f"{kind} {name}")
        return [each.encode() if kind == "TXT" and isinstance(each, str) else each for each in found]

    return ask


@cache
def _resolver() -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver()
    resolver.cache = dns.resolver.LRUCache(10_000)
    return resolver


class Patience:
    """How long an answer is waited for: briefly while the DNS is silent, so that it holds up no mail.

    Any answer ends it. One domain whose servers are silent does not bring it about: the answers about
    all others come in between.
    """

    def __init__(self) -> None:
        self.unanswered = 0

    def allows(self, seconds: float) -> float:
        """This function will return how many seconds of those one question may take now."""
        return min(seconds, BRIEFLY) if self.unanswered >= SILENT else seconds

    def heard(self, is_answer: bool) -> None:
        """Remember how a question ended."""
        self.unanswered = 0 if is_answer else self.unanswered + 1


_patience = Patience()


def _look_up(name: str, kind: str, seconds: float) -> list[Any]:
    try:
        answer = _resolver().resolve(name, kind, lifetime=_patience.allows(seconds), search=False)
        _patience.heard(is_answer=True)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        _patience.heard(is_answer=True)
        return []
    except dns.resolver.LifetimeTimeout as error:
        _patience.heard(is_answer=False)
        raise Unanswered(f"{kind} {name}: {error}") from error
    except (dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel, dns.name.IDNAException):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise Unanswered(f"{kind} {name}: {error}") from error
    return [_value(record, kind) for record in answer]


def _value(record: Any, kind: str) -> Any:
    if kind == "TXT":
        return b"".join(record.strings)[:LONGEST_TEXT]
    if kind == "MX":
        return (record.preference, record.exchange.to_text(omit_final_dot=True))
    if kind == "PTR":
        return record.target.to_text(omit_final_dot=True)
    return record.address
