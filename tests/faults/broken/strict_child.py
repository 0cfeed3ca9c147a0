"""A reading process that reads all headers by the newest policy of the standard library first."""

import email
import email.policy
from collections.abc import Mapping
from typing import Any

from odzew.intake import child

whole = child.ASKED["message"]


def reader(channel: str) -> Any:
    read = whole(channel)

    def strictly(content: bytes, envelope: Mapping[str, Any]) -> Any:
        for part in email.message_from_bytes(content, policy=email.policy.default).walk():
            part.items()
            if not part.is_multipart():
                part.get_content()
        return read(content, envelope)

    return strictly


child.ASKED["message"] = reader

if __name__ == "__main__":
    child.main()
