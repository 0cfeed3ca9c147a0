"""The marks by which one person is known again."""

import pytest

from odzew.language import likeness
from tests.corpora import cases, rows


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("601 234 567", "+48 601-234-567"),
        ("0048 601234567", "(601) 234 567"),
        ("067 123 45 67", "+38 (067) 123-45-67"),
        ("8 (916) 123-45-67", "+7 916 1234567"),
    ],
)
def test_a_phone_is_the_same_however_it_is_written(first: str, second: str) -> None:
    marks = [set(likeness.of_text(f"Tel. {text}")) for text in (first, second)]

    assert marks[0] == marks[1] != set()


@pytest.mark.parametrize(
    "text", ["2026-11-26 14:04", "26.11.2026 10.15", "12345", "PL 27 1140 2004 0000 3002 0135 5387"]
)
def test_a_date_and_an_account_are_no_phones(text: str) -> None:
    assert [mark for mark in likeness.of_text(text) if mark.startswith("phone:")] == []


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Zamówienie nr 2026/11873", "order:2026/11873"),
        ("My order #4471-20 has not come", "order:4471-20"),
        ("Замовлення № 118734", "order:118734"),
        ("где мой заказ 118734?", "order:118734"),
    ],
)
def test_the_number_of_an_order_is_read(text: str, mark: str) -> None:
    assert mark in set(likeness.of_text(text))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Олена Шевченко", "Olena Shevchenko"),
        ("Шевченко Олена", "Olena Szewczenko"),
        ("Юлія Ковальчук", "Julia Kowalczuk"),
        ("Сергей Хрущёв", "Sergey Khrushchev"),
    ],
)
def test_a_name_is_known_in_the_other_script(first: str, second: str) -> None:
    marks = set(likeness.of_name(first))

    assert {likeness.other_script(mark) for mark in likeness.of_name(second)} & marks


@pytest.mark.parametrize(("first", "second"), [("Olena Shevchenko", "Олена Кравченко"), ("Anna", "Анна")])
def test_another_name_and_half_a_name_are_not(first: str, second: str) -> None:
    marks = set(likeness.of_name(first))

    assert not {likeness.other_script(mark) for mark in likeness.of_name(second)} & marks


@pytest.mark.parametrize("row", cases("phone_pair"))
def test_pairs_of_another_library_are_the_same_where_it_says_so(row: dict) -> None:
    first, second = likeness.phone(row["first"]), likeness.phone(row["second"])
    if row["expected"]["match"] == "EXACT_MATCH" and "#" not in row["second"]:
        assert first == second != ""
    if row["expected"]["match"] == "NOT_A_NUMBER" and "+43" not in row["first"]:
        assert first != second or not first


def test_most_names_sound_the_same_after_any_of_the_known_transliterations() -> None:
    given = rows("translit")
    same = sum(
        [likeness.sound(w) for w in likeness.words(row["text"])]
        == [likeness.sound(w) for w in likeness.words(row["expected"]["latin"])]
        for row in given
    )

    assert same >= 0.85 * len(given)
