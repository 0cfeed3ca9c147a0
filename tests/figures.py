"""The figures of disasters and nights, told again at the end: one line a test, or a family of tests."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import pytest

FIGURES = re.compile(r"^T\d+ .*", re.MULTILINE)


@dataclass
class Family:
    """What tests of one name that print no figures came to."""

    names: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def __str__(self) -> str:
        """Return the name of the only one, or that of all and how many passed and failed."""
        if len(self.names) == 1:
            [outcome] = self.outcomes
            return f"{self.names[0]} [{self.seconds:.0f} s]" + _loud(outcome)
        counted = ", ".join(f"{number} {outcome}" for outcome, number in sorted(self.outcomes.items()))
        return f"{self.names[0].partition('[')[0]}: {counted} [{self.seconds:.0f} s]"


lines: list[str] = []
silent: defaultdict[str, Family] = defaultdict(Family)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collect what a test has said about itself; of those of the night, also that it was silent."""
    if report.when != "call":
        return
    said = FIGURES.findall(report.capstdout)
    lines.extend(f"{line} [{report.duration:.0f} s]{_loud(report.outcome)}" for line in said)
    if not said and "faults" in report.keywords:  # the folder, or the mark
        family = silent[report.nodeid.partition("[")[0]]
        family.names.append(report.nodeid.rpartition("::")[2])
        family.outcomes[report.outcome] += 1
        family.seconds += report.duration


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell all figures together."""
    if lines or silent:
        terminalreporter.section("figures")
        for line in [*sorted(lines, key=_number), *sorted(map(str, silent.values()))]:
            terminalreporter.write_line(line)


def _number(line: str) -> tuple[int, str]:
    return int(re.findall(r"\d+", line)[0]), line


def _loud(outcome: str) -> str:
    return "" if outcome == "passed" else f" {outcome.upper()}"
