"""Fetching what was left on a line: once, from where the line says, with limits of size and time."""

import base64
import logging
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import httpx
from django.db import transaction

from odzew.calls import door
from odzew.conversations.call import Line, Recorded
from odzew.conversations.models import Blob
from odzew.lib import outward
from odzew.lib.plain import plain
from odzew.lib.sealing import CannotOpen

log = logging.getLogger(__name__)
AT_ONCE = 5
TRIES = 8
LONGEST = 20_000_000  # bytes: an hour of speech as MP3
SECONDS = 60.0
FIRST_WAIT = timedelta(seconds=30)  # doubled with each try: the last one is an hour after the first
SOUND = {b"ID3": "audio/mpeg", b"RIFF": "audio/wav", b"OggS": "audio/ogg"}
Get = Callable[[str, Mapping[str, str]], outward.Answer]


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """It is not there, or no sound, or not yet."""

    why: str


def get(url: str, headers: Mapping[str, str]) -> outward.Answer:
    """Fetch from the world, never from the network we stand in."""
    authorities = ssl.create_default_context()
    return outward.get(outward.way(url), headers, authorities, seconds=SECONDS, longest=LONGEST)


def step(now: datetime, get: Get = get) -> int:
    """Fetch some of what waits, and return how many were tried."""
    rows = Recorded.objects.filter(state=Recorded.State.WAITING, next_try_at__lte=now)
    numbers = list(rows.order_by("next_try_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_fetch(number, now, get) for number in numbers)


def _fetch(number: int, now: datetime, get: Get) -> bool:
    row = _claimed(number, now)
    if row is None:
        return False
    try:
        content = _content(row, get)
    except (Refused, outward.NotOutside, httpx.HTTPError, OSError, CannotOpen) as fault:
        _failed(row, plain(str(getattr(fault, "why", fault)) or type(fault).__name__, 500))
        return True
    kind = _kind(content)
    with transaction.atomic():
        blob, _new = Blob.objects.get_or_create(
            sha256=sha256(content).hexdigest(), defaults={"content": content}
        )
        kept = Recorded.objects.filter(pk=row.pk)
        kept.update(state=Recorded.State.KEPT, blob=blob, content_type=kind, next_try_at=None, said="")
    return True


def _claimed(number: int, now: datetime) -> Recorded | None:
    """Take a row: of two workers one finds its next try in the future, and a crash leaves it for later."""
    with transaction.atomic():
        row = Recorded.objects.select_for_update(of=("self",)).select_related("call__line").get(pk=number)
        if row.state != Recorded.State.WAITING or (row.next_try_at and row.next_try_at > now):
            return None
        row.tries += 1
        row.next_try_at = now + FIRST_WAIT * 2 ** (row.tries - 1)
        row.save(update_fields=["tries", "next_try_at"])
    return row


def _content(row: Recorded, get: Get) -> bytes:
    answer = get(row.url, _headers(row))
    if answer.status != 200:
        raise Refused(f"HTTP {answer.status}")
    if not _kind(answer.content):
        raise Refused("no sound file")
    return answer.content


def _headers(row: Recorded) -> dict[str, str]:
    """Return how we prove ourselves: to Twilio, where the firm may ask for it, by the account's token.

    Twilio, "Recordings resource": HTTP basic authentication of media by Account SID and Auth Token.
    """
    line = row.call.line
    if line is None or line.kind != Line.Kind.TWILIO or httpx.URL(row.url).host != "api.twilio.com":
        return {}
    account = httpx.URL(row.url).path.split("/")[3]  # /2010-04-01/Accounts/{AccountSid}/Recordings/…
    proof = base64.b64encode(f"{account}:{door.secret_of(line)}".encode()).decode()
    return {"Authorization": f"Basic {proof}"}


def _kind(content: bytes) -> str:
    if content[:1] == b"\xff" and content[1:2] and content[1] & 0xE0 == 0xE0:  # a frame of MPEG audio
        return "audio/mpeg"
    return next((kind for mark, kind in SOUND.items() if content.startswith(mark)), "")


def _failed(row: Recorded, why: str) -> None:
    log.warning("A recording could not be fetched (try %d): %s", row.tries, why)
    is_last = row.tries >= TRIES
    state = Recorded.State.FAILED if is_last else Recorded.State.WAITING
    Recorded.objects.filter(pk=row.pk).update(state=state, said=why)
