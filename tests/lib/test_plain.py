"""Texts as every database and every table program takes them."""

import pytest

from odzew.lib.plain import no_formula


@pytest.mark.parametrize(("text", "harmless"), [
    ("=1+1", "'=1+1"), ("-5", "'-5"), ("\tx", "'\tx"), ("a;=1", "a;'=1"), ("a, @b", "a, '@b"), 
    ("a\n+1", "a\n'+1"),
    ("a = b; c", "a = b; c"), ("2026-11-26", "2026-11-26"), ("ala@example.org", "ala@example.org"), ("", ""),
])  # fmt: skip
def test_no_cell_begins_with_a_formula_whatever_separator_the_table_program_uses(text, harmless):
    assert no_formula(text) == harmless
