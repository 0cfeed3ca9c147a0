"""Nobody fills the disk by one request: what is too large is refused before Django keeps it."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from odzew.asgi import application
from odzew.desk import body
from tests.features.test_desk_events import run

PART = 2**20


class Upload:
    """A request that brings `parts` megabytes, as a server hands it over piece by piece."""

    def __init__(self, parts: int, *headers: tuple[bytes, bytes]) -> None:
        self.scope: dict[str, Any] = {
            "type": "http",
            "method": "POST",
            "path": "/form/complaint/",
            "query_string": b"",
            "headers": [(b"host", b"127.0.0.1"), (b"content-type", b"text/plain"), *headers],
        }
        self.parts, self.taken = parts, 0
        self.said: list[Mapping[str, Any]] = []

    async def receive(self) -> Mapping[str, Any]:
        if self.taken == self.parts:
            await asyncio.sleep(60)
        self.taken += 1
        return {"type": "http.request", "body": bytes(PART), "more_body": self.taken < self.parts}

    async def send(self, message: Mapping[str, Any]) -> None:
        self.said.append(message)


async def whole(scope: Any, receive: Any, send: Any) -> None:
    while (await receive())["more_body"]:
        pass
    await send({"type": "taken"})


def test_a_body_that_says_it_is_too_large_is_refused_unread() -> None:
    upload = Upload(99, (b"content-length", str(body.AT_MOST + 1).encode()))

    run(asyncio.wait_for(application(upload.scope, upload.receive, upload.send), 10))

    assert [said.get("status") for said in upload.said] == [413, None]
    assert upload.taken == 0


@pytest.mark.parametrize("headers", [(), ((b"content-length", b"5"),)], ids=["says nothing", "lies"])
def test_a_body_that_does_not_say_so_is_refused_where_it_gets_too_large(headers: Any) -> None:
    upload = Upload(99, *headers)

    run(asyncio.wait_for(application(upload.scope, upload.receive, upload.send), 10))

    assert [said.get("status") for said in upload.said] == [413, None]
    assert upload.taken * PART == body.AT_MOST + PART


def test_as_much_as_is_allowed_is_taken() -> None:
    size = body.AT_MOST // PART
    upload = Upload(size, (b"content-length", str(body.AT_MOST).encode()))

    run(body.limited(whole)(upload.scope, upload.receive, upload.send))

    assert upload.said == [{"type": "taken"}]
    assert upload.taken == size
