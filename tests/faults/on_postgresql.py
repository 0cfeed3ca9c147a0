"""A desk whose books are in a PostgreSQL of its own, which syncs as in earnest."""

import atexit
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from tests.faults.person import PASSWORD
from tests.faults.victim import Victim, found, victim
from tests.servers import process
from tests.servers.postgres import Cluster


@contextmanager
def desk_on_postgresql(
    folder: Path | None = None, settings: Sequence[str] = (), broken: str = ""
) -> Iterator[tuple[Cluster, Victim]]:
    """Lend a desk that is founded and not started yet, and its running database in a folder."""
    with process.workshop("pg") as own:
        database = Cluster(folder or own, durable=True, settings=settings)
        subprocess.run(["cp", "-a", _founded() / "data", database.folder], check=True)
        database.start()
        try:
            with victim(broken=broken, DATABASE_URL=database.url) as desk:
                yield database, desk
        finally:
            database.stop()


@cache
def _founded() -> Path:
    """Return the folder of a cluster in which an empty desk has been founded."""
    folder = process.give(Path(tempfile.mkdtemp(prefix="odzew-founded-pg-")))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = Cluster(folder, durable=False)
    database.create()
    with tempfile.TemporaryDirectory(prefix="odzew-founder-") as data:
        found(Victim(Path(data), DATABASE_URL=database.url, ODZEW_ADMIN_PASSWORD=PASSWORD))
    database.stop()
    return folder
