"""The environment of the tests; loaded before Django reads its settings (pyproject.toml, addopts)."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

KEPT = {"ODZEW_CORPORA", "ODZEW_DATA"} if "PYTEST_XDIST_WORKER" in os.environ else {"ODZEW_CORPORA"}


def _prepare() -> None:
    for name in [name for name in os.environ if name.startswith("ODZEW_") and name not in KEPT]:
        del os.environ[name]
    if "ODZEW_DATA" not in os.environ:
        os.environ["ODZEW_DATA"] = _folder()
    os.environ["ODZEW_SECRET_KEY"] = "a key that is only good for tests"
    # Browser tests call the ORM while the loop of the browser's driver runs.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def _folder() -> str:
    """Make a data folder, in memory where there is room for it: these tests prove no durability."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30
    folder = tempfile.mkdtemp(prefix="odzew-tests-", dir=memory if roomy else None)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


_prepare()
