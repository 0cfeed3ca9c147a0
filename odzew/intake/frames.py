"""Frames to the reader process and back: while it reads one payload, the next stand in its pipe.

Waiting for each answer before the next question would leave one of two processors idle: whoever
waits gets the interpreter back only when the thread that writes the last batch lets go of it.
"""

import fcntl
import os
import pickle
import select
import struct
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from time import monotonic
from typing import BinaryIO, cast

HEAD = struct.Struct("!I")
ROOM = 2**20  # bytes of a pipe; the most that Linux gives without asking an administrator


class Silent(Exception):
    """The process took no byte and gave none for too long."""


class Gone(Exception):
    """The process ended without an answer."""


def framed(what: object) -> bytes:
    """Return one frame: four bytes of length, then the pickle."""
    body = pickle.dumps(what, protocol=5)
    return HEAD.pack(len(body)) + body


def widen(child: "subprocess.Popen[bytes]") -> None:
    """Make the pipes of a child hold many frames, and its input one that never holds us up."""
    for pipe in _pipes(child):
        with suppress(OSError):  # a user may be out of such memory; then fewer frames wait
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, ROOM)
    os.set_blocking(_pipes(child)[0], False)


def exchange(child: "subprocess.Popen[bytes]", frames: Iterator[bytes], seconds: float) -> Iterator[bytes]:
    """Hand frames in and yield the body of each answer, in their order, until told enough.

    :raises Silent: when it takes nothing and answers nothing for so many seconds
    :raises Gone: when the child ends before it has answered
    """
    to, fro = _pipes(child)
    got, unsent, end = bytearray(), memoryview(b""), monotonic() + seconds
    while True:
        unsent = unsent or memoryview(next(frames, b""))
        patience = max(0.0, end - monotonic())
        ready, free, _ = select.select([fro], [to] if unsent else [], [], patience)
        if not (ready or free):
            raise Silent
        if free:
            unsent, end = unsent[_sent(to, unsent) :], monotonic() + seconds
        if ready:
            got += _some(fro)
        for body in _whole(got):
            yield body
            end = monotonic() + seconds


def _pipes(child: "subprocess.Popen[bytes]") -> tuple[int, int]:
    return cast(BinaryIO, child.stdin).fileno(), cast(BinaryIO, child.stdout).fileno()


def _sent(to: int, unsent: memoryview) -> int:
    try:
        return os.write(to, unsent)
    except BrokenPipeError:
        return len(unsent)  # what it has answered before it died is still to be read


def _some(fro: int) -> bytes:
    more = os.read(fro, ROOM)
    if not more:
        raise Gone
    return more


def _whole(got: bytearray) -> Iterator[bytes]:
    while len(got) >= HEAD.size and len(got) >= (end := HEAD.size + HEAD.unpack_from(got)[0]):
        body = bytes(got[HEAD.size : end])
        del got[:end]
        yield body
