"""The figures of the fault tests, told again at the end: one line a test, with its seconds."""

import re

FIGURES = re.compile(r"^T\d+ .*", re.MULTILINE)
lines: list[str] = []


def pytest_runtest_logreport(report) -> None:
    """Collect what a test has said about itself."""
    if report.when != "call" or "tests/faults/" not in report.nodeid:
        return
    outcome = "" if report.passed else f" {report.outcome.upper()}"
    said = FIGURES.findall(report.capstdout) or [report.nodeid.rpartition("::")[2]]
    lines.extend(f"{line} [{report.duration:.0f} s]{outcome}" for line in said)


def pytest_terminal_summary(terminalreporter) -> None:
    """Tell all figures together."""
    if lines:
        terminalreporter.section("figures of the fault tests")
        for line in sorted(lines, key=_number):
            terminalreporter.write_line(line)


def _number(line: str) -> tuple[int, str]:
    found = re.match(r"T(\d+)", line)
    return (int(found[1]) if found else 999, line)
