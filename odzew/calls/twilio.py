"""What Twilio tells of a call, and how it proves itself (Twilio docs: "Secure webhooks", "TwiML for Voice").

A caller's line is taken by Twilio itself at once, and the leg on which one of ours is rung by his carrier's
mailbox: neither says anything of a person. That one of ours answered is told by the key he presses.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from odzew.calls.events import Direction, Event, Recording, Told, What
from odzew.lib.payloads import Headers, Unreadable, prove

Params = Mapping[str, str]
ENDS = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
LONGEST = 64  # characters of an identifier of Twilio's, which has 34


class Step(StrEnum):
    """What Twilio asks about, or tells: the last word of the address."""

    CALL = "call"  # somebody rings: what to do?
    LEG = "leg"  # the telephone of one of ours was taken, by him or by a machine: what to do?
    TAKEN = "taken"  # he has pressed a key there
    DIALLED = "dialled"  # ringing ours has ended: what to do?
    MESSAGE = "message"  # she has left one: what to do?
    RECORDED = "recorded"  # it can be fetched
    STATUS = "status"  # of the whole call, ours too


def check(headers: Headers, url: str, params: Mapping[str, list[str]], token: str) -> None:
    """Make sure that Twilio has sent this: HMAC-SHA1 over the address and the sorted fields, in Base64.

    Nothing in it tells when it was signed; sent again, it carries the identifiers of what is known already.

    :raises Forged: when it has not
    """
    fields = (f"{key}{value}" for key in sorted(params) for value in sorted(set(params[key])))
    said = url + "".join(fields)
    prove(headers.get("x-twilio-signature", ""), token.encode(), said.encode(), "sha1")


def told(step: Step, params: Params, now: datetime) -> list[Told]:
    """Return what is told; moments Twilio does not name are now.

    :raises Unreadable: when it names no call
    """
    match step:
        case Step.CALL:
            return [_told(params, "CallSid", _event("call", What.RINGING, now))]
        case Step.LEG | Step.DIALLED:
            return []  # nothing of it is sure
        case Step.TAKEN:
            return _taken(params, now)
        case Step.MESSAGE | Step.RECORDED:
            return _left(params, now)
        case Step.STATUS:
            return _status(params, now)


def reached(params: Params) -> bool:
    """Return whether one of ours, who was rung, has pressed a key: no machine does."""
    return bool(params.get("Digits"))


def _taken(params: Params, now: datetime) -> list[Told]:
    if not reached(params):
        return []
    event = _event(f"leg-{_key(params, 'CallSid')}", What.ANSWERED, now, agent=params.get("To", ""))
    return [_told(params, "ParentCallSid", event)]


def _left(params: Params, now: datetime) -> list[Told]:
    url = params.get("RecordingUrl", "")
    if not url.startswith("https://") or not _seconds(params, "RecordingDuration"):
        return []
    recording = Recording(key=_key(params, "RecordingSid"), url=f"{url[:1900]}.mp3")
    event = _event(f"left-{recording.key}", What.VOICEMAIL, now)
    return [_told(params, "CallSid", event, recording)]


def _status(params: Params, now: datetime) -> list[Told]:
    status, ours = params.get("CallStatus", ""), _is_ours(params)
    by_a_machine = params.get("AnsweredBy", "").startswith(("machine", "fax"))
    what = What.ENDED if status in ENDS else None
    if ours and status in ("queued", "initiated", "ringing"):
        what = What.RINGING
    elif ours and status in ("in-progress", "answered") and not by_a_machine:
        what = What.ANSWERED
    if what is None:
        return []
    event = _event(f"status-{status}", what, _moment(params, now), turn=_seconds(params, "SequenceNumber"))
    return [_told(params, "CallSid", event)]


def _event(name: str, what: What, at: datetime, *, turn: int = 0, agent: str = "") -> Event:
    return Event(id=name, what=what, at=at, turn=turn, agent=agent)


def _told(params: Params, key: str, event: Event, recording: Recording | None = None) -> Told:
    ours = _is_ours(params)
    # On the leg of one of ours `From` is the caller, or our own number; the call is known by then.
    return Told(
        call=_key(params, key),
        event=event,
        direction=Direction.OUTBOUND if ours and key == "CallSid" else Direction.INBOUND,
        number=params.get("To" if ours and key == "CallSid" else "From", "")[:LONGEST],
        name=params.get("CallerName", ""),
        recording=recording,
    )


def _is_ours(params: Params) -> bool:
    return params.get("Direction", "").startswith("outbound")


def _key(params: Params, name: str) -> str:
    key = params.get(name, "")
    if not 0 < len(key) <= LONGEST or not key.isalnum():
        raise Unreadable(f"{name} is missing.")
    return key


def _moment(params: Params, now: datetime) -> datetime:
    """Return the moment Twilio names (RFC 2822, in UTC), or now."""
    try:
        found = parsedate_to_datetime(params.get("Timestamp", ""))
    except ValueError:
        return now
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _seconds(params: Params, name: str) -> int:
    said = params.get(name, "")
    return min(int(said), 1_000_000) if said.isascii() and said.isdigit() else 0
