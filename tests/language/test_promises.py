"""Promises found in replies: own examples in four languages, and what must hold of any text."""

from datetime import datetime, timedelta
from pathlib import Path
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from odzew.domain.worktime import ALWAYS, Calendar
from odzew.language import promises
from tests.language.promises_score import ZONES

EXAMPLES = Path(__file__).parent / "promises"
LANGUAGES = tuple(ZONES)
WARSAW = ZoneInfo("Europe/Warsaw")
AT = datetime(2026, 11, 26, 10, tzinfo=WARSAW)
OFFICE = promises.office("Europe/Warsaw")


def examples(lang: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for line in (EXAMPLES / f"{lang}.txt").read_text("utf-8").splitlines():
        if line.startswith("=> "):
            found[-1][1].append(line[3:])
        elif not line.startswith("#"):
            found.append((line, []))
    return found


def told(promise: promises.Promise) -> str:
    due = promise.due.strftime("%m-%d %H:%M") if promise.due else "vague"
    return due if promise.by == "we" else f"{due} {promise.by}"


def read(text: str, lang: str, at: datetime | None = None) -> list[str]:
    zone = ZONES[lang]
    at = at or datetime(2026, 11, 26, 10, tzinfo=ZoneInfo(zone))
    return [told(promise) for promise in promises.read(text, at, promises.office(zone), lang)]


CASES = [(lang, text, meant) for lang in LANGUAGES for text, meant in examples(lang)]


@pytest.mark.parametrize(("lang", "text", "meant"), CASES, ids=[f"{lang}: {text}" for lang, text, _ in CASES])
def test_a_reply_promises_this_and_nothing_else(lang, text, meant):
    assert read(text, lang) == meant


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_are_a_hundred_and_fifty_replies_in_each_language(lang):
    assert len(examples(lang)) >= 149


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nearly_every_reply_reads_the_same_when_nobody_says_its_language(lang):
    at = datetime(2026, 11, 26, 10, tzinfo=ZoneInfo(ZONES[lang]))
    office = promises.office(ZONES[lang])
    same = sum([told(p) for p in promises.read(text, at, office)] == meant for text, meant in examples(lang))

    assert same / len(examples(lang)) >= 0.95, f"{same} of {len(examples(lang))}"


MOMENTS = {
    "today, in the evening": ("2026-11-26T18:30", "Oddzwonię dziś.", "11-26 23:59"),
    "today, on a Sunday": ("2026-11-29T10:00", "Oddzwonię dziś.", "11-29 23:59"),
    "tomorrow is a Saturday": ("2026-11-27T10:00", "Oddzwonię jutro.", "11-28 23:59"),
    "by noon, at noon": ("2026-11-26T12:00", "Oddzwonię do południa.", "11-27 12:00"),
    "an hour that has passed on a Friday": ("2026-11-27T16:00", "Oddzwonię o 9:00.", "11-30 09:00"),
    "Monday, on a Monday": ("2026-11-30T10:00", "Oddzwonię w poniedziałek.", "12-07 17:00"),
    "end of the week, on a Saturday": ("2026-11-28T10:00", "Oddzwonię do końca tygodnia.", "11-29 23:59"),
    "after the weekend, on a Sunday": ("2026-11-29T10:00", "Oddzwonię po weekendzie.", "11-30 17:00"),
    "business days, on a Friday night": (
        "2026-11-27T22:00",
        "Oddzwonię w ciągu dwóch dni roboczych.",
        "12-01 17:00",
    ),
    "half an hour, at night": ("2026-11-26T23:45", "Oddzwonię za pół godziny.", "11-27 00:15"),
    "a day of next year": ("2026-12-30T10:00", "Oddzwonię 4 stycznia.", "01-04 17:00"),
    "the end of a February": ("2027-01-31T10:00", "Za miesiąc oddzwonię.", "02-28 23:59"),
    "the end of a month that ends on a Sunday": (
        "2027-01-20T10:00",
        "Oddzwonię do końca miesiąca.",
        "01-29 17:00",
    ),
}


@pytest.mark.parametrize("case", MOMENTS)
def test_a_moment_is_counted_from_when_it_is_written(case):
    at, text, due = MOMENTS[case]

    assert read(text, "pl", datetime.fromisoformat(at).replace(tzinfo=WARSAW)) == [due]


def test_a_day_off_by_law_is_no_working_day():
    office = promises.office("Europe/Warsaw", frozenset({AT.date() + timedelta(days=1)}))

    [within, by] = promises.read(
        "Oddzwonię w ciągu jednego dnia roboczego. Wyślę to jutro.", AT, office, "pl"
    )

    assert (told(within), told(by)) == ("11-30 17:00", "11-27 23:59")


def test_a_team_that_always_works_ends_its_day_at_midnight():
    [promise] = promises.read(
        "Oddzwonię jutro.", datetime(2026, 11, 26, 10, tzinfo=ZoneInfo("UTC")), ALWAYS, "pl"
    )

    assert told(promise) == "11-28 00:00"


def test_an_hour_lasts_an_hour_when_clocks_go_back():
    at = datetime(2026, 10, 25, 2, 30, tzinfo=WARSAW, fold=0)

    [promise] = promises.read("Oddzwonię za godzinę.", at, OFFICE, "pl")

    assert promise.due is not None
    assert promise.due - at.astimezone(ZoneInfo("UTC")) == timedelta(hours=1)


LETTERS = {
    "two promises in a letter": (
        "Szanowna Pani Anno,\n\ndziękuję za wiadomość. Paczka czeka w magazynie. Wyślemy ją jutro\n"
        "rano, a fakturę prześlę w piątek do 15:00.\n\nZ poważaniem\nJan Nowak\nczynne pn–pt 9–17",
        ["11-27 12:00", "11-27 15:00"],
    ),
    "the letter below is not ours": (
        "Oddzwonię jutro.\n\nW dniu 25.11.2026 o 10:15 Jan Kowalski napisał(a):\n"
        "> Zapłacę w piątek.\n> Zadzwonię jutro.",
        ["11-27 17:00"],
    ),
    "a date is not the end of a sentence": (
        "Do 15.12. wyślemy nowy filtr. Do 10. grudnia oddzwonię.",
        ["12-15 17:00", "12-10 17:00"],
    ),
    "nothing": ("", []),
    "a number of no end": ("Oddzwonię za 99999999999999999999 dni.", ["vague"]),
    "a day that is none": ("Oddzwonię 31 lutego.", ["vague"]),
    "a day long past": ("Wyślemy to do 1 grudnia 2020.", []),
}


@pytest.mark.parametrize("case", LETTERS)
def test_a_whole_letter(case):
    text, due = LETTERS[case]

    assert read(text, "pl") == due


FAR = [
    "31.12.9999",
    "po 9999-12-31",
    "do 01.01.0001",
    "w ciągu 999999999 lat",
    "w ciągu 3000 dni roboczych",
    "o 24:30",
]


@pytest.mark.parametrize("words", FAR)
@pytest.mark.parametrize(
    "office", [OFFICE, ALWAYS, Calendar("UTC", ((),) * 7)], ids=["office", "always", "never"]
)
def test_no_moment_is_too_far_and_no_team_too_seldom_there(words, office):
    for promise in promises.read(
        f"Oddzwonię {words}. Zrobię to w ciągu 2 godzin roboczych.", AT, office, "pl"
    ):
        assert promise.due is None or promise.due > AT


def test_of_several_promises_each_has_its_own_words():
    found = promises.read("Dziś wyślę fakturę, a jutro oddzwonię.", AT, OFFICE, "pl")

    assert [promise.text for promise in found] == ["Dziś wyślę fakturę", "jutro oddzwonię."]


def test_at_most_twenty_promises_are_told():
    assert len(promises.read("Oddzwonię jutro. " * 50, AT, OFFICE, "pl")) == 20


@given(
    st.text(alphabet="doza jutro0124569:./,-„”\"'«»>\n\t…)(?в завтра by", max_size=200),
    st.sampled_from([*LANGUAGES, ""]),
)
def test_whatever_is_written_is_read(text, lang):
    for promise in promises.read(text, AT, OFFICE, lang):
        assert promise.due is None or promise.due > AT


SLOW = [
    "1",
    "1 ",
    "12.",
    "12:",
    "1-",
    "do ",
    "za 2 ",
    "w ciągu ",
    "jutro ",
    "oddzwonię ",
    "i ",
    ", ",
    "> ",
    "„",
    "'",
    "we will ",
    "by the ",
    "до ",
    "протягом ",
    "w poniedziałek, ",
    "(",
    "1/1/",
    "a.m. ",
    "the 3rd of ",
]


@pytest.mark.parametrize("piece", SLOW)
def test_no_reply_takes_long(piece):
    text = piece * (10_000 // len(piece))
    promises.read("", AT, OFFICE)

    start = process_time()
    promises.read(text, AT, OFFICE)

    assert process_time() - start < 0.5


def test_a_reply_is_read_while_one_types():
    text = "\n".join(text for text, _ in examples("pl"))[:2000]
    promises.read(text, AT, OFFICE, "pl")

    start = process_time()
    for _ in range(20):
        promises.read(text, AT, OFFICE, "pl")

    assert (process_time() - start) / 20 < 0.025
