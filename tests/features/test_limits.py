"""How often somebody may guess a password, counted for the whole desk and not for each process."""

import re
import signal
import subprocess
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
import time_machine
from django.core.cache import cache
from django.db import connections
from django.test import Client

from odzew.desk.account.limits import SWEEP, Limits
from tests.features.letters import MONDAY, open_desk
from tests.servers import process
from tests.servers.desk import ODZEW, Desk, desk as running_desk
from tests.servers.postgres import Cluster

REFUSED = "Too many failed login attempts"


@pytest.fixture(autouse=True)
def fresh(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def test_a_value_ends_and_is_forgotten() -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        cache.set("a", [1.5, 2.5], 60)
        assert cache.get("a") == [1.5, 2.5]
        clock.shift(61)

        assert cache.get("a", "none") == "none"


def test_a_lock_is_had_once_until_it_ends_or_is_given_back() -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        assert cache.add("lock", True, 10)
        assert not cache.add("lock", True, 10)
        cache.delete("lock")
        assert cache.add("lock", True, 10)
        clock.shift(11)
        assert cache.add("lock", True, 10)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_try_at_once_one_has_the_lock() -> None:
    start, won = threading.Barrier(8), []

    def try_it() -> None:
        start.wait()
        if cache.add("contested", True, 10):
            won.append(1)
        connections.close_all()

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 1


@pytest.mark.django_db(transaction=True)
def test_each_of_many_who_count_at_once_is_counted() -> None:
    start, told = threading.Barrier(8), []

    def count() -> None:
        start.wait()
        for _ in range(25):
            cache.add("counted", 0, 60)
            told.append(cache.incr("counted"))
        connections.close_all()

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told) == list(range(1, 201))


def test_a_count_that_is_not_there_or_has_ended_is_not_counted_up() -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        cache.add("ended", 5, 60)
        assert cache.incr("ended", 2) == 7
        clock.shift(61)

        for key in ("ended", "unheard-of"):
            with pytest.raises(ValueError, match="no count"):
                cache.incr(key)


def test_what_has_ended_does_not_pile_up(tmp_path: Path) -> None:
    limits = Limits(str(tmp_path / "limits.sqlite3"), {})
    with time_machine.travel(MONDAY, tick=False) as clock:
        for number in range(50):
            limits.set(f"{number}", [1], 60)
        clock.shift(61)
        limits.add("last", [1], 60)

        with limits._ask("SELECT count(*) FROM odzew_limit", []) as cursor:
            assert cursor.fetchone() == (1,)


def test_what_has_ended_is_found_without_reading_the_rest(tmp_path: Path) -> None:
    limits = Limits(str(tmp_path / "limits.sqlite3"), {})

    with limits._ask(f"EXPLAIN QUERY PLAN {SWEEP}", [0]) as cursor:
        plan = " ".join(str(row) for row in cursor.fetchall())

    assert "limit_ends" in plan


def test_a_disk_that_is_full_says_not_just_now(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    limits = Limits(str(tmp_path / "limits.sqlite3"), {})
    limits.set("a", 1, 60)
    with limits._ask("PRAGMA query_only = 1", []):  # what a file system that is full or read-only answers
        pass
    client.raise_request_exception = False
    monkeypatch.setattr("allauth.core.internal.ratelimit.cache", limits)

    answer = client.post("/account/login/", {"login": "ala@example.org", "password": "x"})

    assert answer.status_code == 503


def test_after_five_wrong_passwords_the_right_one_waits_too() -> None:
    agent = open_desk().agent
    agent.set_password("a good long password")
    agent.save()
    for _ in range(5):
        Client().post("/account/login/", {"login": agent.email, "password": "wrong"})

    answer = Client().post("/account/login/", {"login": agent.email, "password": "a good long password"})

    assert REFUSED in answer.content.decode()


def test_whoever_asks_too_often_is_told_in_the_look_of_the_desk() -> None:
    answers = [Client().post("/account/login/", {"login": "x", "password": ""}) for _ in range(31)]

    assert answers[-1].status_code == 429
    assert "Wait a minute" in answers[-1].content.decode()


def guess(url: str, email: str) -> str:
    jar = urllib.request.HTTPCookieProcessor(CookieJar())
    browser = urllib.request.build_opener(jar)
    host = {"Host": "localhost"}  # as a proxy before both of them says
    door = urllib.request.Request(f"{url}/account/login/", headers=host)
    page = browser.open(door, timeout=30).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    form = {"csrfmiddlewaretoken": token[1], "login": email, "password": "wrong"}
    sent = urllib.parse.urlencode(form).encode()
    cookies = {"Cookie": f"csrftoken={next(one.value for one in jar.cookiejar)}"}
    again = urllib.request.Request(f"{url}/account/login/", sent, headers=host | cookies)
    return str(browser.open(again, timeout=30).read().decode())


@contextmanager
def second_process(desk: Desk) -> Iterator[str]:
    [port] = process.free_ports(1)
    command = [ODZEW, "web", "--data", desk.data, "--port", str(port)]
    with (desk.data / "second.log").open("wb") as log:
        running = subprocess.Popen(
            command, stdout=log, stderr=log, env=desk.environment, start_new_session=True
        )
    try:
        process.wait_until(lambda: process.is_open(port), what="a second web process", seconds=60)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stop(running, how=signal.SIGTERM, seconds=20)


def refused_by_two(desk: Desk) -> None:
    email, _password = desk.sign_in()
    with second_process(desk) as second:
        answers = [guess((desk.url, second)[turn % 2], email) for turn in range(6)]

    assert [REFUSED in answer for answer in answers] == [False] * 5 + [True]


@pytest.mark.slow
def test_two_processes_on_sqlite_count_together(desk: Desk) -> None:
    refused_by_two(desk)


@pytest.mark.slow
@pytest.mark.postgres
def test_two_processes_on_postgresql_count_together(postgres: Cluster) -> None:
    with running_desk(DATABASE_URL=postgres.url) as desk:
        refused_by_two(desk)
