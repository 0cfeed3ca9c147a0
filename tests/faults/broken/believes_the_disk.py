"""A desk that takes mail again as soon as a sync succeeds after one that failed."""

from tests.faults.broken.launch import launch


def break_it() -> None:
    from odzew.intake.committer import Committer

    Committer.broken = property(lambda _self: "", lambda _self, _said: None)


if __name__ == "__main__":
    launch(break_it)
