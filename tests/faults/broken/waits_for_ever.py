"""A desk whose door waits for the database, and for a connection to it, as long as the database likes."""

from tests.faults.broken.launch import launch

FOR_EVER = 10.0**6


def break_it() -> None:
    from django.conf import settings

    from odzew.intake import committer, doors

    committer.PATIENCE = doors.PATIENCE = FOR_EVER
    # Whoever finds no connection free when the database freezes would be sent away by the pool in time.
    settings.DATABASES["default"]["OPTIONS"]["pool"]["timeout"] = FOR_EVER


if __name__ == "__main__":
    launch(break_it)
