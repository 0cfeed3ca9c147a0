"""The tables of a new desk, and of books made while the desk was being built."""

import pytest
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from odzew.management.start import prepare_database

pytestmark = pytest.mark.django_db


def test_books_of_a_build_with_half_of_the_steps_are_refused_with_what_to_do() -> None:
    _stood_at("0001_the_books_and_the_mail", "0060_payments_and_subscriptions")
    with pytest.raises(
        CommandError, match=r"Start them once with the code of commit 3e82993.*Nothing was changed"
    ):
        prepare_database()


def _stood_at(*names: str) -> None:
    recorder = MigrationRecorder(connection)
    recorder.migration_qs.filter(app="odzew").delete()
    for name in names:
        recorder.record_applied("odzew", name)
