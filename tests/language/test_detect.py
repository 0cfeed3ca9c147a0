"""The language of a text: own sentences in four languages, and texts of none of them."""

from pathlib import Path
from time import perf_counter

import pytest

from odzew.language.detect import detect

SENTENCES = Path(__file__).parent / "sentences"
OURS = ("pl", "uk", "ru", "en")


def sentences(name: str) -> list[str]:
    return (SENTENCES / f"{name}.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("language", OURS)
def test_a_sentence_is_told_for_its_language_or_for_none_and_never_for_another(language):
    told = [detect(sentence) for sentence in sentences(language)]

    assert len(told) >= 80
    assert set(told) <= {language, ""}
    assert told.count(language) / len(told) >= 0.95, f"{told.count(language)} of {len(told)}"


@pytest.mark.parametrize("language", OURS)
def test_a_hint_settles_what_the_text_leaves_open(language):
    assert {detect(sentence, language) for sentence in sentences(language)} == {language}


@pytest.mark.parametrize("text", sentences("other"))
def test_a_text_of_no_language_of_ours_is_not_guessed(text):
    assert detect(text) == ""


@pytest.mark.parametrize("language", OURS)
def test_a_whole_letter_is_told_for_its_language_whatever_was_expected(language):
    letter = " ".join(sentences(language)[:12])

    assert {detect(letter, hint) for hint in ("", *OURS)} == {language}


NOTHING_TO_GO_BY = {
    "no text": "",
    "a number": "48 600 700 800",
    "a link": "https://shop.example/the/order?where=is",
    "an address": "kiedy.bedzie@where.example",
    "a smile": ":-)",
    "Greek": "Γεια σας, πότε θα σταλεί η παραγγελία μου;",
}


@pytest.mark.parametrize("case", NOTHING_TO_GO_BY)
def test_no_hint_names_a_text_without_a_letter_of_our_alphabets(case):
    assert {detect(NOTHING_TO_GO_BY[case], hint) for hint in ("", *OURS)} == {""}


# text, hint, language
HINTED = {
    "too short, expected Polish": ("Ok", "pl", "pl"),
    "too short, nothing expected": ("Ok", "", ""),
    "too short, expected Cyrillic in Latin letters": ("Ok", "uk", ""),
    "letters that two languages share": ("Так", "uk", "uk"),
    "letters that two languages share, the other": ("Номер 15", "ru", "ru"),
    "a Polish customer writes in English": ("Where is my parcel?", "pl", "en"),
    "a Ukrainian customer writes in Russian": ("Где мой заказ? Когда вы его отправите?", "uk", "ru"),
    "an agent of a Ukrainian desk writes one Russian sentence": ("Напомните мне через полчаса.", "uk", "ru"),
    "the same in Ukrainian where Russian is expected": ("Передзвоню вам через годину", "ru", "uk"),
    "a German where Polish is expected": ("Wann wird meine Bestellung verschickt?", "pl", ""),
    "an unknown hint": ("Ok", "de", ""),
}


@pytest.mark.parametrize("case", HINTED)
def test_a_hint_decides_where_the_text_does_not_and_never_against_it(case):
    text, hint, language = HINTED[case]

    assert detect(text, hint) == language


MIXED = {
    "a Latin product name in Ukrainian": ("Купив Samsung Galaxy Ultra Pro Max, а він не вмикається", "uk"),
    "a Ukrainian name in Polish": ("Dzień dobry, mój kod to Оксана, nie działa", "pl"),
    "a long link in Polish": ("nie działa https://shop.example/this/is/the/order/that/you/have", "pl"),
    "capitals": ("GDZIE JEST MOJA PACZKA", "pl"),
    "a name with an umlaut in English": ("Hello, this is Jürgen Müller, my order is late", "en"),
    "an apostrophe of any kind": ("Зв’яжіться зі мною", "uk"),
}


@pytest.mark.parametrize("case", MIXED)
def test_what_a_text_borrows_does_not_decide(case):
    text, language = MIXED[case]

    assert detect(text) == language


def test_a_beginning_that_says_nothing_is_read_past():
    assert detect("12345 " * 60 + "Proszę o zwrot pieniędzy.") == "pl"


def test_a_huge_text_costs_no_more_than_a_letter():
    letter = " ".join(sentences("uk"))
    detect(letter)

    def best(text: str) -> float:
        def once() -> float:
            start = perf_counter()
            detect(text)
            return perf_counter() - start

        return min(once() for _ in range(200))

    assert best(letter * 500) < 3 * best(letter)
