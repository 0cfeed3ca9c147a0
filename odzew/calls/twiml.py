"""What Twilio is told to do with a caller: ring ours, else take her words down (Twilio docs, "TwiML")."""

from collections.abc import Callable, Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils import translation
from django.utils.translation import gettext as _

from odzew.calls.twilio import Step

AT_ONCE = 10  # numbers that one <Dial> may ring
RINGS = "25"  # seconds
LONGEST = "300"  # seconds of a message
TO_PRESS = "10"  # seconds
# Twilio's own voices know no Ukrainian.
VOICES = {
    "pl": {"language": "pl-PL"},
    "ru": {"language": "ru-RU"},
    "uk": {"language": "uk-UA", "voice": "Google.uk-UA-Standard-A"},
}
ENGLISH = {"language": "en-GB"}
Address = Callable[[Step], str]


def ring(numbers: Iterable[str], address: Address, language: str) -> bytes:
    """Return: ring these numbers at once, whoever takes it first; without any, take the words down."""
    told = list(numbers)[:AT_ONCE]
    if not told:
        return take_down(address, language)
    # Until one of ours answers she hears the ringing, and pays for nothing.
    facts = {"answerOnBridge": "true", "timeout": RINGS, "action": address(Step.DIALLED)}
    answer = Element("Response")
    dial = SubElement(answer, "Dial", facts)
    for number in told:
        SubElement(dial, "Number", {"url": address(Step.LEG)}).text = number
    return _written(answer)


def screen(address: Address, language: str) -> bytes:
    """Return: join whoever took the line with the caller when he presses a key, and hang up on a machine.

    It runs on the called party's end before the two are joined, while she hears the ringing (Twilio docs,
    "Number", `url`; "Dial", `answerOnBridge`).
    """
    answer = Element("Response")
    with translation.override(language):
        words = _("A customer is calling. Press 1 to talk.")
    facts = {"action": address(Step.TAKEN), "numDigits": "1", "timeout": TO_PRESS}
    gather = SubElement(answer, "Gather", facts)
    SubElement(gather, "Say", VOICES.get(language, ENGLISH)).text = words
    SubElement(answer, "Hangup")
    return _written(answer)


def join() -> bytes:
    """Return nothing more to do on this end: the two are joined."""
    return _written(Element("Response"))


def take_down(address: Address, language: str) -> bytes:
    """Return: say that a call back is owed in any case, and record what she wants to say."""
    answer = Element("Response")
    with translation.override(language):
        words = _("Nobody can answer now. We will call you back. You may leave a message after the tone.")
    SubElement(answer, "Say", VOICES.get(language, ENGLISH)).text = words
    facts = {"action": address(Step.MESSAGE), "maxLength": LONGEST, "playBeep": "true"}
    SubElement(answer, "Record", facts | {"recordingStatusCallback": address(Step.RECORDED)})
    return _written(answer)


def hang_up() -> bytes:
    """Return: end the call."""
    answer = Element("Response")
    SubElement(answer, "Hangup")
    return _written(answer)


def _written(answer: Element) -> bytes:
    written: bytes = tostring(answer, encoding="utf-8", xml_declaration=True)
    return written
