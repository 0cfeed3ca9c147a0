"""How much one request may bring, asked before anything of it is kept.

Django writes the whole body of a request to the disk before any view sees it, whoever sent it.
"""

from collections.abc import Mapping
from typing import Any

from odzew.lib.streams import App, Receive, Scope, Send

AT_MOST = 35 * 2**20  # bytes: 20 MB of files (odzew/portal/letters.py), the words, and room
TOLD = (
    b"That is too much at once. Nothing was sent: go back and choose fewer or smaller files, 20 MB at most.\n"
)
HEADERS = [
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"content-length", str(len(TOLD)).encode()),
    (b"connection", b"close"),  # the server would otherwise read the rest to its end
]


def limited(app: App) -> App:
    """Return an application that answers 413 to what is too large, told beforehand or found on the way."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        if _told(scope) > AT_MOST:
            await _refuse(send)
            return
        counted = _Counted(receive)
        await app(scope, counted, send)
        if counted.size > AT_MOST:
            await _refuse(send)

    return application


class _Counted:
    """What comes in, up to the limit; beyond it the application hears that the sender has left.

    Django then drops what it has, and answers nothing.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.size = 0

    async def __call__(self) -> Mapping[str, Any]:
        message = await self._receive()
        self.size += len(message.get("body", b""))
        return message if self.size <= AT_MOST else {"type": "http.disconnect"}


def _told(scope: Scope) -> int:
    told = dict(scope["headers"]).get(b"content-length", b"")
    return int(told) if told.isdigit() else 0  # one that is no number is the server's to refuse


async def _refuse(send: Send) -> None:
    await send({"type": "http.response.start", "status": 413, "headers": HEADERS})
    await send({"type": "http.response.body", "body": TOLD})
