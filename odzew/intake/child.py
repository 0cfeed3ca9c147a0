"""The process that reads what strangers wrote, under limits, so that nothing it does can hurt the desk.

It takes frames on standard input and answers each on standard output; it ends with its input.
"""

import pickle
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from odzew.channels import registry
from odzew.intake.frames import HEAD, framed


def _calendars(_channel: str) -> Callable[[bytes, Mapping[str, Any]], Any]:
    from odzew.language import calendars  # seldom asked for, and slow to import

    return calendars.read


# What can be asked of a payload; whatever is no message comes in a tuple, as words alone are a failure.
ASKED: dict[str, Callable[[str], Callable[[bytes, Mapping[str, Any]], Any]]] = {
    "message": registry.reader,
    "page": registry.page,
    "file": registry.file,
    "calendar": _calendars,
}


def main() -> None:
    """Read payloads until the input ends, with at most `argv[1]` megabytes and `argv[2]` seconds for each."""
    limit = int(sys.argv[1]) * 2**20
    seconds = float(sys.argv[2])
    # A word to the whole group (Ctrl+C, systemd) must not look like the fault of the mail in hand.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while (job := take(sys.stdin.buffer)) is not None:
        # The parent counts the time; should it be dead, the alarm ends us.
        signal.setitimer(signal.ITIMER_REAL, seconds + 1)
        give(sys.stdout.buffer, understand(*job))
        signal.setitimer(signal.ITIMER_REAL, 0)


def understand(channel: str, content: bytes, detail: dict[str, Any], asked: str = "message") -> Any:
    """Return the Inbound, or what else was asked for, or the words of what went wrong."""
    try:
        return ASKED[asked](channel)(content, detail)
    except (Exception, RecursionError, MemoryError) as error:
        # Whatever a parser trips over is reported to the parent, which counts the tries.
        return f"{type(error).__name__}: {error}"[:2000]


def take(stream: BinaryIO) -> Any:
    """Return the next frame of the stream, None at its end."""
    head = stream.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    (size,) = HEAD.unpack(head)
    return pickle.loads(stream.read(size))  # noqa: S301  frames come from our own parent only


def give(stream: BinaryIO, what: object) -> None:
    """Write one frame."""
    stream.write(framed(what))
    stream.flush()


if __name__ == "__main__":
    main()
