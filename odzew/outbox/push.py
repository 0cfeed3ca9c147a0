"""Pushing: what waits for a browser goes out as one message, whatever it is.

A crash between sending and forgetting sends it again after a while: the browser shows it in the place of
the first, by its tag. What was read or settled meanwhile, or is not wanted any more, is not sent.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

import httpx
from django.conf import settings

from odzew.lib import outward, sealing, webpush
from odzew.lib.outward import authorities
from odzew.notices import pushing, quiet, tuning
from odzew.notices.models import Kind, Notice
from odzew.notices.pushing import Browser, Push
from odzew.notices.tuning import Tuning, Way
from odzew.outbox import push_words

log = logging.getLogger(__name__)
HELD = timedelta(minutes=2)  # by whoever sends; a push service answers within seconds
NEVER_SO_LONG = timedelta(hours=3)  # nothing is put off for longer: that is of a clock that jumped
APART = timedelta(minutes=1)  # between two pushes to a browser: what comes meanwhile goes as one
BACK_OFF = (1, 5, 15, 30, 60, 120)  # minutes
HOLDS = 12 * 3600  # seconds a push service keeps it for a browser that is off (RFC 8030 §5.2)
SECONDS = 10.0
GONE = (404, 410)  # RFC 8030 §7.3
URGENT = (Kind.SOON, Kind.LATE)


def step(at: datetime) -> int:
    """Push what waits longest, with all else for its browser, and return 1, or 0 when nothing is due."""
    first = Push.objects.filter(next_at__lte=at).order_by("next_at", "pk").select_related("browser").first()
    if first is None:
        return 0
    browser, wishes = first.browser, tuning.of(first.browser.person_id)
    due = Push.objects.filter(browser=browser, next_at__lte=at)
    free_at = max(_free_at(browser, at), quiet.loud_at(wishes, at))
    if free_at > at:
        due.update(next_at=free_at)
    elif _claim(browser, at):
        _send(browser, wishes, list(due.select_related("notice")), at)
    return 1


def _free_at(browser: Browser, at: datetime) -> datetime:
    return at if browser.free_at > at + NEVER_SO_LONG else browser.free_at


def _claim(browser: Browser, at: datetime) -> bool:
    # Whoever changes the row has the browser; all others find it busy.
    mine = Browser.objects.filter(pk=browser.pk, free_at=browser.free_at)
    return bool(mine.update(free_at=at + HELD))


def _send(browser: Browser, wishes: Tuning, rows: Sequence[Push], at: datetime) -> None:
    wanted = [row.notice for row in rows if _is_wanted(row.notice, wishes)]
    if not wanted:
        _done(browser, rows, browser.free_at)
        return
    try:
        status = _handed_in(browser, wishes, wanted, at)
    except (outward.NotOutside, sealing.CannotOpen, ValueError) as error:
        log.warning("A browser of person %s is forgotten: %s", browser.person_id, error)
        browser.delete()
    except httpx.HTTPError as error:
        _put_off(browser, rows, f"{type(error).__name__}: {error}", at)
    else:
        _judge(browser, rows, status, at)


def _is_wanted(notice: Notice, wishes: Tuning) -> bool:
    return notice.read_at is None and notice.settled_at is None and Way.PUSH in wishes.ways_of(notice.kind)


def _handed_in(browser: Browser, wishes: Tuning, notices: Sequence[Notice], at: datetime) -> int:
    line = browser.opened()
    said = push_words.payload(browser.person, notices, shows_words=wishes.shows_words)
    key = webpush.private(pushing.own_key())
    headers = {
        "Authorization": webpush.proof(line.endpoint, key, contact(), at),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(HOLDS),
        "Urgency": "high" if any(one.kind in URGENT for one in notices) else "normal",
        # What a browser that is off has not fetched yet is replaced by the same again (RFC 8030 §5.4).
        "Topic": push_words.tag(notices),
    }
    way = outward.way(line.endpoint)  # a browser named it: never into our own network
    content = webpush.sealed(said, line.receiver)
    return outward.post(way, content, headers, authorities(), seconds=SECONDS).status


def _judge(browser: Browser, rows: Sequence[Push], status: int, at: datetime) -> None:
    if 200 <= status < 300:
        _done(browser, rows, at + APART)
    elif status in GONE:
        browser.delete()
    elif status == 429 or status >= 500:
        _put_off(browser, rows, f"It answered {status}.", at)
    else:
        # Saying the same once more would be refused once more; the notice stands in the page.
        log.warning("The push service of person %s answered %s.", browser.person_id, status)
        _done(browser, rows, at + APART)


def _done(browser: Browser, rows: Sequence[Push], free_at: datetime) -> None:
    Push.objects.filter(pk__in=[row.pk for row in rows]).delete()
    Browser.objects.filter(pk=browser.pk).update(free_at=free_at, tries=0)


def _put_off(browser: Browser, rows: Sequence[Push], said: str, at: datetime) -> None:
    log.info("A push to person %s waits: %s", browser.person_id, said)
    if browser.tries >= len(BACK_OFF):
        _done(browser, rows, at + APART)
        return
    later = at + timedelta(minutes=BACK_OFF[browser.tries])
    Browser.objects.filter(pk=browser.pk).update(free_at=later, tries=browser.tries + 1)


def contact() -> str:
    """Return how a push service reaches whoever runs this desk (RFC 8292 §2.1)."""
    return settings.SITE_URL if settings.HTTPS else f"mailto:postmaster@{settings.SMTP_NAME}"
