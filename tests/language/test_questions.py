"""Questions found in letters: own examples in four languages."""

import re
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, strategies as st

from odzew.language import questions

EXAMPLES = Path(__file__).parent / "questions"
LANGUAGES = ("pl", "uk", "ru", "en")


def examples(lang: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for line in (EXAMPLES / f"{lang}.txt").read_text("utf-8").splitlines():
        if line.startswith("=> "):
            found[-1][1].append(line[3:])
        elif not line.startswith("#"):
            found.append((line.replace("⏎", "\n"), []))
    return found


CASES = [(lang, text, asked) for lang in LANGUAGES for text, asked in examples(lang)]


@pytest.mark.parametrize(("lang", "text", "asked"), CASES, ids=[f"{lang}: {text}" for lang, text, _ in CASES])
def test_a_letter_asks_these_questions_and_no_other(lang, text, asked):
    assert questions.read(text, lang) == asked


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_are_forty_letters_in_each_language(lang):
    assert len(examples(lang)) >= 40


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nearly_every_letter_reads_the_same_when_nobody_says_its_language(lang):
    letters = examples(lang)
    same = sum(questions.read(text) == asked for text, asked in letters)

    assert same / len(letters) >= 0.95, f"{same} of {len(letters)}"


LETTERS = {
    "items of a list, a call at the end": (
        "Szanowni Państwo,\n\n"
        "zamówiłem ekspres i do dziś nie mam ani przesyłki, ani żadnej wiadomości od nikogo,\n"
        "choć minęły dwa tygodnie.\n\n"
        "Uprzejmie proszę o informację:\n- gdzie jest paczka,\n- kiedy ją dostanę.\n\n"
        "Czy ktoś mógłby zadzwonić? Najlepiej po 16.\n\nZ poważaniem\nJan",
        ["gdzie jest paczka", "kiedy ją dostanę.", "Czy ktoś mógłby zadzwonić?"],
    ),
    "a question after a dash": (
        "I jeszcze jedno - czy muszę mieć pudełko.",
        ["I jeszcze jedno - czy muszę mieć pudełko."],
    ),
    "a follow-up of one word": ("nie działa pilot. co mam zrobić? odesłać?", ["co mam zrobić? odesłać?"]),
    "a line broken by a program": (
        "Could you tell me, please, whether it is still possible\nto change the address of my order?",
        ["Could you tell me, please, whether it is still possible to change the address of my order?"],
    ),
    "the same question twice": ("Gdzie jest paczka? Czekam.\n\nGDZIE JEST PACZKA???", ["Gdzie jest paczka?"]),
    "a language of none of ours": ("Guten Tag, wann kommt es an?", ["Guten Tag, wann kommt es an?"]),
    "nothing": ("", []),
    "a mark alone": ("???", []),
}


@pytest.mark.parametrize("case", LETTERS)
def test_a_whole_letter(case):
    text, asked = LETTERS[case]

    assert questions.read(text) == asked


def test_at_most_ten_questions_are_told():
    text = "\n".join(f"Czy jest dostępny model numer {number}?" for number in range(30))

    assert len(questions.read(text)) == 10


def test_of_an_endless_question_the_end_is_kept():
    (question,) = questions.read("słowo " * 2000 + "i kiedy to będzie?", "pl")

    assert question.startswith("…")
    assert question.endswith("i kiedy to będzie?")
    assert len(question) <= 401


@given(st.text(alphabet="ab КЇąĄ?!.,:;-–„”\"'«»>\n\t…)(1", max_size=200), st.sampled_from([*LANGUAGES, ""]))
def test_whatever_is_written_the_questions_are_its_own_words(text, lang):
    told = [word for question in questions.read(text, lang) for word in re.findall(r"\w+", question)]

    assert set(told) <= set(re.findall(r"\w+", text))


SLOW = [
    "prosze o ",
    "i would like ",
    "прошу ",
    "? ",
    '"',
    "„",
    "a",
    "?",
    "?a",
    "w@",
    "- ",
    "как ли ",
    "(",
    "\n>",
]


@pytest.mark.parametrize("piece", SLOW)
def test_no_letter_takes_long(piece):
    letter = piece * (20_000 // len(piece))

    start = perf_counter()
    questions.read(letter)

    assert perf_counter() - start < 2
