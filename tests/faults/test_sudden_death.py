"""T2: kill -9 of the whole desk at random moments, while mail comes by SMTP and by IMAP."""

import imaplib
import threading
import time
from contextlib import contextmanager

import pytest

from tests.faults.books import Reckoning
from tests.faults.mta import Mta, letters
from tests.faults.reckon import drain, reckon
from tests.faults.size import dice, size
from tests.faults.victim import Victim, victim
from tests.servers import process

CLIENTS = 4
AT_ONCE = 2.0  # seconds until what was kept before the kill is owed for, on a desk that answers


@contextmanager
def traffic(port: int):
    """Keep four mail servers delivering; when it ends, each has got rid of what it held."""
    stop = threading.Event()
    senders = [Mta(port, f"c{number}") for number in range(CLIENTS)]
    threads = [threading.Thread(target=sender.run, args=(stop,)) for sender in senders]
    for thread in threads:
        thread.start()
    try:
        yield senders
    finally:
        stop.set()
        for thread in threads:
            thread.join()


class Postman:
    """Puts letters into the mailbox the desk reads."""

    def __init__(self, server, box) -> None:
        self.server, self.box = server, box
        self.mine = letters("imap")
        self.put: set[str] = set()

    def bring(self, how_many: int) -> None:
        """Put some letters into the inbox."""
        with imaplib.IMAP4("127.0.0.1", self.server.imap_port) as client:
            client.login(self.box.address, self.box.password)
            for _ in range(how_many):
                letter = next(self.mine)
                assert client.append("INBOX", "", "", letter.content)[0] == "OK"
                self.put.add(letter.message_id)


def read_mailbox(desk: Victim, dovecot, box) -> None:
    """Let the desk read a mailbox."""
    imap = {
        "host": "localhost",
        "port": dovecot.imaps_port,
        "security": "tls",
        "user": box.address,
        "since_uid": "all",
    }
    desk.connect({"ca_file": str(dovecot.certificate), "imap": imap}, {"imap_password": box.password})


def kill_at_random(desk: Victim, postman: Postman | None, kills: int, *, until=lambda: False) -> list[Mta]:
    """Kill the desk again and again under traffic; leave it running."""
    throw = dice()
    desk.start()
    with traffic(desk.smtp_port) as senders:
        for number in range(kills):
            time.sleep(throw.uniform(0.05, 1.0))
            desk.kill()
            if postman:
                postman.bring(3)
            if until():
                break
            desk.launch()
            # Each fourth dies while it starts.
            if number % 4 or number == kills - 1:
                assert desk.wait_for_the_door()
        if desk.is_dead():
            desk.launch()
    return senders


def run(kills: int, dovecot, mailboxes) -> tuple[Reckoning, int]:
    box = mailboxes.add("deaths@desk.test")
    with victim() as desk:
        read_mailbox(desk, dovecot, box)
        postman = Postman(dovecot, box)
        senders = kill_at_random(desk, postman, kills)
        process.wait_until(lambda: postman.put <= desk.books.history().keys(), what="the mailbox", seconds=60)
        drain(desk)
        acknowledged = postman.put.union(*(sender.acknowledged for sender in senders))
        return reckon(desk, acknowledged), sum(sender.tries for sender in senders)


def test_whatever_was_acknowledged_outlives_sudden_deaths_once(dovecot, mailboxes):
    kills = size("KILLS", 3)

    found, tries = run(kills, dovecot, mailboxes)

    print(f"\nT2 {kills} kills, {tries} tries: {found}")
    assert found.acknowledged > kills * 4
    assert found.is_clean(), found


@pytest.mark.faults
def test_whatever_was_acknowledged_outlives_hundreds_of_sudden_deaths_once(dovecot, mailboxes):
    kills = size("KILLS", 200)

    found, tries = run(kills, dovecot, mailboxes)

    print(f"\nT2 {kills} kills, {tries} tries: {found}")
    assert found.is_clean(), found


@pytest.mark.faults
def test_sudden_deaths_find_a_desk_that_knows_no_duplicates():
    with victim(broken="no_dedup_key") as desk:

        def came_twice() -> bool:
            contents = desk.books.rows("SELECT 1 FROM odzew_raw GROUP BY content_sha256 HAVING COUNT(*) > 1")
            return bool(contents)

        kill_at_random(desk, None, 60, until=came_twice)

        assert came_twice()


@pytest.mark.faults
def test_what_was_kept_before_a_death_is_owed_as_soon_as_the_desk_answers_again():
    waits = []
    with victim() as desk:
        desk.start()
        mta = Mta(desk.smtp_port)
        for _ in range(3):
            mta.take(5)
            assert mta.flush()
            mta.hang_up()
            desk.kill()
            desk.start()
            begun = time.monotonic()
            drain(desk, AT_ONCE)
            waits.append(time.monotonic() - begun)
        [(owed,)] = desk.books.rows("SELECT COUNT(*) FROM odzew_owed")

    print(f"\nT2 owed after {max(waits):.2f} s at the latest")
    assert owed == sum(number % 3 != 2 for number in range(len(mta.acknowledged)))
