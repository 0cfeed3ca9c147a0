"""Listening to the exchanges: one thread a line, which dials again and again, and keeps what is told.

Of several workers one listens to a line (`Line.reader`). Whatever began or ended while nobody listened is
asked for first; what both began and ended then, nobody tells (docs/phone.md), and the gap is owed a look.
"""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Thread
from typing import TypeVar

from django.db import Error, OperationalError, close_old_connections, connection, connections
from django.db.models import Q

from odzew.calls import deaf, door
from odzew.calls.asterisk import plan as plans
from odzew.calls.asterisk.client import Client, Unheard
from odzew.calls.asterisk.plan import Exchange, Plan
from odzew.calls.asterisk.scene import Scene
from odzew.calls.asterisk.wire import Packet
from odzew.calls.events import Event as Happened, Told, What
from odzew.conversations.call import Call, Line
from odzew.domain.obligation import Refused
from odzew.lib.clock import now
from odzew.lib.plain import plain
from odzew.lib.sealing import CannotOpen

log = logging.getLogger(__name__)
LOOK_EVERY = 3.0  # seconds; a line that is new, changed or closed is noticed within that
WAITS = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)  # seconds until it is dialled again
LEASE = timedelta(seconds=45)
NOTE_EVERY = timedelta(seconds=15)  # that we listen: a crash leaves a gap that is at most so much too long
US = secrets.token_hex(8)
Signature = tuple[object, ...]
Answer = TypeVar("Answer")


def run_all(stop: Event) -> None:
    """Keep one thread for every line that is listened to, until told to stop."""
    threads: dict[int, tuple[Signature, Event, Thread]] = {}
    while not stop.is_set():
        try:
            close_old_connections()
            _match(threads, _wanted())
        except Error:
            log.exception("The lines could not be read; it is tried again.")
        stop.wait(LOOK_EVERY)
    for _signed, told, _thread in threads.values():
        told.set()
    for _signed, _told, thread in threads.values():
        thread.join(timeout=5)
    connections.close_all()


def watch(number: int, stop: Event, waits: tuple[float, ...] = WAITS) -> None:
    """Listen to one line until told to stop; every failure is tried again."""
    failed = 0
    while not stop.is_set():
        failed = 0 if _listened(number, stop) else failed + 1
        stop.wait(waits[min(max(failed, 1), len(waits)) - 1])
    try:
        Line.objects.filter(pk=number, reader=US).update(reader="")
    except Error:
        log.warning("Line %d: another worker waits until we are late.", number)
    connections.close_all()


def _listened(number: int, stop: Event) -> bool:
    """Listen as long as it goes, and return whether the exchange was heard."""
    listening = None
    try:
        close_old_connections()
        line = Line.objects.select_related("team", "account").get(pk=number)
        if _is_ours(line):
            listening = Listening(line, stop)
            listening.run()
    except Unheard as error:
        _note(number, str(error))
    except Exception as error:
        # A database that is away, an exchange nobody has thought of: the thread must outlive it.
        log.exception("Listening to line %d failed; it is tried again.", number)
        # What had come by then, and was not kept, is lost however short the gap.
        lost = listening is not None and listening.heard
        _note(number, f"{type(error).__name__}: {error}", lost=lost)
    finally:
        connections.close_all()
    return listening is None or listening.heard


class Listening:
    """One line to one exchange, from signing in to its end."""

    def __init__(self, line: Line, stop: Event) -> None:
        self.line, self.stop = line, stop
        self.scene = Scene(plan_of(line))
        self.noted_at = now()
        self.heard = False

    def run(self) -> None:
        """Listen until told to stop, or until another worker does.

        :raises Unheard: when the exchange is not heard any more
        """
        with closing(Client(exchange_of(self.line))) as client:
            client.sign_in()
            asked, rows = client.ask("CoreShowChannels"), list[Packet]()
            for came in client.packets(self.stop):
                if not self._is_still_ours():
                    return
                if came is None:
                    continue
                packet, at = came
                if packet.get("actionid") == asked:
                    self._listed(packet, rows, at)
                self._keep(self.scene.hear(packet, at))

    def _listed(self, packet: Packet, rows: list[Packet], at: datetime) -> None:
        """Take a line of the list of channels; at its end the exchange is heard."""
        if packet.get("response") == "Error":
            raise Unheard(packet.get("message", "") + " (manager.conf: read = call, write = reporting)")
        if packet.get("event") == "CoreShowChannel":
            rows.append(packet)
        if packet.get("event") != "CoreShowChannelsComplete":
            return
        told = self.scene.show(rows, at)
        before = self._patiently(lambda: deaf.heard(self.line.pk, at))
        self.heard = True
        self._keep([*told, *self._patiently(lambda: list(self._vanished(min(before or at, at))))])

    def _vanished(self, at: datetime) -> Iterator[Told]:
        """Yield the ends of calls that were under way, and are not there any more: `at`, they were last."""
        open_yet = (Call.State.RINGING, Call.State.TALKING, Call.State.ON_HOLD)
        calls = Call.objects.filter(line=self.line, state__in=open_yet, key__isnull=False)
        for call in calls.exclude(key__in=list(self.scene.legs)):
            name = f"gone-{call.key}"[:200]
            yield Told(
                call=str(call.key), event=Happened(id=name, what=What.ENDED, at=max(at, call.begun_at))
            )

    def _keep(self, told: list[Told]) -> None:
        """Keep what was told, each for itself; a database that is away is waited for: nobody tells again."""
        for one in told:
            self._patiently(partial(self._keep_one, one))

    def _patiently(self, ask: Callable[[], Answer]) -> Answer:
        """Return what the database answers, as soon as it does.

        :raises OperationalError: when told to stop before
        """
        while True:
            try:
                return ask()
            except OperationalError as error:
                log.error("Line %s: not kept yet: %s", self.line.slug, error)
                if self.stop.wait(1):
                    raise
            close_old_connections()

    def _keep_one(self, one: Told) -> None:
        try:
            door.keep(self.line, [one], now())
        except (Refused, ValueError) as fault:
            log.warning("Line %s: refused: %s", self.line.slug, fault)
            said = plain(str(fault), 500)
            Line.objects.filter(pk=self.line.pk).update(refused_at=now(), refused=said)

    def _is_still_ours(self) -> bool:
        at = now()
        if at - self.noted_at < NOTE_EVERY:
            return True
        self.noted_at = at
        mine = Line.objects.filter(pk=self.line.pk, reader=US, active=True)
        try:
            return bool(mine.update(read_until=at + LEASE, listened_at=at))
        except OperationalError as error:  # to leave would lose what came, and is not kept yet
            log.error("Line %s: whether it is still ours is not known: %s", self.line.slug, error)
            close_old_connections()
            return True


def exchange_of(line: Line) -> Exchange:
    """Return where the exchange of a line is.

    :raises Unheard: when its password was sealed with another key
    """
    said = line.exchange
    security = str(said.get("security") or "none")
    try:
        secret = door.secret_of(line)
    except CannotOpen as error:
        raise Unheard(str(error)) from error
    port = int(said.get("port") or plans.PORTS[security])
    return Exchange(str(said.get("host", "")), port, security, str(said.get("user", "")), secret)


def plan_of(line: Line) -> Plan:
    """Return who is who on the exchange of a line, and what is told to other lines there."""
    lines = Line.objects.filter(kind=Line.Kind.ASTERISK, active=True).exclude(pk=line.pk)
    others = [one for one in lines if one.exchange.get("host") == line.exchange.get("host")]
    theirs = {place for one in others for place in one.places} - set(line.places)
    return Plan(
        number=line.number, trunks=plans.trunks(line.exchange), places=frozenset(line.places),
        elsewhere=frozenset(one.number for one in others), theirs=frozenset(theirs),
    )  # fmt: skip


def _wanted() -> dict[int, Signature]:
    lines = list(Line.objects.filter(kind=Line.Kind.ASTERISK, active=True).order_by("pk"))
    # What is another line's is not ours: so it matters what the others are.
    all_of_them = tuple((line.pk, line.number, repr(line.exchange), repr(line.places)) for line in lines)
    return {line.pk: (line.secret, line.team_id, line.account_id, all_of_them) for line in lines}


def _match(threads: dict[int, tuple[Signature, Event, Thread]], wanted: dict[int, Signature]) -> None:
    for number, (signed, told, thread) in list(threads.items()):
        if wanted.get(number) != signed:
            told.set()
        if not thread.is_alive():
            del threads[number]
    for number, signed in wanted.items():
        if number not in threads:
            told = Event()
            thread = Thread(target=watch, args=(number, told), name=f"asterisk-{number}", daemon=True)
            threads[number] = signed, told, thread
            thread.start()


def _is_ours(line: Line) -> bool:
    """Take a line to listen to, unless another worker does; on SQLite there is only one."""
    at = now()
    if connection.vendor == "sqlite":
        return bool(Line.objects.filter(pk=line.pk, active=True).update(reader=US))
    free = Line.objects.filter(pk=line.pk, active=True).filter(
        Q(reader__in=["", US]) | Q(read_until=None) | Q(read_until__lt=at)
    )
    return bool(free.update(reader=US, read_until=at + LEASE))


def _note(number: int, why: str, *, lost: bool = False) -> None:
    """Let the screen of the lines say it, if the database takes it."""
    try:
        deaf.unheard(number, why, now(), lost=lost)
    except (Error, Line.DoesNotExist) as error:
        log.error("Nor could it be noted: %s", error)
