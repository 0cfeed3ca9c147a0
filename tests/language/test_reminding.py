"""Sentences that ask the customer to remind us, in four languages, and what we promise instead."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from odzew.language import promises, reminding

EXAMPLES = Path(__file__).parent / "reminding"
LANGUAGES = ("pl", "uk", "ru", "en")
ZONE = "Europe/Warsaw"
AT = datetime(2026, 11, 26, 10, tzinfo=ZoneInfo(ZONE))
OFFICE = promises.office(ZONE)


def examples(lang: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for line in (EXAMPLES / f"{lang}.txt").read_text("utf-8").splitlines():
        if line.startswith("=> "):
            found[-1][1].append(line[3:])
        elif not line.startswith("#"):
            found.append((line, []))
    return found


CASES = [(lang, text, meant) for lang in LANGUAGES for text, meant in examples(lang)]


@pytest.mark.parametrize(("lang", "text", "meant"), CASES, ids=[f"{lang}: {text}" for lang, text, _ in CASES])
def test_who_is_asked_to_remind_us_is_noticed(lang, text, meant):
    found = reminding.read(text, AT, OFFICE, lang)

    assert [one.due.strftime("%m-%d %H:%M") if one.due else "vague" for one in found] == meant


@pytest.mark.parametrize(("lang", "text", "meant"), CASES, ids=[f"{lang}: {text}" for lang, text, _ in CASES])
def test_asking_to_be_reminded_is_no_promise(lang, text, meant):
    if meant:
        assert promises.read(text, AT, OFFICE, lang) == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("hours", [0.5, 3, 24, 24 * 40])
def test_what_we_promise_instead_reads_as_that_promise(lang, hours):
    moment = AT + timedelta(hours=hours)

    [promise] = promises.read(reminding.turned(lang, moment), AT, OFFICE, lang)

    assert (promise.due, promise.by) == (moment, "we")


def test_a_quoted_request_to_remind_is_not_ours():
    assert (
        reminding.read("> Proszę przypomnieć jutro.\n„Proszę przypomnieć mi jutro”", AT, OFFICE, "pl") == []
    )
