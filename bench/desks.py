"""Open desks of people that listen to one process: memory, cost at rest, how soon news is heard by all.

    python -m bench.desks

BENCH_WINDOWS (1,000: open desks), BENCH_STAFF (30: people who have them open), BENCH_DATABASE.
"""

import asyncio
import resource
import time

from bench import ground
from bench.memory import serving

AT_REST = 20.0  # seconds
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def main() -> None:
    """Measure a running `odzew serve --empty`."""
    count, staff = ground.size("BENCH_WINDOWS", 1_000), ground.size("BENCH_STAFF", 30)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]  # each window is a file, here and there
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with ground.desk() as data:
        ground.title(f"{count:,} open desks of {staff} people on one process")
        with serving(data) as (process, web, _smtp):
            asyncio.run(_idle(process.pid, web, count, _signed_in(staff)))


def _signed_in(staff: int) -> list[str]:
    """Make people who have signed in, and return their cookies."""
    from django.conf import settings
    from django.test import Client

    from odzew.staff.models import Person, Role, Team

    team, cookies = Team.objects.all()[0], []
    for number in range(staff):
        person = Person.objects.create_user(
            f"p{number}@firm.example", None, name=f"P {number}", role=Role.AGENT
        )
        person.teams.add(team)
        browser = Client()
        browser.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        name = settings.SESSION_COOKIE_NAME
        cookies.append(f"{name}={browser.cookies[name].value}")
    return cookies


async def _idle(pid: int, web: int, count: int, cookies: list[str]) -> None:
    before = ground.memory(pid)
    lines = [await _open(web, cookies[number % len(cookies)]) for number in range(count)]
    after = ground.memory(pid)
    ground.line("memory of all", after - before, "MiB", f"{(after - before) * 1024 / count:.0f} KiB each")
    began = ground.processor(pid)
    await asyncio.sleep(AT_REST)
    used = (ground.processor(pid) - began) / AT_REST * 100
    ground.line("processor at rest", used, "%", f"of one, over {AT_REST:.0f} s")
    since, busy = time.perf_counter(), ground.processor(pid)
    await asyncio.to_thread(_write)
    await asyncio.gather(*(_heard(line) for line in lines))
    took, worked = (time.perf_counter() - since) * 1000, (ground.processor(pid) - busy) * 1000
    ground.line(
        "a message until all of them hear of it", took, "ms", f"≤ 1,000; {worked:.0f} ms of the processor"
    )
    for _reader, writer in lines:
        writer.close()


async def _open(web: int, cookie: str) -> Line:
    reader, writer = await asyncio.open_connection("127.0.0.1", web)
    head = ["GET /events HTTP/1.1", f"Host: 127.0.0.1:{web}", f"Cookie: {cookie}"]
    writer.write("\r\n".join([*head, "", ""]).encode())
    status = await reader.readline()
    if b" 200 " not in status:
        raise RuntimeError(f"It was not let in: {status.decode()}")
    # Whoever names no mark of what he has seen is told at once that something changed.
    await _heard((reader, writer))
    return reader, writer


async def _heard(line: Line) -> None:
    while b"event: changed" not in (said := await line[0].readline()):
        if not said:
            raise RuntimeError("A window was closed.")


def _write() -> None:
    from django.db import connection

    from odzew.channels.models import Account
    from odzew.conversations.models import Conversation, Message
    from odzew.customers.models import Customer
    from odzew.lib.clock import now
    from odzew.staff.models import Person, Team

    at = now()
    account = Account.objects.first() or Account.objects.create(
        name="Shop", address="s@f.example", created_at=at
    )
    facts = {"account": account, "team": Team.objects.all()[0], "created_at": at, "last_at": at}
    talk = Conversation.objects.create(customer=Customer.objects.create(created_at=at), **facts)
    said = {"direction": "note", "text": "Look.", "author": Person.objects.all()[0]}
    Message.objects.create(conversation=talk, at=now(), **said)
    connection.close()


if __name__ == "__main__":
    main()
