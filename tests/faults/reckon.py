"""The reckoning after a disaster: start the desk whole, let it finish, and count."""

from collections.abc import Iterable

from tests.faults.books import Reckoning
from tests.faults.victim import Victim
from tests.servers import process


def drain(victim: Victim, seconds: float = 120) -> None:
    """Wait until all that is kept is in the history."""
    process.wait_until(
        victim.books.is_drained, what="all that was kept in the history", seconds=seconds, log=victim.log_file
    )


def reckon(victim: Victim, acknowledged: Iterable[str]) -> Reckoning:
    """Compare what was acknowledged with the history, and let the desk prove its books."""
    promised = set(acknowledged)
    history = victim.books.history()
    findings = victim.say("audit")["findings"]
    assert isinstance(findings, list)
    return Reckoning(
        acknowledged=len(promised),
        in_history=sum(history.values()),
        lost=sorted(promised - history.keys()),
        twice=sorted(name for name, times in history.items() if times > 1),
        findings=findings,
        difference=int(str(victim.say("balance")["difference"])),
    )
