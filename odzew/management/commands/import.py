"""odzew import: bring in the mails of a file, the history of another desk, or a table."""

import mailbox
import re
from contextlib import closing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from rich.progress import track

from odzew.channels.models import Account
from odzew.intake.keep import Payload, keep
from odzew.lib.clock import now
from odzew.management import history_files, orders_file
from odzew.management.command import Command as Base, must_be_ready, with_json

AT_ONCE = 100
A_DATE = re.compile(rb"^date[ \t]*:[ \t]*([^\r\n]{1,80})", re.IGNORECASE | re.MULTILINE)


class Command(Base):
    """Imports from files."""

    help = "Import mails (mbox), another desk's history, or a table; what is there is not imported twice."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the format, the file and the account."""
        parser.add_argument(
            "format", choices=["mbox", *orders_file.READERS, "customers", *history_files.DESKS]
        )
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--account", default="", help="address of the mailbox it belongs to, and which answers"
        )
        parser.add_argument("--shop", default="", help="word of the shop a table belongs to")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be kept")
        parser.add_argument("--desk", default="", help="a name for the other desk, when two of a kind come")
        with_json(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import the file."""
        must_be_ready()
        desk = history_files.DESKS.get(options["format"])
        if not (options["file"].is_file() or (desk and options["file"].is_dir())):
            raise CommandError(f"There is no file {options['file']}.")
        if options["format"] in orders_file.READERS:
            orders_file.bring(
                options["format"], options["file"], options["shop"], self.stdout, dry=options["dry_run"]
            )
            return
        if desk or options["format"] == "customers":
            bring = partial(history_files.bring, desk) if desk else history_files.bring_customers
            bring(
                options["file"], _account(options["account"]), self.stdout,
                name=options["desk"], dry=options["dry_run"], as_json=options["json"],
            )  # fmt: skip
            return
        if options["dry_run"]:
            raise CommandError(
                "--dry-run is for tables and desks; mails are imported once however often you try."
            )
        account = _account(options["account"])
        with closing(mailbox.mbox(options["file"], create=False)) as box:
            count = _bring(account, box)
        self.stdout.write(f"{count} mails are kept; the desk takes them into its history now.")


def _bring(account: Account, box: mailbox.mbox) -> int:
    batch: list[Payload] = []
    for key in track(box.keys(), description="Importing"):
        batch.append(_payload(account, box.get_bytes(key)))
        if len(batch) >= AT_ONCE:
            keep(batch)
            batch = []
    if batch:
        keep(batch)
    return len(box)


def _account(address: str) -> Account:
    accounts = Account.objects.filter(channel="email").order_by("pk")
    found = (accounts.filter(address__iexact=address) if address else accounts).first()
    if found is None:
        raise CommandError("No mailbox has this address; see the screen Mailboxes.")
    return found


def _payload(account: Account, content: bytes) -> Payload:
    return Payload(
        account=account.pk,
        door="import",
        content=content,
        received_at=_written_at(content, now()),
        envelope={"to": [account.address]},
    )


def _written_at(content: bytes, at: datetime) -> datetime:
    """Return when the mail says it was written, at most `at`: the customer waits since then."""
    head = re.split(rb"\r?\n\r?\n", content, maxsplit=1)[0]
    found = A_DATE.search(head)
    try:
        said = parsedate_to_datetime(found[1].decode("ascii", "replace")) if found else at
        return min(said if said.tzinfo else said.replace(tzinfo=UTC), at)
    except (ValueError, TypeError, OverflowError):
        return at
