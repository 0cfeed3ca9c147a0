"""A running desk between real mail servers, customers with mailboxes, and an agent who acts by HTTP."""

import json
import re
import smtplib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from html import unescape
from itertools import count
from typing import Any

import httpx

from tests.servers.desk import Desk, desk as running_desk
from tests.servers.exim import Exim
from tests.servers.mailboxes import Mailbox, Mailboxes
from tests.servers.process import wait_until

DOMAIN = "odzew.localhost"
DESK = f"desk@{DOMAIN}"
A_GLANCE = 0.15  # seconds between two looks at a page
numbers = count(1)
# They are signed in here: to check a password costs half a second of the processor, as it should.
HIRE = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from odzew.staff.models import Person, Team
for address, name in {people}:
    person = Person.objects.create_user(address, name=name, undo_seconds=0)
    person.teams.add(Team.objects.get())
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.create()
    print(session.session_key)
"""
# As `odzew owed --json` tells it. That costs most of a second of the processor, and is not for waiting.
OPEN = """SELECT o.id, p.email AS owner, o.kind, o.opened_at, o.due_at, o.escalated, o.reopenings
FROM odzew_owed o JOIN odzew_person p ON p.id = o.owner_id
WHERE o.state = 'open' AND '/conversations/' || o.conversation || '/' = ? ORDER BY o.id"""
SETTLED = "SELECT settled_by FROM odzew_owed WHERE id = ?"


@dataclass
class Customer:
    """Somebody outside, with a mailbox of his own."""

    box: Mailbox
    exim: Exim
    desk: str = DESK

    def writes(self, text: str, subject: str = "Parcel", **headers: str) -> str:
        """Send a mail to the desk through the mail server of the world, and return its Message-ID."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = f"Anna Nowak <{self.box.address}>", self.desk, subject
        mail["Message-ID"] = f"<{next(numbers)}.{self.box.address}>"
        for name, value in headers.items():
            mail[name.replace("_", "-").title()] = value
        mail.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.exim.smtp_port, timeout=30) as door:
            door.send_message(mail, self.box.address, [self.desk])
        return str(mail["Message-ID"])

    def has(self, words: str) -> Message:
        """Return the mail with these words, as soon as it has arrived."""
        found: list[Message] = []

        def look() -> bool:
            found[:] = [mail for mail in self.box.messages() if words in body(mail)]
            return bool(found)

        wait_until(look, what=f"a mail with “{words}” at {self.box.address}")
        return found[0]

    def receipt(self) -> Message:
        """Return the automatic receipt, as soon as it has arrived."""
        found: list[Message] = []

        def look() -> bool:
            found[:] = [mail for mail in self.box.messages() if mail["Auto-Submitted"]]
            return bool(found)

        wait_until(look, what=f"a receipt at {self.box.address}")
        return found[0]


class Agent:
    """A person at the desk who reads pages and sends their forms, by HTTP only."""

    def __init__(self, desk: Desk, name: str = "", address: str = "", session: str = "") -> None:
        self.web = httpx.Client(base_url=desk.url, headers={"Accept-Language": "en"}, timeout=30)
        self.name, self.address = name, address or desk.sign_in()[0]
        if session:
            self.web.cookies.set("sessionid", session, domain="127.0.0.1")
            self.page("/")  # gives the token of forms
        else:
            self._sign_in(desk.sign_in()[1])

    def _sign_in(self, password: str) -> None:
        self.page("/account/login/")
        self.send("/account/login/", login=self.address, password=password)
        self.send("/look", undo="0")  # no story is about the seconds in which a reply can be taken back

    def page(self, path: str) -> str:
        """Return a page as it is read."""
        answer = self.web.get(path, follow_redirects=True)
        assert answer.status_code == 200, (path, answer.status_code)
        return unescape(answer.text)

    def send(self, path: str, **form: Any) -> httpx.Response:
        """Send a form with the token of its page."""
        token = {"csrfmiddlewaretoken": self.web.cookies.get("csrftoken")}
        return self.web.post(path, data={**form, **token})

    def sees(self, path: str, words: str, seconds: float = 20) -> str:
        """Return the page as soon as it shows the words."""
        seen = [""]

        def look() -> bool:
            seen[0] = self.page(path)
            return words in seen[0]

        wait_until(look, what=f"“{words}” on {path}", seconds=seconds, pause=A_GLANCE)
        return seen[0]

    def talk_about(self, subject: str) -> str:
        """Return the address of the conversation with this subject, as soon as Today shows it."""
        page = self.sees("/", subject)
        found = re.search(
            rf'href="(/conversations/\d+/)[^"]*">\s*(?:<span.+?</span>)*{re.escape(subject)}', page
        )
        assert found, page
        return found[1]

    def form(self, talk: str) -> dict[str, Any]:
        """Return what the reply form of a conversation holds when it is opened."""
        page = self.page(talk)
        seen = re.search(r'name="seen" value="(\d+)"', page)
        pays = re.findall(r'name="pays" value="(\d+)"', page)
        asked = re.findall(r'name="question" value="([^"]+)"', page)
        assert seen
        return {"seen": seen[1], "pays": pays, "question": asked}

    def answers(self, talk: str, text: str, **more: Any) -> httpx.Response:
        """Send an answer to all that is owed, unless told otherwise."""
        return self.send(f"{talk}reply", **{**self.form(talk), "text": text, "purpose": "answer", **more})


@dataclass
class Shop:
    """The desk, the world's mail server, and the people."""

    desk: Desk
    exim: Exim
    boxes: Mailboxes
    agent: Agent
    domain: str = DOMAIN
    hired: list[Agent] = field(default_factory=list)

    def close(self) -> None:
        """Let all who work at the desk go home."""
        for person in (self.agent, *self.hired):
            person.web.close()

    def customer(self) -> Customer:
        """Return a customer nobody has heard of, with a mailbox."""
        return Customer(self.boxes.add(f"anna{next(numbers)}@home.test"), self.exim, f"desk@{self.domain}")

    def unreachable(self, domain: str) -> Customer:
        """Return a customer without a mailbox, at a domain whose mails come back or are put off."""
        address = f"anna{next(numbers)}@{domain}"
        return Customer(Mailbox(address, "", self.boxes.mail / address), self.exim)

    def hire(self, *names: str) -> list[Agent]:
        """Return colleagues in the one team there is, signed in; each has a number behind the name."""
        known = [f"{name} {next(numbers)}" for name in names]
        people = [(f"{name.lower().replace(' ', '.')}@{DOMAIN}", name) for name in known]
        made = self.desk.odzew("shell", "-c", HIRE.format(people=people))
        assert made.returncode == 0, made.stderr.decode()
        keys = made.stdout.decode().split()[-len(people) :]
        signed_in = [
            Agent(self.desk, name, address, key) for (address, name), key in zip(people, keys, strict=True)
        ]
        self.hired += signed_in
        return signed_in

    def owed(self, talk: str) -> list[dict[str, Any]]:
        """Return what the command line says is owed in a conversation, the most pressing first."""
        rows = json.loads(self.desk.odzew("owed", "--json").stdout)
        return [row for row in rows if f"/conversations/{row['conversation']}/" == talk]

    def open(self, talk: str) -> list[dict[str, Any]]:
        """Return what is open in a conversation, as it stands in the books, at the cost of a glance."""
        return self._read(OPEN, talk)

    def settled_by(self, *debts: int) -> set[int]:
        """Return the messages that paid these debts."""
        return {self._read(SETTLED, debt)[0]["settled_by"] for debt in debts}

    def _read(self, question: str, about: object) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(self.desk.data / "odzew.sqlite3")) as books:
            books.row_factory = sqlite3.Row
            return [dict(row) for row in books.execute(question, [about])]

    def wait_for_debts(self, talk: str, holds: Callable[[list[dict[str, Any]]], bool], what: str) -> Any:
        """Return what is owed in a conversation as soon as it is as it should be."""
        wait_until(lambda: holds(self.open(talk)), what=what, seconds=30, pause=0.1)
        return self.open(talk)

    def check_the_books(self) -> None:
        """Let the desk audit itself.

        :raises AssertionError: when it finds anything
        """
        audit = self.desk.odzew("audit", "--json")
        assert json.loads(audit.stdout)["findings"] == []
        balance = json.loads(self.desk.odzew("balance", "--json").stdout)
        assert balance["opened"] == balance["paid"] + balance["waived"] + balance["open"]


@contextmanager
def shop(exim: Exim, boxes: Mailboxes, *, domain: str = DOMAIN, **environment: str) -> Iterator[Shop]:
    """Lend a desk whose mail goes out by Exim and comes in from it."""
    out = f"smtp://127.0.0.1:{exim.smtp_port}"
    with running_desk(ODZEW_SMTP_OUT=out, **environment) as desk:
        exim.route(domain, desk.smtp_port)
        lent = Shop(desk, exim, boxes, Agent(desk), domain)
        with closing(lent):
            yield lent
        lent.check_the_books()


def body(mail: Message) -> str:
    """Return the plain text of a mail."""
    part = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode("utf-8")


def subject(mail: Message) -> str:
    """Return the subject of a mail, decoded."""
    return str(make_header(decode_header(str(mail["Subject"]))))
