"""A mail server that answers each stage as the test says, to see what a mean one does to us."""

import base64
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

DROP, SILENCE = "DROP", "SILENCE"


class Gone(Exception):
    """The sink ends the session."""


@dataclass
class Sink:
    """Answers by stage: greeting, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, body, dot, QUIT."""

    answers: dict[str, str] = field(default_factory=dict)
    extensions: list[str] = field(default_factory=lambda: ["SIZE 1000000", "AUTH PLAIN LOGIN"])
    context: ssl.SSLContext | None = None
    at_once: bool = False
    commands: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    port: int = 0

    @property
    def verbs(self) -> list[str]:
        return [command.partition(" ")[0] for command in self.commands]

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                line, _peer = listener.accept()
            except OSError:
                return
            try:
                with line:
                    self.session(line)
            except (Gone, OSError):
                pass

    def session(self, line: socket.socket) -> None:
        if self.at_once and self.context:
            line = self.context.wrap_socket(line, server_side=True)
        self.talk(line, greet=True)

    def talk(self, line: socket.socket, *, greet: bool) -> None:
        with line, line.makefile("rwb") as file:
            if greet:
                self.say(file, "greeting", "220 sink")
            while said := file.readline():
                verb, blank, rest = said.decode().rstrip("\r\n").partition(" ")
                self.commands.append(verb.upper() + blank + rest)
                self.answer(file, verb.upper(), rest)
                if verb.upper() == "STARTTLS" and self.context:
                    file.close()
                    return self.talk(self.context.wrap_socket(line, server_side=True), greet=False)

    def answer(self, file, verb: str, rest: str) -> None:
        if verb == "EHLO":
            lines = [f"250-{each}" for each in ("sink", *self.extensions)]
            self.say(file, "EHLO", "\r\n".join([*lines, "250 HELP"]))
        elif verb == "RCPT":
            self.say(file, rest[4:-1], self.answers.get("RCPT", "250 ok"))
        elif verb == "DATA":
            self.data(file)
        elif verb == "AUTH":
            self.auth(file, rest)
        else:
            self.say(file, verb, "220 go on" if verb == "STARTTLS" else "250 ok")

    def data(self, file) -> None:
        self.say(file, "DATA", "354 go on")
        if self.answers.get("body") == DROP:
            file.readline()
            raise Gone
        content = b""
        while (line := file.readline()) != b".\r\n":
            if not line:
                raise Gone
            content += line[1:] if line.startswith(b".") else line
        self.mails.append(content)
        self.say(file, "dot", "250 2.0.0 queued as 4F00")

    def auth(self, file, mechanism: str) -> None:
        if mechanism.startswith("LOGIN"):
            file.write(b"334 UGFzc3dvcmQ6\r\n")
            file.flush()
            self.commands.append(file.readline().decode().rstrip())
        if "AUTH" in self.answers and mechanism.startswith("XOAUTH2"):
            file.write(b"334 " + base64.b64encode(b'{"status":"401"}') + b"\r\n")
            file.flush()
            assert file.readline() == b"\r\n"
        self.say(file, "AUTH", "235 welcome")

    def say(self, file, stage: str, usual: str) -> None:
        answer = self.answers.get(stage, usual)
        if answer == DROP:
            raise Gone
        if answer == SILENCE:
            threading.Event().wait(5)
            raise Gone
        file.write(answer.encode() + b"\r\n")
        file.flush()


@contextmanager
def sink(**given) -> Iterator[Sink]:
    """Lend a listening sink."""
    lent = Sink(**given)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        lent.port = listener.getsockname()[1]
        thread = threading.Thread(target=lent.serve, args=(listener,), daemon=True)
        thread.start()
        yield lent
        listener.shutdown(socket.SHUT_RDWR)
