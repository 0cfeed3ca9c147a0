"""A desk whose reading process does what a mail orders it to; all its limits are in place."""

import subprocess
from typing import Any

from tests.faults.broken.launch import launch


def break_it() -> None:
    from odzew.intake import reader

    class Popen(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, command: list[str], **given: Any) -> None:
            ours = ["tests.faults.broken.obeying_child" if w == "odzew.intake.child" else w for w in command]
            super().__init__(ours, **given)

    reader.subprocess = type("Patched", (), {"Popen": Popen, "PIPE": subprocess.PIPE})


if __name__ == "__main__":
    launch(break_it)
