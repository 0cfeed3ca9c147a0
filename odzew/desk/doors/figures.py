"""What a monitor collects of the doors: whether each lets mail in, how long that took, and when it was."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import OuterRef, Subquery

from odzew.channels.models import Account
from odzew.conversations.call import Line
from odzew.probes.models import Outage, Probe

HELP = {
    "odzew_door_open": "gauge",
    "odzew_probe_seconds": "gauge",
    "odzew_probe_sent_timestamp_seconds": "gauge",
}
LINE = "odzew_line_heard"


def figures() -> Iterator[str]:
    """Yield the lines of the Prometheus text format; of a door that was never tried there are none."""
    shut = set(Outage.objects.standing().values_list("account", flat=True))
    doors = _last_probes()
    values: dict[str, list[tuple[Account, float]]] = {
        "odzew_door_open": [(door, int(door.pk not in shut)) for door, _probe in doors],
        "odzew_probe_seconds": [
            (door, _took(probe, arrived)) for door, probe in doors if (arrived := probe.arrived_at)
        ],
        "odzew_probe_sent_timestamp_seconds": [
            (door, int((probe.sent_at or probe.wanted_at).timestamp())) for door, probe in doors
        ],
    }
    for name, kind in HELP.items():
        yield f"# TYPE {name} {kind}"
        yield from (f"{name}{_labels(door)} {value}" for door, value in values[name])
    yield f"# TYPE {LINE} gauge"
    listened = Line.objects.filter(kind=Line.Kind.ASTERISK, active=True).order_by("pk")
    yield from (f'{LINE}{{line="{line.slug}"}} {int(not line.wrong)}' for line in listened)


def _last_probes() -> list[tuple[Account, Probe]]:
    newest = Probe.objects.filter(account=OuterRef("pk")).order_by("-wanted_at").values("pk")[:1]
    doors = list(Account.objects.filter(active=True).annotate(probe=Subquery(newest)).order_by("pk"))
    probes = Probe.objects.in_bulk([door.probe for door in doors if door.probe])
    return [(door, probes[door.probe]) for door in doors if door.probe in probes]


def _took(probe: Probe, arrived: datetime) -> float:
    return round((arrived - (probe.sent_at or probe.wanted_at)).total_seconds(), 3)


def _labels(door: Account) -> str:
    # As the format wants it (Prometheus, "Exposition formats": label_value).
    address = door.address.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
    return f'{{door="{address}",channel="{door.channel}"}}'
