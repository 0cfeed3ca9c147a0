"""What looks like spam is held, never thrown away; no service of somebody else is asked."""

import logging
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network

from django.core.cache import cache
from django.db import Error
from django.http import HttpRequest
from django.utils.translation import gettext_noop

from odzew.portal.stamp import Stamp

log = logging.getLogger(__name__)
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
    """Return whose the request is; empty when only a proxy in between is known."""
    return whose(str(request.META.get("REMOTE_ADDR", "")))


def whose(told: str) -> str:
    """Return whose an address is, as far as one can count; empty when only a proxy in between is known.

    A proxy that ODZEW_BEHIND_PROXY does not declare is seen as one peer for all customers: then
    counting by peer would hold them all. Of IPv6 one line is given a /64 at least (RFC 6177), and its
    holder may take each of the addresses in it.
    """
    try:
        address = ip_address(told)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if not address.is_global:
        return ""
    return str(address) if address.version == 4 else str(ip_network(f"{address}/64", strict=False))


def is_too_much(request: HttpRequest, now: datetime) -> bool:
    """Count an attempt, and return whether its peer has made so many in this hour that none is taken."""
    who = peer(request)
    return bool(who) and counted("tried", who, now) > PEER_AT_MOST


def why_held(request: HttpRequest, stamp: Stamp, address: str, now: datetime) -> str:
    """Count a sending, and return why it is held; empty when it is not."""
    who = peer(request)
    by_address, by_peer = counted("address", address.lower(), now), counted("peer", who, now) if who else 0
    if request.POST.get(TRAP):
        return FILLED_TRAP
    if stamp.is_hasty(now):
        return TOO_FAST
    if by_address > PER_ADDRESS:
        return OFTEN_ADDRESS
    return OFTEN_PEER if by_peer > PER_PEER else ""


def counted(what: str, who: str, now: datetime) -> int:
    """Count one more of something in this hour, and return how many that makes."""
    sign = who.encode().hex()[:160]  # a key of a cache holds no spaces
    key = f"form-{what}-{int(now.timestamp()) // AN_HOUR}-{sign}"
    try:
        cache.add(key, 0, 2 * AN_HOUR)  # longer than the hour, so that it is there to be counted up
        return cache.incr(key)
    except Error:  # a full disk: a customer is worth more than a limit
        log.exception("What web forms and chats send cannot be counted, so their limits hold nobody back.")
        return 0
