"""A desk that takes every payload for a new one."""

from secrets import token_hex

from tests.faults.broken.launch import launch


def break_it() -> None:
    from odzew.intake.keep import Payload

    def never_the_same(payload: Payload) -> str:
        # The envelope is the payload's own, so both askers get one answer.
        return str(payload.envelope.setdefault("nonce", token_hex(32)))

    Payload.content_key = property(never_the_same)


if __name__ == "__main__":
    launch(break_it)
