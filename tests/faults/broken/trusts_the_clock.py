"""A desk that waits for the moment it wrote down, however far the clock has gone back since."""

from datetime import timedelta

from tests.faults.broken.launch import launch


def break_it() -> None:
    from odzew.outbox import deliver

    deliver.NEVER_SO_LONG = timedelta(days=36500)
    deliver.AT_ONCE = timedelta(seconds=-1)


if __name__ == "__main__":
    launch(break_it)
