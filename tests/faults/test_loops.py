"""T18: machines that answer machines stop at once; what they wrote is stored all the same."""

import smtplib
import time
from collections import Counter
from contextlib import ExitStack
from itertools import count

import pytest

from tests.faults.receiver import receiver
from tests.faults.reckon import drain, reckon
from tests.faults.victim import Victim, victim
from tests.servers import process

QUIET = 2.0  # seconds in which nothing more comes

POLITE = "Auto-Submitted: auto-replied\r\n"
RUDE = ""
AWAY = ("I am away", "I am away until Monday.")
ORDINARY = ("Your parcel", "Which parcel do you mean?")  # no word of it tells a machine


def hand(desk: Victim, sender: str, content: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=20) as line:
        line.sendmail(sender, ["desk@shop.test"], content)


def letter(sender: str, number: int) -> bytes:
    head = f"From: {sender}\r\nSubject: {number}\r\nMessage-ID: <{number}@home.test>\r\n"
    return f"{head}\r\nWell?\r\n".encode()


class Machine:
    """Answers each mail to it at once, as far as `limit` goes."""

    def __init__(
        self, desk: Victim, head: str, *, threads: bool, envelope: str | None, limit: int = 30
    ) -> None:
        self.desk, self.head, self.threads, self.envelope, self.limit = desk, head, threads, envelope, limit
        self.words = AWAY if head or envelope is not None else ORDINARY
        self.numbers = count(1)
        self.said = 0

    def answer(self, recipient: str, content: bytes) -> None:
        """Answer a mail of the desk."""
        if self.said >= self.limit:
            return
        self.said += 1
        number = next(self.numbers)
        name = content.partition(b"Message-ID: ")[2].partition(b"\r\n")[0].decode().strip()
        reply = f"In-Reply-To: {name}\r\n" if self.threads else ""
        subject, words = self.words
        text = (
            f"From: {recipient}\r\nTo: desk@shop.test\r\nSubject: {subject} {number}\r\n{reply}{self.head}"
            f"Message-ID: <away.{number}@home.test>\r\n\r\n{words}\r\n"
        )
        hand(self.desk, recipient if self.envelope is None else self.envelope, text.encode())


def settle(*desks: Victim) -> None:
    """Wait until nothing more comes or goes."""

    def traffic() -> list[int]:
        return [desk.books.rows("SELECT COUNT(*) FROM odzew_message")[0][0] for desk in desks]

    before, since = traffic(), time.monotonic()
    while time.monotonic() - since < QUIET:
        time.sleep(0.2)
        if (seen := traffic()) != before:
            before, since = seen, time.monotonic()


def automatic(desk: Victim) -> tuple[int, int]:
    """Return how many automatic mails went to one address and in one conversation, at most."""
    sent = "FROM odzew_message WHERE direction = 'outbound' AND automatic <> ''"
    rows = desk.books.rows(f"SELECT to_address, conversation_id {sent}")
    addresses, talks = Counter(row[0] for row in rows), Counter(row[1] for row in rows)
    return max(addresses.values(), default=0), max(talks.values(), default=0)


def meet(head: str, *, threads: bool, envelope: str | None = None, broken: str = ""):
    """Let a customer's machine answer whatever the desk sends; return what came of three letters."""
    with ExitStack() as stack:
        desk = stack.enter_context(victim(broken=broken))
        machine = Machine(desk, head, threads=threads, envelope=envelope)
        server = stack.enter_context(receiver(machine.answer))
        desk.connect(server.settings(), {})
        desk.start()
        for number in range(3):
            letter = (
                f"From: a@home.test\r\nSubject: {number}\r\nMessage-ID: <{number}@home.test>\r\n\r\nWell?\r\n"
            )
            hand(desk, "a@home.test", letter.encode())
        process.wait_until(lambda: server.mails, what="a receipt", log=desk.log_file)
        settle(desk)
        drain(desk)
        return machine, automatic(desk), reckon(desk, ())


MACHINES = {
    "a polite vacation responder": (POLITE, True, None),
    "a rude vacation responder": (RUDE, True, None),
    "a rude one that starts a new conversation each time": (RUDE, False, None),
    "a bounce without a report": (RUDE, True, ""),
    "a bounce that names nothing": (RUDE, False, ""),
}


AT_EACH_CHANGE = {"a rude one that starts a new conversation each time"}
KINDS = [pytest.param(kind, marks=[] if kind in AT_EACH_CHANGE else pytest.mark.faults) for kind in MACHINES]


@pytest.mark.parametrize("kind", KINDS)
def test_the_desk_does_not_go_on_answering(kind):
    head, threads, envelope = MACHINES[kind]
    machine, (an_address, a_talk), found = meet(head, threads=threads, envelope=envelope)

    print(f"\nT18 {kind}: {machine.said} answers of the machine, {an_address} of the desk to it; {found}")
    assert machine.said >= 1
    assert a_talk <= 1
    assert an_address <= 3
    assert found.in_history == 3 + machine.said
    assert (found.findings, found.difference) == ([], 0)


@pytest.mark.faults
def test_the_loop_finds_a_desk_that_greets_everybody():
    _machine, (an_address, _a_talk), _found = meet(RUDE, threads=False, broken="greets_everybody")

    assert an_address > 3


@pytest.mark.faults
def test_two_desks_do_not_go_on_answering_each_other():
    with victim() as one, victim() as other:
        for desk, address, peer in ((one, "desk@one.test", other), (other, "desk@other.test", one)):
            desk.books.change(f"UPDATE odzew_account SET address = '{address}'")
            smtp = {"host": "127.0.0.1", "port": peer.smtp_port, "security": "none", "user": ""}
            desk.connect({"smtp": smtp}, {})
            desk.start()
        for number in range(3):
            hand(one, "desk@other.test", letter("desk@other.test", number))
        process.wait_until(lambda: other.books.history(), what="the first answer", log=one.log_file)
        settle(one, other)
        sent = [automatic(desk) for desk in (one, other)]
        found = [reckon(desk, ()) for desk in (one, other)]

    print(f"\nT18 two desks: {sent}, {found[0]}, {found[1]}")
    assert all(an_address <= 3 and a_talk <= 1 for an_address, a_talk in sent)
    assert found[0].in_history == 3 + sent[1][0]
    assert found[1].in_history == sent[0][0]
