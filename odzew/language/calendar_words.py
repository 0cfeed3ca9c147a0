"""Beginnings of words that mean an absence in the title of an event, for a person to change."""

WORDS = (
    "urlop",
    "nieobecn",
    "відпуст",
    "відсутн",
    "отпуск",
    "отсутств",
    "vacation",
    "holiday",
    "leave",
    "out of office",
)
