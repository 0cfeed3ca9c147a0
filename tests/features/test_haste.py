"""A server that does not wait for its disk cannot keep what the door promises, and the desk says so."""

import logging

import pytest
from django.db import connection

from odzew.management.command import must_answer


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite waits because we tell it to")
def test_the_desk_warns_of_a_server_that_does_not_wait_for_its_disk(
    caplog: pytest.LogCaptureFixture, db: None
) -> None:
    with caplog.at_level(logging.WARNING):
        must_answer()  # the cluster of the tests is in such haste

    assert "fsync=off" in caplog.text
    assert "synchronous_commit=off" in caplog.text
