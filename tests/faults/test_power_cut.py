"""T3: the power fails; what had been acknowledged is on the disk, which a kill alone cannot show."""

import fcntl
import os
import shutil
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.reckon import drain, reckon
from tests.faults.size import dice, size
from tests.faults.test_sudden_death import traffic
from tests.faults.victim import victim

# Of linux/fs/ext4/ext4.h: the file system stops at once, and what its journal had not written is gone.
EXT4_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a file system")


class Disk:
    """A disk of our own whose power can be cut."""

    def __init__(self, image: Path, folder: Path) -> None:
        self.image, self.folder = image, folder

    def make(self) -> None:
        with self.image.open("wb") as file:
            file.truncate(300 * 2**20)
        subprocess.run(["mkfs.ext4", "-q", "-F", self.image], check=True)
        self.mount()

    def mount(self) -> None:
        subprocess.run(["mount", "-o", "loop", self.image, self.folder], check=True)

    def unmount(self) -> None:
        subprocess.run(["umount", self.folder], check=True)

    def cut(self) -> None:
        """Lose all that was not yet safely written."""
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(handle)


@contextmanager
def disk() -> Iterator[Disk]:
    """Lend a mounted disk."""
    room = Path(tempfile.mkdtemp(prefix="odzew-power-"))
    lent = Disk(room / "image", room / "disk")
    lent.folder.mkdir()
    lent.make()
    try:
        yield lent
    finally:
        lent.unmount()
        shutil.rmtree(room)


def cut_power(cuts: int, broken: str = ""):
    """Cut the power again and again under traffic; return the reckoning and how the database is."""
    throw = dice()
    with disk() as own, victim(own.folder, broken=broken) as desk:
        desk.log_file = own.image.with_name("log")
        os.sync()
        desk.start()
        with traffic(desk.smtp_port) as senders:
            for _ in range(cuts):
                time.sleep(throw.uniform(0.3, 1.2))
                own.cut()
                desk.kill()
                own.unmount()
                own.mount()
                desk.start()
        drain(desk)
        found = reckon(desk, set().union(*(sender.acknowledged for sender in senders)))
        [(whole,)] = desk.books.rows("PRAGMA integrity_check")
        desk.kill()
    return found, whole


def test_what_was_acknowledged_outlives_power_cuts():
    cuts = size("CUTS", 2)

    found, whole = cut_power(cuts)

    print(f"\nT3 {cuts} power cuts: {found}, integrity {whole}")
    assert whole == "ok"
    assert found.is_clean(), found


@pytest.mark.faults
def test_what_was_acknowledged_outlives_hundreds_of_power_cuts():
    cuts = size("CUTS", 200)

    found, whole = cut_power(cuts)

    print(f"\nT3 {cuts} power cuts: {found}, integrity {whole}")
    assert whole == "ok"
    assert found.is_clean(), found


@pytest.mark.faults
def test_power_cuts_find_a_desk_that_does_not_wait_for_the_disk():
    found, _whole = cut_power(2, broken="lazy_disk")

    print(f"\nT3 control: {found}")
    assert found.lost
