"""A running desk between real mail servers, customers with mailboxes, and an agent who acts by HTTP."""

import json
import re
import smtplib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
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

DESK = "desk@odzew.localhost"
numbers = count(1)
HIRE = """
from odzew.staff.models import Person, Team
Person.objects.create_user("{address}", "{password}", name="{name}").teams.add(Team.objects.get())
"""


@dataclass
class Customer:
    """Somebody outside, with a mailbox of his own."""

    box: Mailbox
    exim: Exim

    def writes(self, text: str, subject: str = "Parcel", **headers: str) -> str:
        """Send a mail to the desk through the mail server of the world, and return its Message-ID."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = f"Anna Nowak <{self.box.address}>", DESK, subject
        mail["Message-ID"] = f"<{next(numbers)}.{self.box.address}>"
        for name, value in headers.items():
            mail[name.replace("_", "-").title()] = value
        mail.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.exim.smtp_port, timeout=30) as door:
            door.send_message(mail, self.box.address, [DESK])
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

    def __init__(self, desk: Desk, sign_in: tuple[str, str] | None = None) -> None:
        self.web = httpx.Client(base_url=desk.url, headers={"Accept-Language": "en"}, timeout=30)
        self.address, password = sign_in or desk.sign_in()
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
        wait_until(lambda: words in self.page(path), what=f"“{words}” on {path}", seconds=seconds)
        return self.page(path)

    def talk_about(self, subject: str) -> str:
        """Return the address of the conversation with this subject, as soon as Today shows it."""
        page = self.sees("/", subject)
        found = re.search(rf'href="(/conversations/\d+/)[^"]*">\s*{re.escape(subject)}', page)
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

    def customer(self) -> Customer:
        """Return a customer nobody has heard of, with a mailbox."""
        return Customer(self.boxes.add(f"anna{next(numbers)}@home.test"), self.exim)

    def unreachable(self, domain: str) -> Customer:
        """Return a customer without a mailbox, at a domain whose mails come back or are put off."""
        address = f"anna{next(numbers)}@{domain}"
        return Customer(Mailbox(address, "", self.boxes.mail / address), self.exim)

    def hire(self, name: str) -> Agent:
        """Return a colleague in the one team there is, signed in."""
        address, password = f"{name.lower()}@odzew.localhost", "a long password"
        made = self.desk.odzew("shell", "-c", HIRE.format(address=address, password=password, name=name))
        assert made.returncode == 0, made.stderr.decode()
        return Agent(self.desk, (address, password))

    def owed(self, talk: str) -> list[dict[str, Any]]:
        """Return what the command line says is owed in a conversation, the most pressing first."""
        rows = json.loads(self.desk.odzew("owed", "--json").stdout)
        return [row for row in rows if f"/conversations/{row['conversation']}/" == talk]

    def wait_for_debts(self, talk: str, holds: Callable[[list[dict[str, Any]]], bool], what: str) -> Any:
        """Return what is owed in a conversation as soon as it is as it should be."""
        wait_until(lambda: holds(self.owed(talk)), what=what, seconds=30)
        return self.owed(talk)

    def check_the_books(self) -> None:
        """Let the desk audit itself.

        :raises AssertionError: when it finds anything
        """
        audit = self.desk.odzew("audit", "--json")
        assert json.loads(audit.stdout)["findings"] == []
        balance = json.loads(self.desk.odzew("balance", "--json").stdout)
        assert balance["opened"] == balance["paid"] + balance["waived"] + balance["open"]


@contextmanager
def shop(exim: Exim, boxes: Mailboxes, **environment: str) -> Iterator[Shop]:
    """Lend a desk whose mail goes out by Exim and comes in from it."""
    out = f"smtp://127.0.0.1:{exim.smtp_port}"
    with running_desk(ODZEW_SMTP_OUT=out, **environment) as desk:
        exim.route("odzew.localhost", desk.smtp_port)
        lent = Shop(desk, exim, boxes, Agent(desk))
        with closing(lent.agent.web):
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
