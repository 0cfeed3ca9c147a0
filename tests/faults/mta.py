"""A mail server that keeps each mail until the desk has said 250, as all of them do (RFC 5321 §4.5.4)."""

import base64
import random
import smtplib
import threading
import time
from dataclasses import dataclass
from itertools import count

RECIPIENT = "desk@shop.test"
FAILURES = (smtplib.SMTPException, OSError)


@dataclass(frozen=True)
class Letter:
    """One mail in the queue of the sender."""

    sender: str
    message_id: str
    content: bytes


def noise(number: int, size: int) -> str:
    """Return lines no disk can make smaller, about so many letters long, each time the same."""
    return base64.encodebytes(random.Random(number).randbytes(size * 3 // 4)).decode().replace("\n", "\r\n")


def letters(name: str, size: int = 500) -> "iter[Letter]":
    """Yield letters without end; each third one answers the one before it."""
    for number in count():
        matter = number - (number % 3 == 2)
        sender = f"{name}{matter}@home.test"
        message_id = f"<{name}.{number}@home.test>"
        lines = [
            f"From: Customer {matter} <{sender}>",
            f"To: <{RECIPIENT}>",
            f"Subject: Parcel {matter}",
            f"Message-ID: {message_id}",
            *([f"In-Reply-To: <{name}.{matter}@home.test>"] if matter != number else []),
            "",
            f"Where is my parcel {number}?",
            noise(number, size),
        ]
        yield Letter(sender, message_id, "\r\n".join(lines).encode())


def _code(error: Exception) -> int:
    """Return what the door has said; 0 when it said nothing."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(code for code, _words in error.recipients.values())
    return int(getattr(error, "smtp_code", 0))


class Mta:
    """Delivers to one door; `acknowledged` holds the Message-IDs it may forget."""

    def __init__(self, port: int, name: str = "c", *, pause: float = 0.005, size: int = 500) -> None:
        self.port, self.pause = port, pause
        self.mine = letters(name, size)
        self.acknowledged: set[str] = set()
        self.queue: list[Letter] = []
        self.tries = 0
        self.answers: list[int] = []
        self.longest = 0.0  # seconds until an answer
        self._line: smtplib.SMTP | None = None

    def take(self, how_many: int) -> None:
        """Put new letters into the queue."""
        self.queue += [next(self.mine) for _ in range(how_many)]

    def flush(self) -> bool:
        """Try each letter in the queue once, and tell whether all were taken."""
        for letter in list(self.queue):
            if not self.offer(letter):
                return False
            self.queue.remove(letter)
        return True

    def offer(self, letter: Letter) -> bool:
        """Try once to deliver a letter."""
        self.tries += 1
        begun = time.monotonic()
        try:
            if self._line is None:
                self._line = smtplib.SMTP(timeout=20)
                self._line.connect("127.0.0.1", self.port)
            self._line.sendmail(letter.sender, [RECIPIENT], letter.content)
        except FAILURES as error:
            self.answers.append(_code(error))
            self.hang_up()
            return False
        finally:
            self.longest = max(self.longest, time.monotonic() - begun)
        self.answers.append(250)
        self.acknowledged.add(letter.message_id)
        return True

    def hang_up(self) -> None:
        """Cut the line; the next letter dials anew."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def run(self, stop: threading.Event) -> None:
        """Deliver letter after letter until told to stop; then keep on with the one in hand."""
        while not stop.is_set():
            self.take(1)
            while not self.flush():
                time.sleep(0.02)
            time.sleep(self.pause)
        self.hang_up()
