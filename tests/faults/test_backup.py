"""T28: a backup made while mail comes is whole: restored elsewhere by docs/backup.md, the books agree."""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from tests.faults.books import Books
from tests.faults.on_postgresql import desk_on_postgresql
from tests.faults.reckon import drain, reckon
from tests.faults.size import size
from tests.faults.test_sudden_death import traffic
from tests.faults.victim import Victim, victim
from tests.servers.postgres import cluster, program
from tests.servers.process import wait_until


def acknowledged(senders) -> set[str]:
    """Return what the desk has taken by now, and wait until it is something."""
    wait_until(lambda: any(sender.acknowledged for sender in senders), what="a first yes")
    return set().union(*(set(sender.acknowledged) for sender in senders))


def back_up_sqlite(desk: Victim, to: Path) -> None:
    """Do what the page says about SQLite."""
    desk.odzew("backup", str(to)).check_returncode()


def restored(data: Path, **given: str):
    """Start a desk on a restored backup and let it prove its books; all it had kept goes on its way."""
    desk = Victim(data, **given)
    try:
        desk.start()
        drain(desk)
        return reckon(desk, ())
    finally:
        desk.kill()


@pytest.mark.faults
def test_a_backup_of_sqlite_made_while_mail_comes_is_whole():
    rounds = size("BACKUPS", 1)
    seen = []
    with victim() as desk:
        desk.start()
        with traffic(desk.smtp_port) as senders:
            for _ in range(rounds):
                time.sleep(0.7)
                before = acknowledged(senders)
                with tempfile.TemporaryDirectory(prefix="odzew-restored-") as folder:
                    data = Path(folder) / "data"
                    back_up_sqlite(desk, data)
                    found = restored(data)
                    lost = before - Books(data / "odzew.sqlite3").history().keys()
                seen.append((len(before), len(lost), found))

    print(
        f"\nT28 SQLite, {rounds} backups under traffic: acknowledged before, lost, restored {seen_as(seen)}"
    )
    assert all(kept and not lost and found.is_clean() for kept, lost, found in seen)


def seen_as(seen) -> str:
    return "; ".join(f"{kept}, {lost}, {found}" for kept, lost, found in seen)


@pytest.mark.faults
def test_a_backup_of_postgresql_made_while_mail_comes_is_whole():
    with desk_on_postgresql() as (database, desk), cluster() as elsewhere:
        desk.start()
        with traffic(desk.smtp_port) as senders:
            time.sleep(1)
            before = acknowledged(senders)
            dump = subprocess.run([program("pg_dump"), database.url], capture_output=True, check=True).stdout
        subprocess.run(
            [program("psql"), "-q", "-v", "ON_ERROR_STOP=1", elsewhere.url],
            input=dump, stdout=subprocess.DEVNULL, check=True,
        )  # fmt: skip
        with tempfile.TemporaryDirectory(prefix="odzew-restored-") as folder:
            data = Path(folder) / "data"
            data.mkdir()
            found = restored(data, DATABASE_URL=elsewhere.url)
            lost = before - Books(elsewhere.url).history().keys()

    print(f"\nT28 PostgreSQL, a dump under traffic: {seen_as([(len(before), len(lost), found)])}")
    assert before and not lost
    assert found.is_clean(), found


@pytest.mark.faults
def test_a_copied_file_finds_that_the_page_is_needed():
    """The control: copying the file of the database without its journal is no backup."""
    with victim() as desk, tempfile.TemporaryDirectory(prefix="odzew-restored-") as folder:
        desk.start()
        data = Path(folder) / "data"
        data.mkdir()
        with traffic(desk.smtp_port) as senders:
            time.sleep(1)
            before = acknowledged(senders)
            shutil.copy(desk.data / "odzew.sqlite3", data)
        lost = before - Books(data / "odzew.sqlite3").history().keys()

    print(f"\nT28 control, a copied file: {len(lost)} of {len(before)} not in it")
    assert lost
