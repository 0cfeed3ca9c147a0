"""A mail server on the customers' side; the first letters of an address say how it treats its mail."""

import socketserver
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ANSWERS = {"later": "450 4.2.0 come back later", "never": "550 5.1.1 nobody here"}
TAKING, SLOW = 0.03, 3.0  # seconds between having a mail and saying so


class Receiver(socketserver.ThreadingTCPServer):
    """Counts what it took, by Message-ID; `told` is called with each mail it took."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, told: Callable[[str, bytes], None] | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.port = self.server_address[1]
        self.told = told
        self.taken: Counter[str] = Counter()
        self.offered: Counter[str] = Counter()
        self.mails: list[tuple[str, str, bytes]] = []
        self.lock = threading.Lock()

    def handle_error(self, _request: object, _address: object) -> None:
        """Say nothing: the sender is killed in the middle of sentences."""

    def settings(self) -> dict[str, object]:
        """Return how an account sends by this server."""
        return {"smtp": {"host": "127.0.0.1", "port": self.port, "security": "none", "user": ""}}


class Session(socketserver.StreamRequestHandler):
    """One session of SMTP."""

    server: Receiver

    def handle(self) -> None:
        """Talk until the other side hangs up or has to be dropped."""
        self.say("220 home.test")
        sender = recipient = ""
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"QUIT":
                return self.say("221 bye")
            if verb == b"MAIL":
                sender = _address(line)
            elif verb == b"RCPT":
                recipient = _address(line)
            elif verb == b"DATA":
                self.say("354 go on")
                answer = self.take(sender, recipient, self.body())
                if answer is None:
                    return None
                self.say(answer)
                continue
            self.say("250 ok")
        return None

    def body(self) -> bytes:
        """Return the mail without its final dot."""
        content = b""
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise ConnectionError("cut before the dot: nobody has this mail")
            content += line[1:] if line.startswith(b".") else line
        return content

    def take(self, sender: str, recipient: str, content: bytes) -> str | None:
        """Take a mail or refuse it, as its address says; None hangs up without a word."""
        name = _message_id(content)
        with self.server.lock:
            self.server.offered[name] += 1
        for fate, answer in ANSWERS.items():
            if recipient.startswith(fate):
                return answer
        with self.server.lock:
            self.server.taken[name] += 1
            self.server.mails.append((sender, recipient, content))
        if self.server.told:
            self.server.told(recipient, content)
        time.sleep(SLOW if recipient.startswith("slow") else TAKING)
        return None if recipient.startswith("drop") else "250 2.0.0 taken"

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


def _address(line: bytes) -> str:
    return line.partition(b"<")[2].partition(b">")[0].decode()


def _message_id(content: bytes) -> str:
    head = content.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ")
    lines = [line for line in head.split(b"\r\n") if line.lower().startswith(b"message-id:")]
    return lines[0].partition(b":")[2].strip().decode() if lines else ""


@contextmanager
def receiver(told: Callable[[str, bytes], None] | None = None) -> Iterator[Receiver]:
    """Lend a running server."""
    with Receiver(told) as lent:
        thread = threading.Thread(target=lent.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield lent
        finally:
            lent.shutdown()
            thread.join()
