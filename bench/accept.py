"""Mails accepted a second by the SMTP door, beside the bare library and the bare disk, in the same run.

    python -m bench.accept

BENCH_ACCEPT (1,000 mails a round), BENCH_ROUNDS (3), BENCH_DATABASE (sqlite, postgresql).
The bare library takes a mail and keeps nothing; the bare disk commits the same bytes and speaks no SMTP.
Client and server are processes of their own; the rounds of door and library alternate.
"""

import asyncio
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import Any

from bench import ground, mails

LIMIT = 0.70  # of what the bare library takes (DESIGN §6)
WAYS = [(1, True), (8, True), (1, False), (8, False)]  # clients, and whether a session is kept


def main() -> None:
    """Measure door and library by turns, then the disk."""
    count, rounds = ground.size("BENCH_ACCEPT", 1_000), ground.size("BENCH_ROUNDS", 3)
    sent = list(mails.many(count))
    mean = sum(map(len, sent)) / count
    with ground.desk() as data, _server("door", data) as door, _server("bare", data) as bare:
        ground.title(f"Mails accepted, mean {mean / 1000:.1f} kB")
        _disk(data, sent)
        for clients, kept in WAYS:
            _compare(sent, rounds, door, bare, clients, kept, data)
        _audit(count * rounds * len(WAYS))


def _disk(data: Path, sent: list[bytes]) -> None:
    for together in (1, 8, 100):
        rate = _commits(data, sent, together)
        ground.line(f"bare durable commits, {together} mail{'s' * (together > 1)} each", rate, "mails/s")


@dataclass(frozen=True)
class _Server:
    pid: int
    port: int


def _compare(
    sent: list[bytes], rounds: int, door: "_Server", bare: "_Server", clients: int, kept: bool, data: Path
) -> None:
    before = {server: ground.processor(server.pid) for server in (door, bare)}
    taken: dict[_Server, list[float]] = {door: [], bare: []}
    disks: list[float] = []
    for turn in range(rounds):
        if clients == 1:
            disks.append(_commits(data, sent, 1))
        for server in (bare, door) if turn % 2 else (door, bare):
            taken[server].append(_send_all(server.port, sent, clients, kept, turn))
    busy = {s: (ground.processor(s.pid) - before[s]) / rounds / len(sent) * 1000 for s in (door, bare)}
    ours, theirs = statistics.median(taken[door]), statistics.median(taken[bare])
    way = f"{clients} client{'s' * (clients > 1)}, {'sessions kept' if kept else 'a session a mail'}"
    ground.line(f"{way}: library alone", theirs, "mails/s", f"{busy[bare]:.2f} ms of processor a mail")
    share = ours / theirs
    said = f"{busy[door]:.2f} ms; {share:.0%} of the library, limit ≥ {LIMIT:.0%}: "
    said += "kept" if share >= LIMIT else "MISSED"
    if clients == 1:
        # Who waits for each answer waits for each commit: no door can be faster than both together.
        disk = statistics.median(disks)
        both = ours * (1 / theirs + 1 / disk)
        said += f"; disk {disk:,.0f}/s, {both:.0%} of library and disk one after the other"
    ground.line(f"{way}: door", ours, "mails/s", said)


def _send_all(port: int, sent: list[bytes], clients: int, kept: bool, turn: int) -> float:
    """Hand all mails in and return how many were taken a second; each is another one each time."""
    mark = f"X-Round: {turn} {port} {clients} {kept} {time.perf_counter_ns()}\r\n".encode()
    begin = time.perf_counter()
    threads = [
        Thread(target=_client, args=(port, [mark + mail for mail in sent[number::clients]], kept))
        for number in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(sent) / (time.perf_counter() - begin)


def _client(port: int, sent: list[bytes], kept: bool) -> None:
    line = Line(port) if kept else None
    for mail in sent:
        session = line or Line(port)
        session.send(mail)
        if line is None:
            session.quit()


class Line:
    """A lean SMTP client, so that the figure is that of the server."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._expect(b"220")
        self._say(b"EHLO bench.example\r\n", b"250")

    def send(self, mail: bytes) -> None:
        """Hand a mail in."""
        self._say(b"MAIL FROM:<x@mail.example>\r\n", b"250")
        self._say(b"RCPT TO:<desk@odzew.localhost>\r\n", b"250")
        self._say(b"DATA\r\n", b"354")
        self._say(mail.replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n", b"250")

    def quit(self) -> None:
        """Say goodbye."""
        self._say(b"QUIT\r\n", b"221")
        self.socket.close()

    def _say(self, words: bytes, expected: bytes) -> None:
        self.socket.sendall(words)
        self._expect(expected)

    def _expect(self, code: bytes) -> None:
        said = b""
        while not (said.endswith(b"\r\n") and said.rsplit(b"\r\n", 2)[-2][3:4] == b" "):
            said += self.socket.recv(4096)
        assert said.startswith(code), said


def _commits(data: Path, sent: list[bytes], together: int) -> float:
    """Return how many mails a second the database keeps durably when nothing else is done."""
    rows, took = iter(sent), 0.0
    with _bare_table(data) as write:
        begin = time.perf_counter()
        while piece := list(islice(rows, together)):
            write(piece)
        took = time.perf_counter() - begin
    return len(sent) / took


@contextmanager
def _bare_table(data: Path) -> Iterator[Any]:
    url = os.environ.get("DATABASE_URL")
    if url:
        import psycopg

        with psycopg.connect(url) as line:
            line.execute("CREATE TABLE IF NOT EXISTS bare (content bytea)")
            line.commit()

            def write(piece: list[bytes]) -> None:
                line.cursor().executemany("INSERT INTO bare VALUES (%s)", [(mail,) for mail in piece])
                line.commit()

            yield write
        return
    base = sqlite3.connect(data / "bare.sqlite3", isolation_level=None)
    base.execute("PRAGMA journal_mode = WAL")
    base.execute("PRAGMA synchronous = FULL")
    base.execute("CREATE TABLE IF NOT EXISTS bare (content BLOB)")

    def keep(piece: list[bytes]) -> None:
        base.execute("BEGIN IMMEDIATE")
        base.executemany("INSERT INTO bare VALUES (?)", [(mail,) for mail in piece])
        base.execute("COMMIT")

    yield keep
    base.close()


def _audit(sent: int) -> None:
    from odzew.intake.models import Raw

    kept = Raw.objects.count()
    ground.line(
        "mails that got their 250 / mails kept", sent, "", f"{kept:,} kept" + " LOST!" * (kept != sent)
    )


@contextmanager
def _server(kind: str, data: Path) -> Iterator[_Server]:
    command = [sys.executable, "-m", "bench.accept", "serve", kind, str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield _Server(process.pid, int(process.stdout.readline()))
        finally:
            process.terminate()


def serve(kind: str, data: Path) -> None:
    """Be the server: the door, or the bare library."""
    if kind == "door":
        ground.connect(data)
        from odzew.intake.committer import Committer
        from odzew.intake.smtp import SmtpDoor

        committer = Committer()
        door = SmtpDoor("127.0.0.1", 0, committer)
        door.listen()
        committer.start()
        door.start()
        assert door.server is not None
        print(door.server.sockets[0].getsockname()[1], flush=True)
        door.join()
    else:
        asyncio.run(_bare())


async def _bare() -> None:
    from aiosmtpd.smtp import SMTP

    class Nothing:
        async def handle_DATA(self, *_: object) -> str:
            return "250 OK"

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Nothing(), loop=loop), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2], Path(sys.argv[3]))
    else:
        main()
