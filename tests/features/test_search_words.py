"""Which words find which: a table for each language, asked of the index itself."""

from datetime import UTC
from pathlib import Path

import pytest

from odzew.conversations.models import Message
from odzew.language.detect import detect
from odzew.search import find, index, query
from tests.domain.examples import NINE
from tests.features.factory import firm, receive

pytestmark = pytest.mark.django_db
TABLES = sorted((Path(__file__).parent.parent / "language" / "found").glob("*.txt"))


def pairs(table):
    """Yield what is typed, what was written, and whether it has to be found."""
    for line in table.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            sign = "=" if " = " in line else "!"
            asked, _, said = line.partition(f" {sign} ")
            yield asked, said, sign == "="


@pytest.mark.parametrize("table", [pytest.param(path, id=path.stem) for path in TABLES])
@pytest.mark.parametrize("known", [True, False], ids=["language-known", "language-detected"])
def test_words_find_what_they_have_to_and_nothing_else(table, known):
    shop = firm()
    talk = receive("Nothing.").conversation
    said_by = {"conversation": talk, "direction": Message.Direction.INBOUND, "at": NINE}
    told = {}
    for _, said, _ in pairs(table):
        language = table.stem if known else detect(said)
        told[said] = Message.objects.create(text=said, own_words=said, language=language, **said_by).pk
    while index.step():
        pass

    wrong = []
    for asked, said, is_found in pairs(table):
        page = find.page(query.read(asked, UTC), shop.jan, NINE, size=100)
        if (told[said] in page.messages) is not is_found:
            wrong.append((asked, said, "must be found" if is_found else "must not be found"))

    assert wrong == []


def test_each_language_has_a_table_of_at_least_sixty_pairs():
    assert {table.stem: len(list(pairs(table))) >= 60 for table in TABLES} == dict.fromkeys(
        ("pl", "uk", "ru", "en"), True
    )
