"""A desk that does not wait until the disk has what it writes."""

from tests.faults.broken.launch import launch


def break_it() -> None:
    from django.conf import settings

    options = settings.DATABASES["default"]["OPTIONS"]
    assert "synchronous=FULL" in options["init_command"]
    options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")


if __name__ == "__main__":
    launch(break_it)
