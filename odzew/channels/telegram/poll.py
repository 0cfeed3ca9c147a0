"""Asking Telegram for updates, for a desk without an address of its own (long polling).

Telegram forgets an update once it is asked for a later one (https://core.telegram.org/bots/api#getupdates),
so the offset moves only when all before it is on disk.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event
from typing import Any

from django.db import close_old_connections
from django.utils.translation import gettext as _

from odzew.channels import provider
from odzew.channels.base import ChannelError
from odzew.channels.models import Account
from odzew.channels.telegram import api
from odzew.channels.telegram.letters import WANTED, letter
from odzew.channels.telegram.parse import Damaged
from odzew.channels.watching import History, Letter, note
from odzew.lib.clock import now

WAIT = 10  # seconds that Telegram holds a question open; less than a worker's hold on the account
AT_ONCE = 10  # updates of an answer: of the longest messages no more fit into what we read
LONGEST_PAUSE = 60.0
# After a week without updates the number of the next one is chosen at random
# (https://core.telegram.org/bots/api#update): asked from the offset on, a lower one would be forgotten.
SILENCE = timedelta(days=6)
NOTED_EVERY = timedelta(minutes=1)


def watch(account: Account, history: History, stop: Event, still_ours: Callable[[], bool]) -> None:
    """Ask for updates until told to stop, or until another worker does; failures are tried again."""
    pause = 1.0
    while not stop.is_set() and still_ours():
        try:
            read(account, history, now())
            pause = 1.0
        except ChannelError as error:
            note(account, last_error=str(error), last_error_at=now().isoformat())
            stop.wait(error.again_in.total_seconds() if error.again_in else pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        close_old_connections()


def read(account: Account, history: History, at: datetime, wait: int = WAIT) -> int:
    """Hand in the updates since the last ones, then move on, and return how many there were.

    :raises ChannelError: when Telegram does not give them
    """
    asked = {"offset": _offset(account, at), "limit": AT_ONCE, "timeout": wait, "allowed_updates": WANTED}
    updates = api.call(account, "getUpdates", asked, seconds=wait + 20.0)
    letters = _letters(account, updates, at)
    if letters:
        history.hand_in(letters)
        newest = max(letter.received_at for letter in letters).isoformat()
        last = max(letter.number for letter in letters)
        looked = {"last_ok_at": at.isoformat(), "last_error": ""}
        note(account, offset=last + 1, came_at=at.isoformat(), last_mail_at=newest, **looked)
    elif _is_to_be_noted(account, at):
        note(account, last_ok_at=at.isoformat(), last_error="")
    return len(letters)


def _offset(account: Account, at: datetime) -> int:
    """Return from which update on to ask; 0: all that Telegram still holds, of which none is kept twice."""
    came = account.state.get("came_at")  # by our own clock: a wrong one must not hold up the offset
    if came is None or at - datetime.fromisoformat(came) > SILENCE:
        return 0
    return int(account.state["offset"])


def _letters(account: Account, updates: Any, at: datetime) -> list[Letter]:
    try:
        return [letter(account, provider.as_json(update), at) for update in updates or []]
    except Damaged as error:
        raise ChannelError(_("Telegram's answer cannot be read: %(error)s") % {"error": error}) from error


def _is_to_be_noted(account: Account, at: datetime) -> bool:
    state = account.state
    looked = state.get("last_ok_at")
    return bool(state.get("last_error")) or not looked or at - datetime.fromisoformat(looked) > NOTED_EVERY
