"""The command `odzew`: one word a task, `--data` before or after it."""

import os
import sys


def main() -> None:
    """Run the command line, with the data folder set before any setting is read."""
    arguments = _take_data(sys.argv[1:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "odzew.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["odzew", *arguments])


def _take_data(arguments: list[str]) -> list[str]:
    """Move `--data DIR` into the environment, where settings look for it."""
    rest = []
    words = iter(arguments)
    for word in words:
        if word == "--data":
            os.environ["ODZEW_DATA"] = next(words, "data")
        elif word.startswith("--data="):
            os.environ["ODZEW_DATA"] = word.removeprefix("--data=")
        else:
            rest.append(word)
    return rest


if __name__ == "__main__":
    main()
