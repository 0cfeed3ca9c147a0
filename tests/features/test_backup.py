"""A copy of a desk is whole, and is a desk again."""

import json
import os
import sqlite3
import stat
import subprocess
from contextlib import closing
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from odzew.management import copying
from odzew.orders import door
from odzew.orders.models import Shop
from tests import blank
from tests.features.letters import MONDAY, open_desk


@pytest.fixture
def data(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    blank.for_a_desk(data)
    (data / "secret-key").write_text("a key")
    (data / "secret-key").chmod(0o600)
    return data


def test_a_copy_made_while_somebody_writes_is_of_one_moment_and_its_books_agree(data, tmp_path):
    to = tmp_path / "copy"
    with closing(sqlite3.connect(data / "odzew.sqlite3", isolation_level=None)) as desk:
        session = "INSERT INTO django_session VALUES (?, '', '2027-01-01')"
        desk.execute("PRAGMA journal_mode=WAL")
        desk.execute(session, ["kept"])
        desk.execute("BEGIN IMMEDIATE")
        desk.execute(session, ["under way"])

        copying.copy(data, to, "a key")

        desk.execute("COMMIT")
    with closing(sqlite3.connect(to / "odzew.sqlite3")) as copied:
        assert copied.execute("SELECT session_key FROM django_session").fetchall() == [("kept",)]
    assert (to / "secret-key").read_text() == "a key"
    assert stat.S_IMODE(to.stat().st_mode) == 0o700
    on_sqlite = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [blank.ODZEW, "audit", "--json", "--data", to]
    audit = subprocess.run(command, capture_output=True, check=True, env=on_sqlite)
    assert json.loads(audit.stdout) == {"findings": []}


def test_what_could_not_be_copied_leaves_nothing_behind(data, tmp_path):
    (data / "odzew.sqlite3").write_bytes(b"no books " * 1000)

    with pytest.raises(copying.NotWhole, match="could not be made"):
        copying.copy(data, tmp_path / "copy", "a key")

    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_copy_never_goes_over_another_one(data, tmp_path):
    (tmp_path / "copy").mkdir()

    with pytest.raises(copying.NotWhole, match="is there already"):
        copying.copy(data, tmp_path / "copy", "a key")


@pytest.mark.django_db
def test_a_key_that_is_not_the_desk_s_is_never_copied_as_its_key(data, tmp_path, settings):
    settings.DATA, said = data, StringIO()
    settings.SECRET_KEY = "given by the environment"
    Shop.objects.create(
        name="Kites", slug="kites", secret=door.sealed("s"), account=open_desk().account, created_at=MONDAY
    )
    if connection.vendor == "sqlite":
        call_command("backup", str(tmp_path / "copy"), stdout=said)
        assert "Keep ODZEW_SECRET_KEY apart" in said.getvalue()
        assert [file.name for file in (tmp_path / "copy").iterdir()] == ["odzew.sqlite3"]

    settings.SECRET_KEY = "a key"  # as of a nightly job without that environment
    with pytest.raises(CommandError, match="opens no password .*(?s:.*)the same ODZEW_SECRET_KEY"):
        call_command("backup", str(tmp_path / "other"))

    assert not (tmp_path / "other").exists()


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite is copied")
def test_on_postgresql_the_command_says_what_to_do_and_no_password(tmp_path, settings):
    with pytest.raises(CommandError) as refused:
        call_command("backup", str(tmp_path / "desk.dump"))

    assert f'pg_dump --format=custom --file={tmp_path / "desk.dump"} "$DATABASE_URL"' in str(refused.value)
    assert settings.DATABASES["default"]["NAME"] not in str(refused.value)
