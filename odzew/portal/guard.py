"""What looks like spam is held, never thrown away; no service of somebody else is asked."""

from datetime import datetime
from ipaddress import ip_address

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_noop

from odzew.portal.stamp import Stamp

TRAP = "homepage"  # a field no person sees
AN_HOUR = 3600
PER_ADDRESS = 5  # an hour; more is held
PER_PEER = 30
PEER_AT_MOST = 300  # an hour; more is told to come later, so that nobody fills the disk

FILLED_TRAP = gettext_noop("It filled in a field that people do not see.")
TOO_FAST = gettext_noop("It came back within three seconds of the page being opened.")
OFTEN_ADDRESS = gettext_noop("More than five forms within an hour name this mail address.")
OFTEN_PEER = gettext_noop("More than thirty forms within an hour came from one computer.")


def peer(request: HttpRequest) -> str:
    """Return whose the request is; empty when only a proxy in between is known.

    A proxy that ODZEW_BEHIND_PROXY does not declare is seen as one peer for all customers: then
    counting by peer would hold them all.
    """
    try:
        address = ip_address(str(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return ""
    return str(address) if address.is_global else ""


def is_too_much(request: HttpRequest, now: datetime) -> bool:
    """Count an attempt, and return whether its peer has made so many in this hour that none is taken."""
    who = peer(request)
    return bool(who) and _counted("tried", who, now) > PEER_AT_MOST


def why_held(request: HttpRequest, stamp: Stamp, address: str, now: datetime) -> str:
    """Count a sending, and return why it is held; empty when it is not."""
    who = peer(request)
    by_address, by_peer = _counted("address", address.lower(), now), _counted("peer", who, now) if who else 0
    if request.POST.get(TRAP):
        return FILLED_TRAP
    if stamp.is_hasty(now):
        return TOO_FAST
    if by_address > PER_ADDRESS:
        return OFTEN_ADDRESS
    return OFTEN_PEER if by_peer > PER_PEER else ""


def _counted(what: str, who: str, now: datetime) -> int:
    count = _count(what, who, now) + 1
    cache.set(_key(what, who, now), count, AN_HOUR)
    return count


def _count(what: str, who: str, now: datetime) -> int:
    return int(cache.get(_key(what, who, now), 0))


def _key(what: str, who: str, now: datetime) -> str:
    sign = who.encode().hex()[:160]  # a key of a cache holds no spaces
    return f"form-{what}-{int(now.timestamp()) // AN_HOUR}-{sign}"
