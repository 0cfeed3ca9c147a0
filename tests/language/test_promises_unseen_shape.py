"""The form of the texts that measure how promises are read (the reader itself is measured elsewhere)."""

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

TEXTS = Path(__file__).parent / "promises_unseen"
LANGUAGES = ("pl", "uk", "ru", "en")


def rows(lang):
    return [json.loads(line) for line in (TEXTS / f"{lang}.jsonl").read_text("utf-8").splitlines()]


def promises(lang):
    return [(row, promise) for row in rows(lang) for promise in row["promises"]]


def on_the_clock(moment, zone):
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)).isoformat() == moment


@pytest.mark.parametrize("lang", LANGUAGES)
class TestEachLanguage:
    def test_has_at_least_220_texts_and_none_twice(self, lang):
        texts = [" ".join(row["text"].lower().split()) for row in rows(lang)]

        assert len(texts) >= 220
        assert len(set(texts)) == len(texts)

    def test_has_about_two_texts_in_five_without_a_promise(self, lang):
        without = sum(not row["promises"] for row in rows(lang))

        assert 0.35 <= without / len(rows(lang)) <= 0.45

    def test_says_the_same_things_of_every_text(self, lang):
        assert {tuple(row) for row in rows(lang)} == {("at", "zone", "text", "promises")}
        assert {tuple(promise) for _, promise in promises(lang)} == {("due", "vague", "by")}

    def test_gives_moments_on_the_clock_of_the_zone(self, lang):
        moments = [(row["at"], row["zone"]) for row in rows(lang)]
        moments += [(promise["due"], row["zone"]) for row, promise in promises(lang) if promise["due"]]

        assert [moment for moment in moments if not on_the_clock(*moment)] == []

    def test_lets_nothing_fall_due_before_it_was_promised(self, lang):
        dated = [(row["at"], promise["due"]) for row, promise in promises(lang) if promise["due"]]

        assert [d for d in dated if datetime.fromisoformat(d[0]) >= datetime.fromisoformat(d[1])] == []

    def test_has_a_date_exactly_where_it_is_not_vague(self, lang):
        assert [
            row for row, promise in promises(lang) if promise["vague"] is not (promise["due"] is None)
        ] == []

    def test_names_people_in_the_words_of_the_text(self, lang):
        assert [
            row for row, promise in promises(lang) if promise["by"].lower() not in row["text"].lower()
        ] == []
