"""odzew work: a worker of its own; run as many as you like on PostgreSQL."""

from typing import Any

from odzew.management.command import Command as Base, must_be_ready
from odzew.management.engine import Engine


class Command(Base):
    """Runs a worker."""

    help = "Run a worker: what is kept goes into the history, what is queued goes out."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Work until told to stop."""
        must_be_ready()
        engine = Engine()
        engine.work(alone=False)
        try:
            engine.wait()
        finally:
            engine.stop()
