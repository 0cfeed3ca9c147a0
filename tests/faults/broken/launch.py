"""Starting the desk after something in it was broken on purpose."""

import os
import sys
from collections.abc import Callable

import django
from django.core.management import execute_from_command_line

from odzew import __main__


def set_up() -> list[str]:
    """Make the models usable, and return the words of the command line without --data."""
    arguments = __main__._take_data(sys.argv[1:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "odzew.settings")
    django.setup()
    return arguments


def launch(break_it: Callable[[], None]) -> None:
    """Run the command line of the desk, with one safeguard taken out before."""
    arguments = set_up()
    break_it()
    execute_from_command_line(["odzew", *arguments])
