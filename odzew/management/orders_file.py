"""odzew import orders: bring in the orders of a table."""

from collections import Counter
from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper
from rich.progress import track

from odzew.domain.obligation import Refused
from odzew.lib.clock import now
from odzew.orders.events import Event
from odzew.orders.models import Shop
from odzew.orders.record import record
from odzew.orders.table import Fault, NoTable, read

SHOWN = 50


def bring(file: Path, slug: str, out: OutputWrapper, *, dry: bool) -> None:
    """Read a table and keep its orders; a dry run keeps none and says what would be kept.

    :raises CommandError: when nothing could be read, or some lines could not
    """
    shop = Shop.objects.filter(slug=slug).first()
    if shop is None:
        known = ", ".join(Shop.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"Name the shop by --shop; there is: {known}. Shops are made on the desk.")
    orders, faults = _read(file)
    if not dry:
        faults += _keep(shop, orders)
    _say(orders, out, dry=dry)
    if faults:
        told = "\n".join(f"line {fault.line}: {fault.what}" for fault in faults[:SHOWN])
        more = f"\n… and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise CommandError(f"{len(faults)} faults; mend them and import the file again:\n{told}{more}")


def _read(file: Path) -> tuple[list[list[Event]], list[Fault]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return read(lines, now())
    except (UnicodeDecodeError, NoTable) as fault:
        raise CommandError(f"{file} is no table we can read (CSV in UTF-8): {fault}") from None


def _keep(shop: Shop, orders: list[list[Event]]) -> list[Fault]:
    faults = []
    for events in track(orders, description="Importing"):
        try:
            for event in events:
                record(shop, event, now())
        except Refused as refusal:
            faults.append(Fault(0, f"order {events[0].key}: {refusal}"))
    return faults


def _say(orders: list[list[Event]], out: OutputWrapper, *, dry: bool) -> None:
    kinds = Counter(type(event).__name__ for events in orders for event in events)
    would = "would be kept (nothing was)" if dry else "are kept"
    out.write(f"{len(orders)} orders {would}; of {kinds['Arrived']} things it is said that they arrived.")
