"""A phrase is found in a text in whichever form its words stand."""

import pytest

from odzew.language.phrases import MOST, READ, Text, phrase


def case(name, is_there, looked_for, text, language=""):
    return pytest.param(is_there, looked_for, text, language, id=name)


CASES = [
    case("another form, Polish", True, "faktura", "Proszę o korektę faktury.", "pl"),
    case("without diacritics", True, "reklamacja", "chce zlozyc REKLAMACJE", "pl"),
    case("another form, Ukrainian", True, "рахунок", "Надішліть рахунки, будь ласка", "uk"),
    case("another form, Russian", True, "возврат", "Хочу оформить возврата срок", "ru"),
    case("another form, English", True, "refund", "They refunded nothing", "en"),
    case("the form itself is what is looked for", True, "faktury", "Gdzie jest faktura?", "pl"),
    case("a phrase in other forms", True, "zwrot pieniędzy", "Proszę o zwrotu pieniędzy dokonać", "pl"),
    case("the words apart are no phrase", False, "zwrot pieniędzy", "zwrot towaru i pieniędzy", "pl"),
    case("in the wrong order", False, "not paid", "paid, not sent", "en"),
    case("the end of the text cuts it", False, "not paid", "it was not", "en"),
    case("a part of a word is none", False, "bill", "billion", "en"),
    case("a number with a hyphen", True, "ZAM-2041", "Order zam-2041 is late", "en"),
    case("an address", True, "@carrier.example", "write to help@carrier.example", "en"),
    case("an empty text", False, "bill", ""),
]


@pytest.mark.parametrize(("is_there", "looked_for", "text", "language"), CASES)
def test_a_phrase_is_found_in_whichever_form(is_there, looked_for, text, language):
    assert Text(text, language).has(phrase(looked_for)) is is_there


def test_what_has_no_word_is_no_phrase():
    assert phrase("?! –") == ()


def test_a_long_text_is_looked_at_from_its_beginning_only():
    long = "word " * (MOST - 1) + "early " + "word " * 10 + "late"

    assert Text(long).has(phrase("early"))
    assert not Text(long).has(phrase("late"))
    assert not Text("x" * READ + " bill").has(phrase("bill"))
