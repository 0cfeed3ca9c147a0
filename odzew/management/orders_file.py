"""odzew import orders, payments, subscriptions: bring in what a table tells for a shop."""

from collections import Counter
from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper
from rich.progress import track

from odzew.domain.obligation import Refused
from odzew.lib.clock import now
from odzew.orders import money_table
from odzew.orders.door import do
from odzew.orders.events import Event
from odzew.orders.models import Shop
from odzew.orders.table import Fault, NoTable, read

SHOWN = 50
READERS = {"orders": read, "payments": money_table.payments, "subscriptions": money_table.subscriptions}


def bring(what: str, file: Path, slug: str, out: OutputWrapper, *, dry: bool) -> None:
    """Read a table and keep its orders, payments or subscriptions; a dry run only says what would be.

    :raises CommandError: when nothing could be read, or some lines could not
    """
    shop = Shop.objects.filter(slug=slug).first()
    if shop is None:
        known = ", ".join(Shop.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"Name the shop by --shop; there is: {known}. Shops are made on the desk.")
    told, faults = _read(what, file)
    if not dry:
        faults += _keep(shop, told)
    _say(what, told, out, dry=dry)
    if faults:
        lines = "\n".join(f"line {fault.line}: {fault.what}" for fault in faults[:SHOWN])
        more = f"\n… and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise CommandError(f"{len(faults)} faults; mend them and import the file again:\n{lines}{more}")


def _read(what: str, file: Path) -> tuple[list[list[Event]], list[Fault]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return READERS[what](lines, now())
    except (UnicodeDecodeError, NoTable) as fault:
        raise CommandError(f"{file} is no table we can read (CSV in UTF-8): {fault}") from None


def _keep(shop: Shop, told: list[list[Event]]) -> list[Fault]:
    faults = []
    for events in track(told, description="Importing"):
        try:
            for event in events:
                do(shop, event, now())
        except Refused as refusal:
            faults.append(Fault(0, f"{events[0].key}: {refusal}"))
    return faults


def _say(what: str, told: list[list[Event]], out: OutputWrapper, *, dry: bool) -> None:
    kinds = Counter(type(event).__name__ for events in told for event in events)
    would = "would be kept (nothing was)" if dry else "are kept"
    more = f"; of {kinds['Arrived']} things it is said that they arrived" if what == "orders" else ""
    out.write(f"{len(told)} {what} {would}{more}.")
