"""A desk that reads with a parser that trips over odd mail, and forgets what it cannot read."""

import subprocess
from typing import Any

from tests.faults.broken.launch import launch


def break_it() -> None:
    from odzew.intake import drain, reader
    from odzew.intake.models import Raw

    class Popen(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, command: list[str], **given: Any) -> None:
            ours = ["tests.faults.broken.strict_child" if w == "odzew.intake.child" else w for w in command]
            super().__init__(ours, **given)

    def forget(row: Raw, _error: str) -> None:
        Raw.objects.filter(pk=row.pk).update(state=Raw.State.ACCEPTED)

    reader.subprocess = type("Patched", (), {"Popen": Popen, "PIPE": subprocess.PIPE})
    drain._put_off = forget


if __name__ == "__main__":
    launch(break_it)
