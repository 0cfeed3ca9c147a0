"""Windows of visitors that listen to one process: memory, cost at rest, an answer, a restart.

    python -m bench.chats

BENCH_WINDOWS (1,000), BENCH_AT_ONCE (10,000: visitors that come back after a restart), BENCH_DATABASE.
"""

import asyncio
import os
import resource
import subprocess
import time
from hashlib import sha256
from pathlib import Path

from bench import ground
from bench.memory import serving

AT_REST = 20.0  # seconds
TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure a running `odzew serve --empty`."""
    count, many = ground.size("BENCH_WINDOWS", 1_000), ground.size("BENCH_AT_ONCE", 10_000)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]  # each window is a file, here and there
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with ground.desk() as data:
        ground.title(f"{count:,} idle windows of a chat on one process")
        with serving(data) as (process, web, _smtp):
            last = visitors(max(count, many))[count - 1]
            asyncio.run(_idle(process, web, count, last))
        with serving(data) as (process, web, _smtp):
            asyncio.run(_back(process, web, many))


def visitors(count: int) -> list[int]:
    """Make a chat with as many visitors, each with a conversation, and return the conversations."""
    from odzew.channels.models import Account
    from odzew.conversations.models import Conversation
    from odzew.conversations.visitor import Visitor
    from odzew.customers.models import Customer
    from odzew.lib.clock import now
    from odzew.staff.models import AccountTeam, Team

    at, team = now(), Team.objects.all()[0]
    chat = Account.objects.create(channel="chat", name="Shop", address="shop", created_at=at)
    AccountTeam.objects.create(account=chat, team=team)
    customer = Customer.objects.create(created_at=at)
    same = {"customer": customer, "account": chat, "team": team, "created_at": at, "last_at": at}
    talks = Conversation.objects.bulk_create(Conversation(**same) for _ in range(count))
    rows = zip(range(count), talks, strict=True)
    Visitor.objects.bulk_create(
        Visitor(account=chat, key=_key(number), conversation=talk, created_at=at) for number, talk in rows
    )
    return [talk.pk for talk in talks]


async def _idle(process: "subprocess.Popen[bytes]", web: int, count: int, talk: int) -> None:
    before = ground.memory(process.pid)
    lines = [await _open(web, number) for number in range(count)]
    after = ground.memory(process.pid)
    ground.line("memory of all", after - before, "MiB", f"{(after - before) * 1024 / count:.0f} KiB each")
    began = _processor(process.pid)
    await asyncio.sleep(AT_REST)
    used = (_processor(process.pid) - began) / AT_REST * 100
    ground.line("processor at rest", used, "%", f"of one, over {AT_REST:.0f} s")
    reader, _writer = lines[-1]
    since = time.perf_counter()
    await asyncio.to_thread(answer, talk)
    while b"event: answer" not in await reader.readline():
        pass
    ground.line("an answer until its window hears of it", (time.perf_counter() - since) * 1000, "ms")
    for _reader, writer in lines:
        writer.close()


async def _back(process: "subprocess.Popen[bytes]", web: int, many: int) -> None:
    began, since = _processor(process.pid), time.perf_counter()
    room = asyncio.Semaphore(200)

    async def one(number: int) -> "tuple[asyncio.StreamReader, asyncio.StreamWriter]":
        async with room:
            return await _open(web, number)

    lines = await asyncio.gather(*(one(number) for number in range(many)))
    took = time.perf_counter() - since
    used = _processor(process.pid) - began
    ground.line(f"{many:,} come back at once", took, "s", f"{used:.1f} s of processor")
    ground.line("memory of the process then", ground.memory(process.pid), "MiB")
    for _reader, writer in lines:
        writer.close()


async def _open(web: int, number: int) -> "tuple[asyncio.StreamReader, asyncio.StreamWriter]":
    reader, writer = await asyncio.open_connection("127.0.0.1", web)
    head = ["GET /chat/shop/events HTTP/1.1", f"Host: 127.0.0.1:{web}", "Accept: text/event-stream"]
    writer.write("\r\n".join([*head, f"Authorization: Bearer {_secret(number)}", "", ""]).encode())
    status = await reader.readline()
    if b" 200 " not in status:
        raise RuntimeError(f"It was not let in: {status.decode()}")
    while b"retry" not in await reader.readline():
        pass
    return reader, writer


def answer(talk: int) -> None:
    """Let somebody answer in a conversation."""
    from django.db import connection

    from odzew.conversations.models import Message
    from odzew.lib.clock import now
    from odzew.staff.models import Person

    said = {"direction": "outbound", "purpose": "answer", "state": "queued", "text": "Soon."}
    Message.objects.create(conversation_id=talk, author=Person.objects.all()[0], at=now(), **said)
    connection.close()


def _processor(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def _secret(number: int) -> str:
    return f"{number:043d}"


def _key(number: int) -> str:
    return sha256(f"shop\0{_secret(number)}".encode()).hexdigest()[:40]


if __name__ == "__main__":
    main()
