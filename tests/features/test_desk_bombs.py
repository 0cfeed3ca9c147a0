"""A mail that is too much to read is opened by a process that may die for it, and the desk goes on."""

import resource
import time
from collections.abc import Iterator
from queue import LifoQueue

import pytest
from django.test import Client

from odzew.conversations.models import Attachment, Message
from odzew.intake import looked_at
from odzew.intake.models import Raw
from odzew.intake.reader import Reader
from tests.features.letters import Desk, letter, open_desk

pytestmark = pytest.mark.django_db
HTML = b"From: a@example.org\r\nSubject: B\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n"
FILE = (
    b"From: a@example.org\r\nSubject: F\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: application/zip\r\nContent-Disposition: attachment; filename=f.zip\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n"
)
MEGABYTES = 160


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def agent(desk: Desk, client: Client) -> Client:
    client.force_login(desk.agent)
    return client


@pytest.fixture(autouse=True)
def readers(monkeypatch: pytest.MonkeyPatch) -> Iterator[LifoQueue[Reader | None]]:
    """One reader for the screens, with little memory and little time."""
    one = Reader(8, MEGABYTES)
    queue: LifoQueue[Reader | None] = LifoQueue()
    queue.put(one)
    monkeypatch.setattr(looked_at, "_readers", queue)
    yield queue
    one.stop()


def taken(desk: Desk, content: bytes) -> Message:
    """A bomb that got into the history, as one would that was read under wider limits."""
    message = desk.deliver(letter("Hello"))
    assert message is not None
    Raw.objects.filter(pk=message.raw).update(content=content, size=len(content))
    return message


def grown(begin: int) -> float:
    """How many megabytes more this process has held since."""
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - begin) / 1024


BOMBS = {
    "three million tags": HTML + b"<p a=b>" * 3_000_000,
    "tables in tables": HTML + b"<table><tr><td>" * 600_000,
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_that_is_opened_neither_fills_nor_hangs_the_web(
    desk: Desk, agent: Client, bomb: bytes
) -> None:
    message = taken(desk, bomb)
    held, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.thread_time()

    response = agent.get(f"/messages/{message.pk}/html")

    assert response.status_code == 422
    assert "more time or memory" in response.content.decode()
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert grown(held) < 8 * len(bomb) / 2**20  # copies of the bytes, no tree of them
    assert time.thread_time() - begun < 4


def test_a_file_of_a_bomb_is_taken_out_under_the_same_limits(desk: Desk, agent: Client) -> None:
    message = taken(desk, FILE + b"QUFB" * (20 * 2**20) + b"\r\n--b--\r\n")
    Attachment.objects.create(
        message=message, index=0, filename="f.zip", content_type="application/zip", size=1, sha256="0" * 64
    )

    response = agent.get(f"/messages/{message.pk}/files/0")

    assert response.status_code == 422
    assert "Content-Disposition" not in response


def test_after_a_bomb_the_next_mail_is_shown(desk: Desk, agent: Client) -> None:
    bomb = taken(desk, BOMBS["three million tags"])
    good = desk.deliver(HTML + b"<p>Good <b>day</b></p>", sender="a@example.org")
    assert good is not None

    assert agent.get(f"/messages/{bomb.pk}/html").status_code == 422
    assert "<b>day</b>" in agent.get(f"/messages/{good.pk}/html").content.decode()


def test_who_waits_too_long_for_a_reader_is_told_to_try_again(
    desk: Desk, agent: Client, readers: LifoQueue[Reader | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looked_at, "PATIENCE", 0.01)
    message = desk.deliver(HTML + b"<p>Hello</p>", sender="a@example.org")
    assert message is not None
    lent = readers.get()

    response = agent.get(f"/messages/{message.pk}/html")

    assert (response.status_code, response["Cache-Control"]) == (503, "no-store")
    readers.put(lent)
    assert agent.get(f"/messages/{message.pk}/html").status_code == 200


@pytest.mark.parametrize("name", ["References", "In-Reply-To", "To", "Cc", "Delivered-To", "From"])
def test_a_mail_that_names_more_than_a_database_takes_in_one_question_is_taken(desk: Desk, name: str) -> None:
    named = b"".join(f"{name}: <{number}@spam.example>\r\n".encode() for number in range(260_000))

    taken = desk.deliver(named + b"From: a@example.org\r\nSubject: S\r\n\r\nAnd when?\r\n")

    assert taken is not None
    assert taken.own_words.strip() == "And when?"
    assert len(taken.references) <= 100
    assert sum(map(len, taken.recipients.values())) <= 20_000
