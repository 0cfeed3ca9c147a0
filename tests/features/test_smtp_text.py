"""The text of a mail comes whole, whatever the pieces it travels in, and ends where RFC 5321 says."""

import asyncio
import smtplib
import socket
from collections.abc import Iterator
from contextlib import closing
from threading import Thread

import pytest

from odzew.intake.smtp_text import SMALL, InPieces, Room
from tests.servers.process import wait_until

LIMIT = 5_000


class Taken(list):
    """Remembers the texts of mails."""

    async def handle_DATA(self, _server, _session, envelope) -> str:
        self.append(envelope.content)
        return "250 Taken"


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
def port(taken: Taken) -> Iterator[int]:
    loop = asyncio.new_event_loop()
    make = lambda: InPieces(taken, data_size_limit=LIMIT, loop=loop)  # noqa: E731
    server = loop.run_until_complete(loop.create_server(make, "127.0.0.1", 0))
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield server.sockets[0].getsockname()[1]
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0.01))
    loop.close()


def talk(port: int, pieces: list[bytes]) -> str:
    """Say hello and name a sender, send the pieces one by one, quit; return all answers."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=5)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        file = line.makefile("rb")
        file.readline()
        for words in (b"HELO me", b"MAIL FROM:<a@x.example>", b"RCPT TO:<b@x.example>", b"DATA"):
            line.sendall(words + b"\r\n")
            file.readline()
        for piece in pieces:
            line.sendall(piece)
        line.sendall(b"QUIT\r\n")
        return file.read().decode()


TEXTS = {
    "an empty mail": (b".\r\n", b""),
    "one line": (b"a\r\n.\r\n", b"a\r\n"),
    "a line of two letters": (b"ab\r\n.\r\n", b"ab\r\n"),
    "a hidden dot": (b"a\r\n..\r\n.\r\n", b"a\r\n.\r\n"),
    "a dot hidden at the very beginning": (b"..a\r\n.\r\n", b".a\r\n"),
    "many hidden dots": (b"..\r\n...\r\n..a\r\n.\r\n", b".\r\n..\r\n.a\r\n"),
    "a dot in a line": (b"a.b.\r\n.\r\n", b"a.b.\r\n"),
    "bare line feeds around a dot": (b"a\n.\nb\r\n.\r\n", b"a\n.\nb\r\n"),
    "a half smuggled end": (b"a\n.\r\nb\r\n.\nc\r\n.\r\n", b"a\n.\r\nb\r\n\nc\r\n"),
    "bare carriage returns": (b"a\r.\rb\r\n.\r\n", b"a\r.\rb\r\n"),
    "NUL and bytes above 127": (b"\0\xff\xfe\r\n.\r\n", b"\0\xff\xfe\r\n"),
    "a line longer than any library likes": (b"x" * 4_000 + b"\r\n.\r\n", b"x" * 4_000 + b"\r\n"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_in_one_piece(port: int, taken: Taken, name: str) -> None:
    sent, text = TEXTS[name]

    said = talk(port, [sent])

    assert taken == [text]
    assert said == "250 Taken\r\n221 Bye\r\n"


@pytest.mark.parametrize("name", [name for name in TEXTS if len(TEXTS[name][0]) < 40])
def test_a_text_byte_by_byte(port: int, taken: Taken, name: str) -> None:
    sent, text = TEXTS[name]

    said = talk(port, [bytes([byte]) for byte in sent])

    assert taken == [text]
    assert said == "250 Taken\r\n221 Bye\r\n"


def test_commands_that_come_with_the_end_of_a_mail_are_answered(port: int, taken: Taken) -> None:
    more = b"MAIL FROM:<c@x.example>\r\nRCPT TO:<d@x.example>\r\nDATA\r\ntwo\r\n.\r\n"

    said = talk(port, [b"one\r\n.\r\n" + more])

    assert taken == [b"one\r\n", b"two\r\n"]
    assert [line[:3] for line in said.splitlines()] == ["250", "250", "250", "354", "250", "221"]


@pytest.mark.parametrize("size", [LIMIT - 2, LIMIT - 1, LIMIT * 3])
def test_a_mail_above_the_size_we_announced_is_refused_and_the_session_goes_on(
    port: int, taken: Taken, size: int
) -> None:
    again = b"MAIL FROM:<c@x.example>\r\nRCPT TO:<d@x.example>\r\nDATA\r\nsmall\r\n.\r\n"
    long = b"x" * size + b"\r\n"

    said = talk(port, [long[:1000], long[1000:] + b".\r\n" + again])

    fits = len(long) <= LIMIT
    assert taken == [*([long] if fits else []), b"small\r\n"]
    assert said.startswith("250" if fits else "552")


def test_a_mail_without_a_recipient_is_no_mail(port: int, taken: Taken) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as line:
        line.helo("me")
        line.mail("a@x.example")

        assert line.docmd("DATA")[0] == 503
        assert line.rcpt("b@x.example")[0] == 250
        assert line.docmd("DATA", "now")[0] == 501


def test_a_peer_that_goes_away_in_the_middle_leaves_nothing(port: int, taken: Taken) -> None:
    with closing(socket.create_connection(("127.0.0.1", port), timeout=5)) as line:
        line.sendall(
            b"HELO me\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\nDATA\r\nhalf a mail\r\n"
        )
        line.shutdown(socket.SHUT_WR)
        while line.recv(1000):
            pass

    assert taken == []


# Memory


@pytest.fixture
def room(monkeypatch) -> Room:
    room = Room(3 * SMALL)
    monkeypatch.setattr(InPieces, "room", room)
    monkeypatch.setattr(f"{__name__}.LIMIT", 4 * SMALL)
    return room


def test_a_large_mail_is_told_to_come_later_while_others_fill_the_memory_and_small_ones_pass(
    room: Room, port: int, taken: Taken
) -> None:
    room.hold("another session", 2 * SMALL)
    large, small = b"x" * (2 * SMALL), b"y" * (SMALL // 2)

    refused = talk(port, [large, b"\r\n.\r\n"])
    kept = talk(port, [small, b"\r\n.\r\n"])

    assert refused == "452 4.3.1 Too many large mails at once; try again later\r\n221 Bye\r\n"
    assert kept == "250 Taken\r\n221 Bye\r\n" and taken == [small + b"\r\n"]
    assert room.taken == 2 * SMALL


def test_memory_is_free_again_when_a_peer_goes_away_in_the_middle_of_a_large_mail(
    room: Room, port: int
) -> None:
    with closing(socket.create_connection(("127.0.0.1", port), timeout=5)) as line:
        for words in (b"HELO me", b"MAIL FROM:<a@x.example>", b"RCPT TO:<b@x.example>", b"DATA"):
            line.sendall(words + b"\r\n")
        line.sendall(b"x" * 2 * SMALL)
        wait_until(lambda: room.taken > SMALL, what="a mail on its way in")
    wait_until(lambda: room.taken == 0, what="the room given back")


def test_a_mail_alone_has_room_however_little_there_is() -> None:
    room = Room(1)

    assert room.has("me", 10 * SMALL)
    room.hold("me", 10 * SMALL)
    assert room.has("me", 11 * SMALL)
    assert not room.has("you", 2 * SMALL)
