"""What a reader process may say: the words of a message, and nothing that does anything.

It reads what strangers wrote, so it may be theirs one day; a plain pickle would let it run what it
likes in the process that holds the keys.
"""

import io
import pickle
from typing import Any

ALLOWED = {
    ("odzew.channels.base", "Inbound"),
    ("odzew.channels.base", "File"),
    ("odzew.channels.base", "Bounce"),
    ("odzew.channels.base", "Bounced"),
    ("odzew.channels.base", "Told"),
    ("datetime", "datetime"),
    ("datetime", "timedelta"),
    ("datetime", "timezone"),
}


class _Words(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"a reader may not name {module}.{name}")
        return super().find_class(module, name)


def understood(body: bytes) -> Any:
    """Return the message, or the words of what went wrong, that a reader's answer holds.

    :raises pickle.UnpicklingError: when it names anything else, or is no answer
    """
    try:
        return _Words(io.BytesIO(body)).load()
    except (EOFError, ValueError, TypeError, AttributeError, IndexError, KeyError) as error:
        raise pickle.UnpicklingError(f"no answer of a reader: {error}") from error
