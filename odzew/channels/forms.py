"""Form: what a page of ours asks, and how what was sent travels; the settings of an account say it.

A form is an account of the channel `webform`: its address is the slug, its team answers, and the
answers go out by the mailbox `answers_by`. odzew/channels/webform/README.md has the keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LANGUAGES = ("en", "pl", "uk", "ru")  # in this order one stands in for another that is not written
KINDS = ("text", "long", "choice", "number", "date", "nip")
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One field of its own that a form asks for; `why` says what it is used for."""

    key: str
    kind: str
    label: Words
    why: Words
    required: bool
    choices: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One request type."""

    title: Words
    intro: Words
    consent: Words
    questions: tuple[Question, ...]
    files: bool
    hosts: tuple[str, ...]
    answers_by: int


def form(settings: Mapping[str, Any]) -> Form:
    """Return the form that the settings of an account describe."""
    return Form(
        title=settings.get("title", {}),
        intro=settings.get("intro", {}),
        consent=settings.get("consent", {}),
        questions=tuple(_question(asked) for asked in settings.get("questions", ())),
        files=settings.get("files", True),
        hosts=tuple(settings.get("hosts", ())),
        answers_by=settings.get("answers_by", 0),
    )


def _question(asked: Mapping[str, Any]) -> Question:
    return Question(
        key=asked["key"],
        kind=asked["kind"],
        label=asked["label"],
        why=asked.get("why", {}),
        required=asked.get("required", False),
        choices=tuple(asked.get("choices", ())),
    )


def word(words: Words, language: str) -> str:
    """Return what is written for a language, or else what there is."""
    return next((words[each] for each in (language, *LANGUAGES) if words.get(each)), "")
