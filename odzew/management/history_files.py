"""odzew import zendesk, zammad, freshdesk, customers: bring in what was elsewhere, and say what came."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from io import TextIOWrapper
from pathlib import Path
from time import monotonic
from types import ModuleType

from django.core.management.base import CommandError, OutputWrapper
from rich.console import Console
from rich.progress import Progress, open as wrapped

from odzew.channels.models import Account
from odzew.conversations import own_field
from odzew.imports import freshdesk, table, zammad, zendesk
from odzew.imports.load import Loader, NoAdministrator
from odzew.imports.neutral import Left
from odzew.imports.read import Incomplete
from odzew.imports.records import LARGEST, sort
from odzew.imports.report import Report
from odzew.imports.shelf import Shelf
from odzew.lib.clock import now

DESKS: dict[str, ModuleType] = {"zendesk": zendesk, "zammad": zammad, "freshdesk": freshdesk}
ERR = Console(stderr=True)
SHOWN = 50
ENDINGS = (".json", ".ndjson", ".jsonl")


def bring(
    desk: ModuleType,
    place: Path,
    account: Account,
    out: OutputWrapper,
    *,
    name: str,
    dry: bool,
    as_json: bool,
) -> None:
    """Read the files of an export and keep what they hold; a dry run keeps nothing, and says the same.

    :raises CommandError: when there is nothing to read, or it cannot be understood without more
    """
    report, begun = Report(), monotonic()
    with closing(Shelf()) as shelf, Progress(console=ERR) as progress:
        for file, lines in _files(place, progress):
            sort(file, lines, desk.SHAPE, shelf, lambda what, where: report.leave(Left(what, where)))
        try:
            loader = Loader(name or desk.NAME, account, report, now(), dry=dry, is_first=shelf.is_first)
            task = progress.add_task("Importing", total=shelf.count("person") + shelf.count("ticket"))
            for _told in loader.take(desk.told(shelf, report)):
                progress.advance(task)
            progress.update(task, completed=progress.tasks[task].total)  # who works there is passed over
        except (Incomplete, NoAdministrator) as error:
            raise CommandError(f"{error}") from None
    say(report, out, dry=dry, as_json=as_json)
    if not as_json:
        seconds = monotonic() - begun
        out.write(
            f"{seconds:.1f} s, {(report.matters + report.matters_here) / seconds:.0f} conversations a second."
        )


def bring_customers(
    file: Path, account: Account, out: OutputWrapper, *, name: str, dry: bool, as_json: bool
) -> None:
    """Read a table of customers and keep them; a dry run keeps none, and says the same.

    :raises CommandError: when nothing could be read, or some lines could not
    """
    report, faults = Report(), list[str]()
    with closing(Shelf()) as shelf, wrapped(file, "rb", console=ERR, description="Importing") as raw:
        try:
            loader = Loader(name or file.name, account, report, now(), dry=dry, is_first=shelf.is_first)
            lines = TextIOWrapper(raw, encoding="utf-8-sig", newline="")
            for told in loader.take(table.told(lines, own_field.offered())):
                if isinstance(told, Left):
                    faults.append(f"{told.what}: {told.why}")
        except (UnicodeDecodeError, csv.Error, table.NoTable) as fault:
            raise CommandError(f"{file} is no table we can read (CSV in UTF-8): {fault}") from None
        except NoAdministrator as error:
            raise CommandError(f"{error}") from None
    say(report, out, dry=dry, as_json=as_json)
    if faults:
        more = f"\n… and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        told_of = "\n".join(faults[:SHOWN])
        raise CommandError(f"{len(faults)} faults; mend them and import the file again:\n{told_of}{more}")


def say(report: Report, out: OutputWrapper, *, dry: bool, as_json: bool) -> None:
    """Print what came and what did not."""
    if as_json:
        out.write(json.dumps(report.as_json(dry=dry), ensure_ascii=False))
        return
    for line in report.lines(dry=dry):
        out.write(line)


def _files(place: Path, progress: Progress) -> Iterator[tuple[Path, Iterable[bytes]]]:
    files = sorted(f for f in place.rglob("*") if f.suffix.lower() in ENDINGS) if place.is_dir() else [place]
    if not files:
        raise CommandError(f"There is no file that ends in {', '.join(ENDINGS)} in {place}.")
    task = progress.add_task("Reading", total=sum(file.stat().st_size for file in files))
    for file in files:
        yield (file.relative_to(place.parent), _lines(file, lambda size: progress.advance(task, size)))


def _lines(file: Path, advance: Callable[[int], None]) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while line := opened.readline(LARGEST + 1):
            if len(line) > LARGEST:
                raise CommandError(
                    f"{file} has a line of more than {LARGEST // 2**20} MB; make lines of it (jq -c '.[]')."
                )
            advance(len(line))
            yield line
