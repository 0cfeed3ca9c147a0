"""A desk that acknowledges whatever is new, as often as it comes."""

from tests.faults.broken.launch import launch


def break_it() -> None:
    from odzew.conversations import receipts

    receipts._Allowance.take = lambda *_given: True


if __name__ == "__main__":
    launch(break_it)
