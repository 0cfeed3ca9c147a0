"""A message that only thanks is known; whatever may ask, hurry or wait is none."""

import pytest

from odzew.language import thanks

ONLY = [
    "Dziękuję!",
    "Dzień dobry, dziękuję bardzo za szybką odpowiedź. Pozdrawiam, Ala Nowak",
    "dzieki, wszystko jasne :)",
    "Дякую за відповідь! З повагою, Олена",
    "Добрий день! Щиро дякую вам.",
    "Спасибо большое за помощь, всё работает",
    "Благодарю вас.\nС уважением,\nПётр",
    "Great, thank you very much for your help!\nKind regards\nJohn",
    "Thanks 👍",
]
MORE = [
    "",
    "Ok.",
    "Pozdrawiam, Ala",
    "Dziękuję, czekam na paczkę.",
    "Dziękuję. A kiedy?",
    "Z góry dziękuję",
    "Dziękuję, Zwrot",
    "Dziękuję za odpowiedź, ale paczki nie ma",
    "Pozdrawiam, Ala. Dziękuję, proszę oddzwonić",
    "Дякую, чекаю",
    "Спасибо, жду ответа",
    "Спасибо за ничего",
    "Thanks for nothing",
    "Thanks, but it does not work",
    "Thank you. Refund",
    "Kind regards, call me back please. Thanks",
    "Thanks. Regards, call me",
    "Thank you! " * 40,
]


@pytest.mark.parametrize("text", ONLY)
def test_whoever_only_thanks_is_known(text: str) -> None:
    assert thanks.only(text)


@pytest.mark.parametrize("text", MORE)
def test_in_doubt_a_message_says_more(text: str) -> None:
    assert not thanks.only(text)
