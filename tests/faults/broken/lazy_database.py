"""A desk that lets PostgreSQL say yes before its disk has what was written."""

from tests.faults.broken.launch import launch


def break_it() -> None:
    from django.conf import settings

    settings.DATABASES["default"]["OPTIONS"]["options"] = "-c synchronous_commit=off"


if __name__ == "__main__":
    launch(break_it)
