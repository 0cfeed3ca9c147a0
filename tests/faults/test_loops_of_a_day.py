"""T18: a day of machines that answer each other: two desks, and a responder that is rude to both."""

from contextlib import ExitStack
from itertools import count

import pytest

from tests.faults.receiver import receiver
from tests.faults.reckon import drain, reckon
from tests.faults.size import size
from tests.faults.test_clock import HOUR, timed
from tests.faults.test_loops import AWAY, automatic, hand, letter, settle
from tests.faults.victim import Victim

DESKS = ("desk@one.test", "desk@other.test")
RUDE = "rude@home.test"


class Post:
    """Brings mail from desk to desk, and from desk to the rude responder, who answers all of it anew."""

    def __init__(self, desks: dict[str, Victim]) -> None:
        self.desks = desks
        self.numbers = count(1)
        self.brought: dict[str, int] = dict.fromkeys(desks, 0)

    def bring(self, sender: str, desk: str, content: bytes) -> None:
        self.brought[desk] += 1
        hand(self.desks[desk], sender, content)

    def take(self, recipient: str, content: bytes) -> None:
        """Take what a desk has sent."""
        sender = content.partition(b"From: ")[2].partition(b"\r\n")[0].decode()
        desk = next(address for address in self.desks if address in sender)
        if recipient in self.desks:
            self.bring(desk, recipient, content)
        elif recipient == RUDE:
            number = next(self.numbers)
            head = f"From: {RUDE}\r\nSubject: {AWAY[0]} {number}\r\nMessage-ID: <rude.{number}@home.test>\r\n"
            self.bring(RUDE, desk, f"{head}\r\n{AWAY[1]}\r\n".encode())


def live(tmp_path, hours: int):
    """Let a letter in the name of each machine come to each desk every hour."""
    with ExitStack() as stack:
        desks, clocks = {}, []
        post = Post(desks)
        server = stack.enter_context(receiver(post.take))
        for address in DESKS:
            folder = tmp_path / address
            folder.mkdir()
            desk, clock = stack.enter_context(timed(folder))
            desk.books.change(f"UPDATE odzew_account SET address = '{address}'")
            desk.connect(server.settings(), {})
            desk.start()
            desks[address], clocks = desk, [*clocks, clock]
            post.brought[address] = 0
        for hour in range(hours):
            for clock in clocks:
                clock.set(hour * HOUR)
            for address, peer in zip(DESKS, reversed(DESKS), strict=True):
                post.bring(RUDE, address, letter(RUDE, f"{hour}.rude.{address}"))
                post.bring(peer, address, letter(peer, f"{hour}.peer.{address}"))
            settle(*desks.values())
        for desk in desks.values():
            drain(desk)
        return post, {a: automatic(d) for a, d in desks.items()}, {a: reckon(d, ()) for a, d in desks.items()}


@pytest.mark.faults
def test_machines_that_answer_each_other_for_a_day_stay_few(tmp_path):
    hours = size("HOURS", 24)

    post, sent, found = live(tmp_path, hours)

    brought = sum(post.brought.values())
    print(
        f"\nT18 {hours} hours, two desks and a rude responder: {brought} mails brought, "
        f"{sum(f.in_history for f in found.values())} in the histories; to one address and in one "
        f"conversation at most {max(sent.values())}; findings {[f.findings for f in found.values()]}"
    )
    for address in DESKS:
        an_address, a_talk = sent[address]
        assert 1 <= an_address <= 3 * (1 + (hours - 1) // 24)
        assert a_talk <= 1
        assert found[address].in_history == post.brought[address]
        assert (found[address].findings, found[address].difference) == ([], 0)
