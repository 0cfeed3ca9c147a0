"""The command `odzew`: one word a task, `--data` before or after it."""

import ast
import os
import sys
from importlib.metadata import version
from pathlib import Path

from odzew.lib.environment import BadSetting

COMMANDS = Path(__file__).with_name("management") / "commands"
TRY_LATER = 75  # EX_TEMPFAIL: a mail server keeps the mail it pipes to `odzew receive` when we cannot start
INTERRUPTED = 130  # 128 + SIGINT, as shells count
ASKS_WHAT_THERE_IS: tuple[list[str], ...] = ([], ["help"], ["--help"], ["-h"])


def main() -> None:
    """Run the command line, with the data folder set before any setting is read."""
    arguments = _take_data(sys.argv[1:])
    if arguments in ASKS_WHAT_THERE_IS:
        sys.stdout.write(f"{_commands()}\n")
    elif arguments in (["version"], ["--version"]):
        sys.stdout.write(f"{version('odzew')}\n")
    else:
        _run(arguments)


def _run(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "odzew.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(["odzew", *arguments])
    except BadSetting as error:
        sys.stderr.write(f"odzew: {error}\n")
        sys.exit(TRY_LATER if arguments[0] == "receive" else 1)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _commands() -> str:
    """Return our commands, each with the first line of its file; Django's own would hide them."""
    said = {
        path.stem: (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").splitlines()[0]
        for path in sorted(COMMANDS.glob("[a-z]*.py"))
    }
    lines = [f"  odzew {name:<10}{words.partition(': ')[2].rstrip('.')}" for name, words in said.items()]
    more = [
        "Every command takes --data DIR (default: data). More about one: odzew COMMAND --help",
        "Of the framework's own: odzew changepassword ADDRESS, odzew migrate; all: odzew help --commands",
    ]
    return "\n".join(["Odzew: a customer-service desk that keeps books", "", *lines, "", *more])


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
