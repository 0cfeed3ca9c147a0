"""How well promises are read: precision, recall and exact moments, by language.

    python -m tests.language.promises_score FOLDER

reads each `*.jsonl` of a folder, whose name begins with its language, in lines of `{"at", "text",
"promises": [{"due", "vague", "by"}]}`. Promises of a text are paired in their order, those of one
moment first; the figures are of all texts together, so that no sentence of a set is shown.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from odzew.language import promises

ZONES = {"pl": "Europe/Warsaw", "uk": "Europe/Kyiv", "ru": "Europe/Kyiv", "en": "Europe/London"}


def main(folder: Path) -> None:
    print(
        f"{'':8}{'texts':>8}{'promises':>10}{'precision':>11}{'recall':>9}{'exact due':>11}{'all right':>11}"
    )
    for path in sorted(folder.glob("*.jsonl")):
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
        print(row(path.stem, score(lines, path.stem[:2])))


def row(name: str, found: Counter[str]) -> str:
    precision = found["paired"] / max(found["read"], 1)
    recall = found["paired"] / max(found["meant"], 1)
    exact = found["exact"] / max(found["paired"], 1)
    right = found["right"] / max(found["texts"], 1)
    shares = f"{precision:>11.1%}{recall:>9.1%}{exact:>11.1%}{right:>11.1%}"
    return f"{name:<14}"[:14] + f"{found['texts']:>6}{found['meant']:>8}{shares}"


def score(lines: Iterable[dict[str, Any]], lang: str) -> Counter[str]:
    """Count texts, promises meant and read, pairs of them, pairs of one moment, texts all right."""
    found: Counter[str] = Counter()
    for line in lines:
        at = _at(line["at"], lang)
        meant = [_moment(promise["due"]) for promise in line["promises"]]
        read = [
            _minute(p.due) for p in promises.read(line["text"], at, promises.office(str(at.tzinfo)), lang)
        ]
        exact = sum((Counter(meant) & Counter(read)).values())
        found.update(texts=1, meant=len(meant), read=len(read), paired=min(len(meant), len(read)))
        found.update(exact=exact, right=meant == read)
    return found


def _at(text: str, lang: str) -> datetime:
    """Return the moment in a zone in which it may have been written, so that clocks go back there."""
    at = datetime.fromisoformat(text)
    there = (at.astimezone(ZoneInfo(zone)) for zone in (ZONES[lang], *ZONES.values()))
    fits = next((local for local in there if local.utcoffset() == at.utcoffset()), None)
    hours = int((at.utcoffset() or timedelta()).total_seconds() // 3600)
    return fits or at.astimezone(ZoneInfo(f"Etc/GMT{-hours:+d}"))


def _moment(text: str | None) -> datetime | None:
    return _minute(datetime.fromisoformat(text)) if text else None


def _minute(moment: datetime | None) -> datetime | None:
    return moment.astimezone(ZoneInfo("UTC")).replace(second=0, microsecond=0) if moment else None


def failing(lines: Iterable[dict[str, Any]], lang: str) -> Iterator[dict[str, Any]]:
    """Return the lines that are not all right, for sets that may be looked at."""
    return (line for line in lines if not score([line], lang)["right"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
