"""The SMTP door: it says 250 only when the mail is on disk (RFC 5321 §6.1)."""

import asyncio
import ssl
from collections import Counter, deque
from ipaddress import ip_address
from threading import Thread
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings

from odzew.intake.committer import CannotKeep, Committer
from odzew.intake.doors import Doors, UnknownRecipient
from odzew.intake.keep import Payload
from odzew.intake.smtp_text import InPieces, Room
from odzew.lib.clock import monotonic, now

A_MINUTE = 60.0


class Peers:
    """How much each peer does: open sessions now, mails in the last minute."""

    def __init__(self, sessions: int, mails: int) -> None:
        self.sessions = sessions
        self.mails = mails
        self.open: Counter[str] = Counter()
        self.recent: dict[str, deque[float]] = {}

    def may_connect(self, peer: str) -> bool:
        """Count a session in, and say whether the peer may have one more."""
        self.open[peer] += 1
        return self.open[peer] <= self.sessions

    def leave(self, peer: str) -> None:
        """Count a session out."""
        self.open[peer] -= 1
        if self.open[peer] <= 0:
            del self.open[peer]

    def may_send(self, peer: str) -> bool:
        """Count a mail, and say whether the peer is within its limit."""
        if not self.mails:
            return True
        times = self.recent.setdefault(peer, deque())
        while times and times[0] < monotonic() - A_MINUTE:
            times.popleft()
        times.append(monotonic())
        return len(times) <= self.mails


class Counted(InPieces):
    """One SMTP session, counted against its peer."""

    def __init__(self, *args: Any, peers: Peers, room: Room, **kwargs: Any) -> None:
        self.peers, self.room = peers, room
        self.peer_name = ""
        super().__init__(*args, **kwargs)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let a peer in, or tell it to come later."""
        address = transport.get_extra_info("peername")
        first = not self.peer_name
        self.peer_name = str(address[0]) if address else "local"
        if first and not self.peers.may_connect(self.peer_name):
            _send_away(cast(asyncio.Transport, transport))
            return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Count the session out."""
        self.peers.leave(self.peer_name)
        if self.session is not None:
            super().connection_lost(error)


def _send_away(transport: asyncio.Transport) -> None:
    transport.write(b"421 4.7.0 Too many sessions from your address; come back later\r\n")
    transport.close()


class Handler:
    """Answers the commands of a session."""

    def __init__(self, doors: Doors, committer: Committer, peers: Peers) -> None:
        self.doors = doors
        self.committer = committer
        self.peers = peers

    async def handle_MAIL(
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a sender, unless the peer has sent too much or the disk has failed."""
        if self.committer.broken:
            return "451 4.3.0 Not now: the disk of this desk has to be mended"
        if not self.peers.may_send(_peer(session)):
            return "450 4.7.1 Too many mails from your address in a minute; try again later"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient that one of our accounts answers for."""
        try:
            await self.doors.refresh()
            self.doors.account_for(address, _is_loopback(_peer(session)))
        except UnknownRecipient:
            return "550 5.1.1 Nobody here has this address"
        except CannotKeep:
            return "451 4.3.0 Not now, try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the mail; only then say yes."""
        try:
            await self.committer.keep(self._payloads(session, envelope))
        except CannotKeep as error:
            return (
                "451 4.3.0 Not now, try again later"
                if error.for_good
                else "452 4.3.1 Cannot keep it now, try again"
            )
        return "250 2.0.0 Kept"

    def _payloads(self, session: Session, envelope: Envelope) -> list[Payload]:
        by_account: dict[int, list[str]] = {}
        for address in envelope.rcpt_tos:
            account = self.doors.account_for(address, _is_loopback(_peer(session)))
            by_account.setdefault(account, []).append(address)
        return [self._payload(session, envelope, account, to) for account, to in by_account.items()]

    def _payload(self, session: Session, envelope: Envelope, account: int, to: list[str]) -> Payload:
        known = {
            "from": envelope.mail_from or "",
            "to": to,
            "peer": _peer(session),
            "helo": session.host_name or "",
            "tls": session.ssl is not None,
        }
        content = cast(bytes, envelope.content or b"")
        return Payload(account=account, door="smtp", content=content, received_at=now(), envelope=known)


class SmtpDoor(Thread):
    """The listener, in a thread with an event loop of its own."""

    def __init__(self, host: str, port: int, committer: Committer) -> None:
        super().__init__(name="smtp", daemon=True)
        self.host, self.port = host, port
        self.loop = asyncio.new_event_loop()
        self.peers = Peers(settings.SMTP_CONNECTIONS_PER_PEER, settings.SMTP_MAILS_PER_MINUTE)
        self.room = Room(settings.SMTP_MEMORY)
        self.handler = Handler(Doors(), committer, self.peers)
        self.tls = _tls()
        self.server: asyncio.Server | None = None

    def listen(self) -> None:
        """Bind the port, so that a port in use is an error of the start.

        :raises OSError: when the port cannot be had
        """
        self.server = self.loop.run_until_complete(
            self.loop.create_server(self._session, self.host, self.port)
        )

    def run(self) -> None:
        """Serve until stopped."""
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def stop(self) -> None:
        """Close the port; sessions in the middle of a mail are cut, and their senders keep it."""
        if self.server is not None:
            self.loop.call_soon_threadsafe(self.server.close)
        self.loop.call_soon_threadsafe(self.loop.stop)

    def _session(self) -> SMTP:
        return Counted(
            self.handler,
            peers=self.peers,
            room=self.room,
            data_size_limit=settings.SMTP_SIZE_LIMIT,
            enable_SMTPUTF8=True,
            hostname=settings.SMTP_NAME,
            ident="Odzew",
            tls_context=self.tls,
            loop=self.loop,
            timeout=300,
        )


def _tls() -> ssl.SSLContext | None:
    if not settings.SMTP_CERTIFICATE:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(settings.SMTP_CERTIFICATE, settings.SMTP_KEY or None)
    return context


def _peer(session: Session) -> str:
    return str(session.peer[0]) if session.peer else "local"


def _is_loopback(peer: str) -> bool:
    return peer == "local" or ip_address(peer.partition("%")[0]).is_loopback
