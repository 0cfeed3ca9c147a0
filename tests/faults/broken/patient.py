"""A desk that waits for ever for its reading process, which does what a mail orders it to."""

from tests.faults.broken import obeying
from tests.faults.broken.launch import launch


def break_it() -> None:
    from django.conf import settings

    obeying.break_it()
    settings.PARSE_SECONDS = 10**6


if __name__ == "__main__":
    launch(break_it)
