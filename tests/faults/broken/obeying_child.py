"""A reading process that does what a mail orders it to: hang, eat memory, die or trip."""

import os
import time
from collections.abc import Mapping
from typing import Any

from odzew.intake import child

whole = child.ASKED["message"]


def reader(channel: str) -> Any:
    read = whole(channel)

    def obey(content: bytes, envelope: Mapping[str, Any]) -> Any:
        order = content.partition(b"X-Order: ")[2].partition(b"\r\n")[0]
        if order == b"hang":
            while True:
                time.sleep(0.01)
        if order == b"eat":
            return [bytearray(2**20) for _ in range(2**20)]
        if order == b"die":
            os._exit(3)
        if order == b"trip":
            raise RuntimeError("tripped")
        return read(content, envelope)

    return obey


child.ASKED["message"] = reader

if __name__ == "__main__":
    child.main()
