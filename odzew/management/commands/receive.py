"""odzew receive: take one mail from a mail server's pipe."""

import os
import sys
from typing import Any

from django.core.management.base import CommandParser
from django.db import Error

from odzew.channels.models import Account
from odzew.intake.keep import Payload, keep
from odzew.lib.clock import now
from odzew.management.command import Command as Base

TRY_LATER = 75  # EX_TEMPFAIL of sysexits.h: the mail server keeps the mail and tries again


class Command(Base):
    """Keeps the mail on standard input, or makes the mail server keep it."""

    help = "Keep one mail from standard input; exits with 0 only when it is safely kept, else with 75."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --account, --sender and --recipient."""
        parser.add_argument(
            "--account", default="", help="address of the mailbox it is for; default: the first"
        )
        parser.add_argument("--sender", default=os.environ.get("SENDER", ""), help="envelope sender")
        parser.add_argument("--recipient", default=os.environ.get("RECIPIENT", ""), help="envelope recipient")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Keep the mail."""
        try:
            account = self._account(options["account"])
            if account is None:
                return self._later("No mailbox has this address; name one with --account.")
            recipient = options["recipient"] or account.address
            content = sys.stdin.buffer.read()
            envelope = {"from": options["sender"], "to": [recipient]}
            keep(
                [
                    Payload(
                        account=account.pk, door="pipe", content=content, received_at=now(), envelope=envelope
                    )
                ]
            )
        except Error as error:
            self._later(f"The mail could not be kept: {error}")

    def _account(self, address: str) -> Account | None:
        accounts = Account.objects.filter(channel="email").order_by("pk")
        return (accounts.filter(address__iexact=address) if address else accounts).first()

    def _later(self, said: str) -> None:
        self.stderr.write(said)
        sys.exit(TRY_LATER)
