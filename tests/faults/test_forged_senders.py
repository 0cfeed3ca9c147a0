"""T19: the desk is no cannon: a flood with forged senders makes it write to nobody twice, nor their words."""

import time

import pytest

from tests.faults.mta import Letter, Mta
from tests.faults.receiver import Receiver, receiver
from tests.faults.reckon import drain, reckon
from tests.faults.size import size
from tests.faults.test_loops import settle
from tests.faults.victim import Victim, victim
from tests.servers import process

MARKERS = [f"MARKER{number:02}" for number in range(20)]


def forged(number: int, addresses: int) -> Letter:
    """Return a letter that has its own words wherever a sender may put some."""
    sender = f"victim{number % addresses}@home.test"
    m = MARKERS
    head = [
        f"From: {m[0]} {m[1]} <{sender}>", f"To: {m[2]} <desk@shop.test>", f"Cc: {m[3]} <cc@home.test>",
        f"Reply-To: {m[4]} <{sender}>", f"Subject: {m[5]} {m[6]} {number}", f"X-Odzew-Note: {m[7]}",
        # A receipt names the identifier it answers to (RFC 3834 §3.1.5); no reader is shown that.
        f"Organization: {m[8]}", f"Message-ID: <flood.{number}@home.test>", f"Keywords: {m[10]} {m[9]}",
        f"Thread-Topic: {m[11]}", f"Comments: {m[12]}", f"List-Name: {m[13]}",
    ]  # fmt: skip
    text = "\r\n".join([*head, "", *(f"{marker} buy this?" for marker in m[14:]), ""])
    return Letter(sender, f"<flood.{number}@home.test>", text.encode())


def flood(mails: int, addresses: int, broken: str = "") -> tuple[Receiver, Victim]:
    with receiver() as server, victim(broken=broken) as desk:
        desk.connect(server.settings(), {})
        desk.start()
        mta = Mta(desk.smtp_port)
        mta.queue = [forged(number, addresses) for number in range(mails)]
        assert mta.flush(), mta.answers[-3:]
        mta.hang_up()
        drain(desk, 60 + mails / 20)
        waiting = (
            "SELECT 1 FROM odzew_message WHERE direction = 'outbound' AND state IN ('queued', 'sending')"
        )
        process.wait_until(lambda: not desk.books.rows(waiting), what="the receipts", seconds=60 + mails / 20)
        settle(desk)
        return server, reckon(desk, mta.acknowledged)


def most_to_one(server: Receiver) -> int:
    """Return how many mails one address got at most."""
    got = [recipient for _sender, recipient, _content in server.mails]
    return max((got.count(recipient) for recipient in set(got)), default=0)


def check(mails: int, addresses: int) -> None:
    begun = time.monotonic()
    server, found = flood(mails, addresses)
    holding = [content for _from, _to, content in server.mails if any(m.encode() in content for m in MARKERS)]

    print(
        f"\nT19 {mails} mails of {addresses} forged addresses in {time.monotonic() - begun:.0f} s: "
        f"{len(server.mails)} receipts, {most_to_one(server)} to one address at most, "
        f"{len(holding)} with a word of the sender's; {found}"
    )
    assert server.mails
    assert most_to_one(server) <= 1
    assert holding == []
    assert found.is_clean(), found


def test_a_flood_with_forged_senders_brings_nobody_more_than_one_mail():
    check(size("FORGED", 40), 10)


@pytest.mark.faults
def test_a_great_flood_with_forged_senders_brings_nobody_more_than_one_mail():
    mails = size("FORGED", 10_000)

    check(mails, max(1, mails // 10))


@pytest.mark.faults
def test_the_flood_finds_a_desk_that_greets_everybody():
    server, _found = flood(20, 2, broken="greets_everybody")

    print(f"\nT19 control greets_everybody: {most_to_one(server)} to one address")
    assert most_to_one(server) > 1
