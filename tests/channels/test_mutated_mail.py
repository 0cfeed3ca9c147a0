"""No mail, however broken, stops the reading of mail (SAFETY T7). MUTANTS says how many are tried."""

import email
import email.policy
import os
import time
from collections.abc import Callable

from odzew.channels.email.parse import content, parse
from tests.channels.mutants import mutants

COUNT = int(os.environ.get("MUTANTS", "1000"))
SEED = int(os.environ.get("MUTANT_SEED", "1"))


def raised(read: Callable[[bytes], object], count: int) -> tuple[list[str], list[float]]:
    """Return what reading raised, and the seconds of processor time each mail took."""
    errors: list[str] = []
    seconds: list[float] = []
    for number, mail in enumerate(mutants(count, SEED)):
        before = time.process_time()
        try:
            read(mail)
        except Exception as error:
            errors.append(f"mutant {number} of seed {SEED}: {error!r}")
        seconds.append(time.process_time() - before)
    return errors, seconds


def read_whole(mail: bytes) -> None:
    """Read a mail and each of its files again."""
    found = parse(mail)
    for file in found.attachments[:5]:
        assert len(content(mail, file.index)) == file.size
    found.text.encode()
    (found.html or "").encode()
    found.subject.encode()


def read_by_library(mail: bytes) -> None:
    """Read a mail as the library's own policy would: the positive control of this test."""
    message = email.message_from_bytes(mail, policy=email.policy.default)
    for name in ("subject", "from", "to", "cc", "date", "message-id", "content-type"):
        str(message[name])
    body = message.get_body(preferencelist=("plain", "html"))
    if body is not None:
        body.get_content()


def test_no_mutant_raises_and_none_takes_long():
    errors, seconds = raised(read_whole, COUNT)
    seconds.sort()
    print(
        f"{COUNT} mutants: {len(errors)} raised, p99 {seconds[COUNT * 99 // 100] * 1000:.0f} ms,"
        f" longest {seconds[-1] * 1000:.0f} ms, {COUNT / sum(seconds):.0f} a second"
    )

    assert errors == []
    assert seconds[COUNT * 99 // 100] <= 1
    assert seconds[-1] <= 20


def test_the_mutants_are_hard_enough_to_break_the_library():
    errors, _ = raised(read_by_library, 300)

    assert len(errors) >= 10
