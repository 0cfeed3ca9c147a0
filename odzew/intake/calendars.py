"""Calendars that people name are fetched and read now and then; what looks like an absence is proposed."""

import logging
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import httpx
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from odzew.intake.reader import Reader
from odzew.lib import outward
from odzew.lib.plain import plain
from odzew.lib.sealing import CannotOpen
from odzew.staff import proposals
from odzew.staff.calendars import Source

log = logging.getLogger(__name__)
EVERY = timedelta(hours=1)
AHEAD = timedelta(days=365)
LONGEST = 10 * 2**20  # bytes; a calendar of many years
SECONDS = 20.0
TAKES = {"Accept": "text/calendar"}
Fetch = Callable[[str], bytes]


class CannotRead(Exception):
    """A calendar could not be fetched or read; the text says what to do."""


def step(now: datetime, fetch: "Fetch | None" = None) -> int:
    """Read the calendars that are due, each by one worker, and return how many there were."""
    due = list(Source.objects.due(now).select_related("person"))
    return sum(_one(source, now, fetch or fetched) for source in due)


def _one(source: Source, now: datetime, fetch: Fetch) -> bool:
    # Claimed before it is asked for: whatever becomes of us, it is asked for again in an hour.
    claimed = Source.objects.filter(pk=source.pk, next_at=source.next_at).update(next_at=now + EVERY)
    if not claimed:
        return False
    with translation.override(source.person.language or settings.LANGUAGE_CODE):
        try:
            found = _found(source, fetch, now)
            proposals.compare(source.person, found, now)
            told = {"error": "", "read_at": now}
        except CannotRead as error:
            # Why it could not be read may quote what a stranger's server said: nobody is shown that.
            log.warning("The calendar of person %d: %s (%s)", source.person_id, error, error.__cause__)
            told = {"error": plain(str(error), 500)}
    # Not if it was changed meanwhile: then what was found is of another one.
    Source.objects.filter(pk=source.pk, sealed=source.sealed).update(**told)
    return True


def _found(source: Source, fetch: Fetch, now: datetime) -> list[proposals.Read]:
    try:
        address = source.address
    except CannotOpen:
        raise CannotRead(_("The key of this desk has changed: enter the address once more.")) from None
    return read(fetch(address), source.words, source.person.timezone, now)


def fetched(address: str) -> bytes:
    """Return what stands at an address out in the world.

    :raises CannotRead: when it is none we call, or nobody answers with a calendar
    """
    try:
        way = outward.way(address)  # anybody of the desk typed it: never into our own network
        answer = outward.get(way, TAKES, ssl.create_default_context(), seconds=SECONDS, longest=LONGEST)
    except outward.NotOutside as error:
        said = _("This address is none the desk calls: %(error)s")
        raise CannotRead(said % {"error": error}) from error
    except httpx.HTTPError as error:
        said = _("The calendar cannot be fetched: %(error)s")
        raise CannotRead(said % {"error": str(error) or type(error).__name__}) from error
    if answer.status != httpx.codes.OK:
        said = _("The calendar cannot be fetched: its server answered %(status)d.")
        raise CannotRead(said % {"status": answer.status})
    return answer.content


def read(raw: bytes, words: Sequence[str], zone: str, now: datetime) -> list[proposals.Read]:
    """Return the absences of a calendar from now on, for somebody in a zone.

    :raises CannotRead: when it is no calendar, or takes more time or memory than it may
    """
    detail = {"words": list(words), "since": now.isoformat(), "until": (now + AHEAD).isoformat()}
    reader = Reader(settings.PARSE_SECONDS, settings.PARSE_MEGABYTES)
    try:
        said = reader.look(("", raw, detail, "calendar"))
        if isinstance(said, str):
            raise CannotRead(_("What is at this address cannot be read as a calendar.")) from ValueError(said)
        return [_read(one, zone) for one in said[0]]
    except (KeyError, TypeError, ValueError) as error:  # the reader may be a stranger's by now
        raise CannotRead(_("What is at this address cannot be read as a calendar.")) from error
    finally:
        reader.stop()


def _read(one: dict[str, str], zone: str) -> proposals.Read:
    return proposals.Read(
        key=str(one["key"]),
        title=str(one["title"]),
        begins_at=proposals.moment(one["begins"], zone),
        ends_at=proposals.moment(one["ends"], zone),
    )
