"""The environment of the tests; loaded before Django reads its settings (pyproject.toml, addopts)."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
# What the processes of a run share; its first process makes it and names it to the others.
SHARED = "TESTS_OF_ODZEW"


def _prepare() -> None:
    for name in [name for name in os.environ if name.startswith("ODZEW_") and name != "ODZEW_CORPORA"]:
        del os.environ[name]
    if not WORKER:
        os.environ[SHARED] = _folder()
    data = shared() / (WORKER or "main")
    data.mkdir()
    os.environ["ODZEW_DATA"] = str(data)
    os.environ["ODZEW_SECRET_KEY"] = "a key that is only good for tests"
    # Browser tests call the ORM while the loop of the browser's driver runs.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def shared() -> Path:
    """Return the folder that all processes of this run of the tests share."""
    return Path(os.environ[SHARED])


def _folder() -> str:
    """Make a data folder, in memory where there is room for it: these tests prove no durability."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30
    folder = tempfile.mkdtemp(prefix="odzew-tests-", dir=memory if roomy else None)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


_prepare()
