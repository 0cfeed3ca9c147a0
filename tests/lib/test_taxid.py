"""Tax numbers of Poland, Ukraine and Russia are known by their check digits."""

import pytest

from odzew.lib import taxid
from tests.corpora import rows

KINDS = {"ua_edrpou": "EDRPOU", "ru_inn": "INN", "pl_nip": "NIP"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [("PL 856-734-62-15", "NIP"), ("32855961", "EDRPOU"), ("7707083893", "INN"), ("500100732259", "INN")],
)
def test_a_number_is_known_and_with_another_last_digit_is_not(text: str, kind: str) -> None:
    wrong = text[:-1] + str((int(text[-1]) + 1) % 10)

    assert kind in taxid.kinds(text)
    assert kind not in taxid.kinds(wrong)


def test_the_cases_of_another_library_are_judged_alike() -> None:
    given = [row for row in rows("taxid") if row["expected"]["kind"] in KINDS]

    assert [
        row["text"]
        for row in given
        if (KINDS[row["expected"]["kind"]] in taxid.kinds(row["text"])) is not row["expected"]["valid"]
    ] == []
