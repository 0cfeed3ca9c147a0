"""How the desk starts and stops: clear words when it cannot, and nothing lost when it is told to end."""

import http.client
import os
import re
import signal
import socket
import sqlite3
import subprocess
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.servers import process
from tests.servers.desk import ODZEW, Desk, desk

EX_TEMPFAIL = 75


def odzew(*words: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ODZEW_", "DATABASE_"))}
    return subprocess.run(
        [ODZEW, *words],
        cwd=cwd,
        env={**kept, **environment},
        input="",
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("option", ["--port", "--smtp-port"])
def test_a_port_in_use_is_named_before_a_password_is_made_and_lost(tmp_path, option):
    with socket.create_server(("127.0.0.1", 0)) as other:
        ports = {"--port": process.free_ports(1)[0], "--smtp-port": process.free_ports(1)[0]}
        ports[option] = other.getsockname()[1]
        said = odzew("serve", *(str(x) for pair in ports.items() for x in pair), cwd=tmp_path)

    assert said.returncode == 1
    assert f"Port {ports[option]} of 127.0.0.1 cannot be had (Address already in use)" in said.stderr
    assert f"Choose another with {option}." in said.stderr
    assert not (tmp_path / "data" / "odzew.sqlite3").exists()


WRONG = {
    "a database that does not answer": (
        {"DATABASE_URL": "postgresql://a:hidden@127.0.0.1:1/desk"},
        "The database of DATABASE_URL cannot be reached",
    ),
    "a database of another kind": (
        {"DATABASE_URL": "mysql://a:hidden@127.0.0.1/desk"},
        "DATABASE_URL must begin with postgresql://",
    ),
    "a password with a slash": (
        {"DATABASE_URL": "postgresql://a:hidden/b@127.0.0.1/desk"},
        "DATABASE_URL: the port is no number",
    ),
    "a figure that is none": (
        {"ODZEW_POOL": "", "ODZEW_PARSE_SECONDS": "many"},
        "ODZEW_PARSE_SECONDS must be",
    ),
    "a proxy by its name": (
        {"ODZEW_PROXIES": "127.0.0.1,proxy.example"},
        "ODZEW_PROXIES must be addresses or networks like 10.0.0.0/8, not 'proxy.example'",
    ),
}


@pytest.mark.parametrize(("environment", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_setting_is_named_without_a_traceback_or_a_password(tmp_path, environment, words):
    said = odzew("owed", cwd=tmp_path, **environment)

    assert said.returncode == 1
    assert words in said.stderr
    assert "Traceback" not in said.stderr
    assert "hidden" not in said.stderr


def test_a_data_folder_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "data").touch()

    said = odzew("serve", cwd=tmp_path)

    assert said.stderr.startswith(f"odzew: The data folder {tmp_path / 'data'} cannot be used: ")
    assert said.returncode == 1


def test_a_mail_server_keeps_the_mail_when_the_desk_cannot_even_start(tmp_path):
    (tmp_path / "data").touch()

    assert odzew("receive", cwd=tmp_path).returncode == EX_TEMPFAIL


def test_the_command_alone_lists_what_is_ours_and_touches_nothing(tmp_path):
    said = odzew(cwd=tmp_path)

    commands = {path.stem for path in (ODZEW.parents[2] / "odzew/management/commands").glob("[a-z]*.py")}
    assert {line.split()[1] for line in said.stdout.splitlines() if line.startswith("  odzew ")} == commands
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl+C", "systemd"])
def test_told_to_stop_it_stops_in_order_without_a_traceback(how):
    with desk() as running:
        assert ends(running, how) == 0
        assert "Traceback" not in running.log()
        running.start()
        assert "Password lost? odzew changepassword admin@odzew.localhost" in running.log()


def ends(running: Desk, how: signal.Signals) -> int:
    assert running._running
    running._running.send_signal(how)
    return running._running.wait(20)


def test_a_desk_that_is_asked_where_it_hangs_says_what_each_thread_does_and_goes_on() -> None:
    with desk() as running:
        said = running.where_it_hangs()

        assert "Current thread" in said
        assert "queue/loop.py" in said
        assert "'/healthz': True" in said
        assert running.is_ready()


@pytest.mark.parametrize(
    ("proxies", "seen"), [("127.0.0.0/29", "203.0.113.9"), ("", "127.0.0.2")], ids=["named", "not named"]
)
def test_a_proxy_on_another_host_is_believed_where_people_are_when_it_is_named(proxies, seen):
    with desk(ODZEW_BEHIND_PROXY="yes", ODZEW_PROXIES=proxies) as running:
        fail_to_sign_in(running, proxy="127.0.0.2", person="203.0.113.9")
        books = sqlite3.connect(running.data / "odzew.sqlite3")

        logged = books.execute("SELECT address FROM odzew_staffact WHERE act = 'sign-in'").fetchall()

        books.close()
    assert logged == [(seen,)]


def fail_to_sign_in(running: Desk, *, proxy: str, person: str) -> None:
    door = http.client.HTTPConnection("127.0.0.1", running.port, timeout=30, source_address=(proxy, 0))
    said = {"X-Forwarded-For": person}
    door.request("GET", "/account/login/", headers=said)
    answer = door.getresponse()
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.read().decode())
    assert found
    form = {"csrfmiddlewaretoken": found[1], "login": "admin@odzew.localhost", "password": "a guess"}
    said |= {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    door.request("POST", "/account/login/", urlencode(form), said)
    assert door.getresponse().status == 200
    door.close()
