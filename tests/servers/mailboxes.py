"""Mailboxes that Exim fills and Dovecot shows."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from tests.servers import process


@dataclass(frozen=True)
class Mailbox:
    """One mailbox: its address is the user name at IMAP and at submission."""

    address: str
    password: str
    folder: Path

    def messages(self) -> list[Message]:
        """Return the mails that lie in the inbox, oldest first."""
        files = [path for part in ("new", "cur") for path in (self.folder / part).glob("*")]
        return [message_from_bytes(path.read_bytes()) for path in sorted(files, key=_by_age)]

    def wait(self, count: int = 1, seconds: float = 20) -> list[Message]:
        """Return the mails as soon as there are so many."""
        process.wait_until(
            lambda: len(self.messages()) >= count, what=f"{count} mails at {self.address}", seconds=seconds
        )
        return self.messages()


class Mailboxes:
    """All mailboxes of one folder, with the certificate of the servers that show them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.users = process.give(_made(folder / "users"))
        self.mail = process.give(_made(folder / "mail"))
        self.certificate = folder / "certificate.pem"
        self.key = folder / "key.pem"
        self._boxes: dict[str, Mailbox] = {}
        self._write()
        self._certify()

    def add(self, address: str, password: str = "a long enough secret") -> Mailbox:
        """Open a mailbox; it is empty when it was open before."""
        folder = self.mail / address
        for part in ("", "new", "cur", "tmp"):
            process.give(_made(folder / part))
        for old in [*folder.glob("new/*"), *folder.glob("cur/*")]:
            old.unlink()
        (self.users / address).write_text(f"{address}:{{PLAIN}}{password}\n")
        self._boxes[address] = Mailbox(address, password, folder)
        self._write()
        return self._boxes[address]

    def _write(self) -> None:
        write_table(self.folder / "boxes", {box.address: str(box.folder) for box in self._boxes.values()})
        write_table(self.folder / "secrets", {box.address: box.password for box in self._boxes.values()})

    def _certify(self) -> None:
        names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"]
        command += ["-subj", "/CN=localhost", "-addext", names]
        command += ["-keyout", str(self.key), "-out", str(self.certificate)]
        subprocess.run(command, check=True, capture_output=True)
        process.give(self.key)


@contextmanager
def mailboxes() -> Iterator[Mailboxes]:
    """Lend a place for mailboxes."""
    with process.workshop("mail") as folder:
        yield Mailboxes(folder)


def write_table(path: Path, rows: dict[str, str]) -> None:
    """Write a table for Exim; it sees the old one or the new one, never half of it."""
    draft = path.with_suffix(".draft")
    draft.write_text("".join(f"{key}: {value}\n" for key, value in rows.items()))
    draft.rename(path)


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def _by_age(path: Path) -> int:
    return path.stat().st_mtime_ns
