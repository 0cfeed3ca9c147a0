"""T35: ten thousand windows of a chat come back at once after the desk was killed, and hear what was said."""

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.reckon import reckon
from tests.faults.size import size
from tests.faults.victim import KEY, victim

AT_ONCE = 500  # connections that are being opened; the kernel keeps no more of them waiting
ANSWERED = 100
# Both run beside the desk, on its books, by what fills the desks of the benchmarks.
FILL = "print(json.dumps(chats.visitors(int(said))))"
WRITE = "[chats.answer(number) for number in json.loads(said)]"
CONNECT = """
import json, sys
from pathlib import Path
from bench import chats, ground
data, said = sys.argv[1:]
ground.connect(Path(data))
"""


@dataclass
class Window:
    """A page of a visitor: the last mark it has heard of, and how often it was told of an answer."""

    number: int
    port: int
    mark: str = ""
    told: int = 0

    async def open(self) -> asyncio.Task[None]:
        """Listen, from what was heard last on, and return what goes on listening."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        head = ["GET /chat/shop/events HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Accept: text/event-stream"]
        head += [f"Authorization: Bearer {self.number:043d}"]
        head += [f"Last-Event-ID: {self.mark}"] if self.mark else []
        writer.write("\r\n".join([*head, "", ""]).encode())
        assert b" 200 " in await reader.readline()
        while b"retry" not in await reader.readline():
            pass
        return asyncio.create_task(self._listen(reader, writer))

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                if line.startswith(b"id: "):
                    self.mark = line[4:].strip().decode()
                self.told += line.strip() == b"event: answer"
        except ConnectionError:
            return  # killed
        finally:
            writer.close()


def beside(data: Path, code: str, said: object) -> str:
    """Let another process do something with the books."""
    environment = {**os.environ, "ODZEW_SECRET_KEY": KEY}
    environment.pop("DATABASE_URL", None)
    words = [sys.executable, "-c", CONNECT + code, str(data), str(said)]
    return subprocess.run(words, env=environment, check=True, capture_output=True, text=True).stdout


async def opened(windows: list[Window]) -> list[asyncio.Task[None]]:
    """Open all windows as fast as they are let in."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(window: Window) -> asyncio.Task[None]:
        async with room:
            return await window.open()

    return await asyncio.gather(*(one(window) for window in windows))


async def until_told(windows: list[Window], seconds: float = 60) -> float:
    """Wait until each has been told, and return for how long."""
    began = time.monotonic()
    while any(not window.told for window in windows):
        assert time.monotonic() < began + seconds, sum(not window.told for window in windows)
        await asyncio.sleep(0.05)
    return time.monotonic() - began


def come_back(many: int) -> tuple[int, int]:
    """Kill a desk with many windows open, answer some of them, and return how many heard, and of how many."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    async def story() -> tuple[int, int]:
        windows = [Window(number, desk.port) for number in range(many)]
        lines = await opened(windows)
        await asyncio.to_thread(desk.kill)
        await asyncio.gather(*lines)
        for window in windows:
            window.told = 0
        chosen = windows[:: max(1, many // ANSWERED)]
        await asyncio.to_thread(beside, desk.data, WRITE, json.dumps([talks[one.number] for one in chosen]))
        await asyncio.to_thread(desk.start)
        began = time.monotonic()
        lines = await opened(windows)
        took = time.monotonic() - began
        heard = await until_told(chosen)
        print(
            f"\nT35 {many} windows came back in {took:.1f} s;"
            f" {len(chosen)} missed an answer and heard it {heard:.1f} s later"
        )
        told = sum(window.told for window in windows)
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)
        return told, len(chosen)

    with victim() as desk:
        desk.start()
        talks = json.loads(beside(desk.data, FILL, many))
        told, wanted = asyncio.run(story())
        found = reckon(desk, ())
    assert (found.findings, found.difference) == ([], 0)
    return told, wanted


@pytest.mark.faults
def test_ten_thousand_windows_come_back_and_each_hears_exactly_what_it_missed() -> None:
    told, wanted = come_back(size("WINDOWS", 10_000))

    assert told == wanted
