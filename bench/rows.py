"""Rows into tables by the fastest door of each database, indexes built at the end."""

import json
from datetime import UTC, datetime
from typing import Any

PIECE = 20_000


def shown(moment: "int | datetime") -> str:
    """Return a moment (or seconds since 1970) as the database keeps it."""
    at = datetime.fromtimestamp(moment, UTC) if isinstance(moment, int) else moment.astimezone(UTC)
    return str(at.replace(tzinfo=None))


def iso(seconds: int) -> datetime:
    """Return seconds since 1970 as an aware moment."""
    return datetime.fromtimestamp(seconds, UTC)


class Table:
    """Collects rows of one model and writes them in pieces."""

    def __init__(self, model: Any) -> None:
        from django.db import connection
        from django.db.models import Max

        fields = model._meta.concrete_fields
        self.model = model
        self.name = model._meta.db_table
        self.columns = [field.column for field in fields]
        self.places = {field.attname: place for place, field in enumerate(fields)}
        usual = [None if f.primary_key or f.null else f.get_default() for f in fields]
        self.usual = [json.dumps(v) if isinstance(v, dict | list) else v for v in usual]
        self.moments = {place for place, f in enumerate(fields) if f.get_internal_type() == "DateTimeField"}
        self.is_postgresql = connection.vendor == "postgresql"
        self.next = (model.objects.aggregate(Max("pk"))["pk__max"] or 0) + 1
        self.rows: list[list[Any]] = []

    def take(self) -> int:
        """Return the next free number."""
        self.next += 1
        return self.next - 1

    def add(self, **values: Any) -> None:
        """Write a row sooner or later; what is not named has its default."""
        row = self.usual.copy()
        for name, value in values.items():
            row[self.places[name]] = value
        self.rows.append(row)
        if len(self.rows) >= PIECE:
            self.write()

    def write(self) -> None:
        """Write what was collected."""
        from django.db import connection

        names = ", ".join(f'"{column}"' for column in self.columns)
        with connection.cursor() as cursor:
            if self.is_postgresql:
                with cursor.copy(f'COPY "{self.name}" ({names}) FROM STDIN') as copy:
                    for row in self.rows:
                        copy.write_row(
                            [f"{v}+00" if v and p in self.moments else v for p, v in enumerate(row)]
                        )
            else:
                marks = ", ".join("?" * len(self.columns))
                sql = f'INSERT INTO "{self.name}" ({names}) VALUES ({marks})'
                cursor.execute("BEGIN")  # one transaction a piece; alone, each row would be one
                cursor.connection.executemany(sql, self.rows)
                cursor.execute("COMMIT")
        self.rows.clear()


class Tables:
    """The tables of a desk while they are filled; nobody else may use the database meanwhile."""

    def __enter__(self) -> "Tables":
        from odzew.conversations.models import Conversation, Message
        from odzew.customers.models import Customer, Identity
        from odzew.ledger.models import Entry, Owed

        self.customers, self.identities = Table(Customer), Table(Identity)
        self.conversations, self.messages = Table(Conversation), Table(Message)
        self.entries, self.owed = Table(Entry), Table(Owed)
        self.all = [
            self.customers,
            self.identities,
            self.conversations,
            self.messages,
            self.entries,
            self.owed,
        ]
        self._haste()
        self.indexes = self._drop_indexes()
        return self

    def __exit__(self, kind: Any, *_: Any) -> None:
        if kind is None:
            for table in self.all:
                table.write()
        self._run(self.indexes)
        self._calm()

    def head(self) -> tuple[int, bytes]:
        """Return the end of the journal."""
        from odzew.ledger.models import Head

        head = Head.objects.get(pk=1)
        return head.seq, bytes(head.digest)

    def keep_head(self, seq: int, digest: bytes) -> None:
        """Write the end of the journal."""
        from odzew.ledger.models import Head

        Head.objects.filter(pk=1).update(seq=seq, digest=digest)

    def line(
        self,
        seq: int,
        obligation: int,
        kind: str,
        at: datetime,
        by: str,
        message: int,
        facts: dict[str, Any],
        before: bytes,
    ) -> bytes:
        """Write a line of the journal and return its digest."""
        from odzew.ledger.mapping import chained

        digest = chained([seq, obligation, kind, at.isoformat(), by, "", message, facts], before)
        self.entries.add(
            seq=seq, obligation=obligation, kind=kind, at=shown(at), by=by, message=message,
            facts=json.dumps(facts), digest=digest,
        )  # fmt: skip
        return digest

    def _haste(self) -> None:
        if self.customers.is_postgresql:
            self._run(["SET session_replication_role = replica", "SET synchronous_commit = off"])
        else:
            self._run(
                ["PRAGMA foreign_keys = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -1000000"]
            )

    def _calm(self) -> None:
        if self.customers.is_postgresql:
            self._run(
                ["SET session_replication_role = DEFAULT", "SET synchronous_commit = on", *self._sequences()]
            )
            self._run(["ANALYZE"])  # as autovacuum would, some minutes later
        else:
            self._run(
                ["PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON"]
            )
            self._run(["PRAGMA cache_size = -65536"])

    def _sequences(self) -> list[str]:
        from django.core.management.color import no_style
        from django.db import connection

        return connection.ops.sequence_reset_sql(no_style(), [t.model for t in self.all])

    def _drop_indexes(self) -> list[str]:
        from django.db import connection

        names = tuple(t.name for t in self.all)
        marks = ", ".join(["%s"] * len(names))
        with connection.cursor() as cursor:
            if self.customers.is_postgresql:
                cursor.execute(
                    "SELECT indexname, indexdef FROM pg_indexes WHERE indexname NOT IN "
                    f"(SELECT conname FROM pg_constraint) AND tablename IN ({marks})",
                    names,
                )
            else:
                cursor.execute(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
                    f"AND tbl_name IN ({marks})",
                    names,
                )
            found = cursor.fetchall()
        self._run([f'DROP INDEX "{name}"' for name, _ in found])
        return [sql for _, sql in found]

    def _run(self, statements: list[str]) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
