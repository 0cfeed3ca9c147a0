"""A desk whose door waits for the database as long as the database likes."""

from tests.faults.broken.launch import launch


def break_it() -> None:
    from odzew.intake import committer, doors

    committer.PATIENCE = doors.PATIENCE = 10.0**6


if __name__ == "__main__":
    launch(break_it)
