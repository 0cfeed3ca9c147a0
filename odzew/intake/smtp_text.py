"""SMTP that takes the text of a mail in pieces as they come, where the library takes it line by line.

A mail of 17 kB has some two hundred lines; taking them one by one is most of what the library does.
"""

import asyncio
from typing import Any, cast

from aiosmtpd.smtp import MISSING, SMTP, Envelope, syntax

PIECE = 2**30  # bytes; all that has come
END = b"\r\n.\r\n"  # and nothing less: a bare LF would let a mail hide another (CVE-2023-51764)


SMALL = 2**18  # bytes; a mail that is no longer always has room


class Refused(Exception):
    """The mail cannot be taken; what came of it was read and thrown away."""


class Room:
    """The memory that all mails on their way in may take together; bytes.

    A limit for each session alone bounds nothing: fifty of them are as much as the machine has.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.held: dict[object, int] = {}
        self.taken = 0

    def has(self, session: object, size: int) -> bool:
        """Say whether a session may hold so much; small mails always may, and who is alone."""
        others = self.taken - self.held.get(session, 0)
        return size <= SMALL or not others or others + size <= self.limit

    def hold(self, session: object, size: int) -> None:
        """Note how much a session holds; nothing, when it is done."""
        self.taken += size - self.held.pop(session, 0)
        if size:
            self.held[session] = size


class InPieces(SMTP):
    """One SMTP session."""

    # Of commands, and of what waits in memory; lines of a mail may be as long as they like (SAFETY §0.9).
    line_length_limit = 2**16
    room = Room(2**28)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:
        """Take the text of a mail (RFC 5321 §4.1.1.4)."""
        if await self.check_helo_needed() or await self.check_auth_needed("DATA"):
            return
        if refusal := self._refusal(arg):
            await self.push(refusal)
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        try:
            status = await self._take()
        finally:
            self.room.hold(self, 0)
        self.envelope = self._create_envelope()
        await self.push("250 OK" if status is MISSING else status)

    async def _take(self) -> Any:
        try:
            text = await self._text()
        except Refused as refused:
            return str(refused)
        envelope = cast(Envelope, self.envelope)
        envelope.content = envelope.original_content = text
        return await self._call_handler_hook("DATA")

    def _refusal(self, arg: str) -> str:
        if not cast(Envelope, self.envelope).rcpt_tos:
            return "503 Error: need RCPT command"
        return "501 Syntax: DATA" if arg else ""

    async def _text(self) -> bytes:
        """Return the text without the dots that hide dots (RFC 5321 §4.5.2).

        :raises Refused: when it is longer than the size we announced, or there is no room for it
        """
        got, looked, refusal = bytearray(b"\r\n"), 0, ""  # an empty mail is a lone dot
        while (end := got.find(END, looked)) < 0:
            refusal = refusal or self._too_much(len(got) - len(END))
            if refusal:
                del got[: 1 - len(END)]
            self.room.hold(self, len(got))
            looked = max(0, len(got) - len(END) + 1)
            got += await self._piece()
        self._give_back(bytes(got[end + len(END) :]))
        if refusal := refusal or self._too_much(end):
            raise Refused(refusal)
        return bytes(got[: end + 2].replace(b"\r\n.", b"\r\n")[2:])

    def _too_much(self, size: int) -> str:
        if self.data_size_limit and size > self.data_size_limit:
            return "552 5.3.4 Too much mail data"
        if not self.room.has(self, size):
            return "452 4.3.1 Too many large mails at once; try again later"
        return ""

    def _give_back(self, commands: bytes) -> None:
        # All that had come was taken, so nothing stands in the reader that should come before.
        if commands and not self._reader.at_eof():
            self._reader.feed_data(commands)

    async def _piece(self) -> bytes:
        self._reset_timeout()  # patience is for each piece, not for the whole (RFC 5321 §4.5.3.2.5)
        try:
            piece = await self._reader.read(PIECE)
        except asyncio.CancelledError:
            self._writer.close()
            raise
        if not piece:
            raise ConnectionResetError("The peer went away in the middle of a mail.")
        return piece
