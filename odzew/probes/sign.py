"""The sign of a probe: proof that we sent it. A stranger cannot make one, so no mail of his is set aside."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from odzew.channels.base import Inbound
from odzew.lib import sealing
from odzew.probes.models import Probe

LASTS = timedelta(days=7)  # what comes later is a mail like others
SIGN = re.compile(r"\bprobe[ -](\d{1,18})-([a-z2-7]{26})(?![a-z0-9])", re.IGNORECASE)
TEXT = "This desk writes to itself to see whether mail comes in. Nobody has to read or answer it."


def of(probe: Probe) -> str:
    """Return the sign of a probe (HMAC-SHA256, 128 bits)."""
    return f"probe {probe.pk}-{_token(probe)}"


def message_id(probe: Probe, domain: str) -> str:
    """Return the identifier of its mail: a report that it could not be delivered names it (RFC 3464)."""
    return f"<{of(probe).replace(' ', '-')}@{domain}>"


def named(inbound: Inbound) -> int | None:
    """Return the number of the probe that a message, or a report about one, claims to be."""
    found = next(filter(None, map(SIGN.search, _places(inbound))), None)
    return int(found[1]) if found else None


def proves(probe: Probe, inbound: Inbound, now: datetime) -> bool:
    """Return whether a message is that probe, or a report about it: signed by us, and not too old."""
    signs = (found for place in _places(inbound) for found in SIGN.finditer(place))
    token = next((found[2] for found in signs if int(found[1]) == probe.pk), "")
    given = sealing.proves(token, settings.SECRET_KEY, "probe", *_parts(probe))
    return given and now - probe.wanted_at < LASTS


def is_bare(inbound: Inbound) -> bool:
    """Return whether a message holds our own words and nothing besides."""
    return inbound.text.split() == TEXT.split() and not inbound.files


def _places(inbound: Inbound) -> Iterable[str]:
    # Only a report is known by an identifier: any mail may name one it has seen.
    if inbound.bounce is not None:
        return (inbound.bounce.message_id, *inbound.references)
    return (inbound.subject,)


def _token(probe: Probe) -> str:
    return sealing.token(settings.SECRET_KEY, "probe", *_parts(probe))


def _parts(probe: Probe) -> tuple[object, ...]:
    return probe.pk, probe.account_id, int(probe.wanted_at.timestamp())
