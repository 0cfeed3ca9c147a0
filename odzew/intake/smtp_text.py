"""SMTP that takes the text of a mail in pieces as they come, where the library takes it line by line.

A mail of 17 kB has some two hundred lines; taking them one by one is most of what the library does.
"""

import asyncio
from typing import cast

from aiosmtpd.smtp import MISSING, SMTP, Envelope, syntax

PIECE = 2**30  # bytes; all that has come
END = b"\r\n.\r\n"  # and nothing less: a bare LF would let a mail hide another (CVE-2023-51764)


class TooMuch(Exception):
    """The mail is longer than the size we announced; its rest was read and thrown away."""


class InPieces(SMTP):
    """One SMTP session."""

    # Of commands, and of what waits in memory; lines of a mail may be as long as they like (SAFETY §0.9).
    line_length_limit = 2**16

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
            text = await self._text()
        except TooMuch:
            self.envelope = self._create_envelope()
            await self.push("552 5.3.4 Too much mail data")
            return
        envelope = cast(Envelope, self.envelope)
        envelope.content = envelope.original_content = text
        status = await self._call_handler_hook("DATA")
        self.envelope = self._create_envelope()
        await self.push("250 OK" if status is MISSING else status)

    def _refusal(self, arg: str) -> str:
        if not cast(Envelope, self.envelope).rcpt_tos:
            return "503 Error: need RCPT command"
        return "501 Syntax: DATA" if arg else ""

    async def _text(self) -> bytes:
        """Return the text without the dots that hide dots (RFC 5321 §4.5.2).

        :raises TooMuch: when it is longer than the size we announced
        """
        got, looked, is_too_much = bytearray(b"\r\n"), 0, False  # an empty mail is a lone dot
        while (end := got.find(END, looked)) < 0:
            if self.data_size_limit and len(got) > self.data_size_limit + len(END):
                is_too_much = True
                del got[: 1 - len(END)]
            looked = max(0, len(got) - len(END) + 1)
            got += await self._piece()
        self._give_back(bytes(got[end + len(END) :]))
        if is_too_much or (self.data_size_limit and end > self.data_size_limit):
            raise TooMuch
        return bytes(got[: end + 2].replace(b"\r\n.", b"\r\n")[2:])

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
