"""What browsers are given besides pages: compressed once at start, and kept by them until it changes."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.core.management import call_command
from whitenoise.storage import CompressedStaticFilesStorage


class Stamped(CompressedStaticFilesStorage):  # type: ignore[misc]
    """Adds a stamp of the content to each address, so that a browser may keep the file for a year."""

    def url(self, name: str | None) -> str:
        """Return the address of a file with its stamp; fonts have none, as the stylesheet names them too."""
        plain = str(super().url(name))
        return plain if not name or name.endswith(".woff2") else f"{plain}?v={stamp(name)}"

    def post_process(self, paths: Mapping[str, Any], **options: Any) -> Iterator[tuple[str, str, bool]]:
        """Compress the files that are new or changed; a restart must not wait for the others."""
        changed = {name: where for name, where in paths.items() if not self._is_compressed(name)}
        yield from super().post_process(changed, **options)

    def _is_compressed(self, name: str) -> bool:
        plain, small = Path(self.path(name)), Path(self.path(f"{name}.gz"))
        # whitenoise gives the copy the moment of its original, a rounding error apart.
        return small.exists() and plain.stat().st_mtime - small.stat().st_mtime < 0.001


@lru_cache
def stamp(name: str) -> str:
    """Return ten letters that change with the content of a file of ours."""
    path = finders.find(name)
    return sha256(Path(path).read_bytes()).hexdigest()[:10] if isinstance(path, str) else ""


@lru_cache
def source(name: str) -> str:
    """Return a script of ours that a view gives out."""
    path = finders.find(name)
    return Path(str(path)).read_text()


def lay_out() -> None:
    """Copy the files to where they are served from, with a compressed copy beside each."""
    call_command("collectstatic", interactive=False, verbosity=0)
