"""The first start: tables, a first firm, and how to sign in."""

import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import Error, connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from odzew.channels.models import Account
from odzew.lib.clock import now
from odzew.staff.models import AccountTeam, Person, Role, Team

FIRST, LAST_SMALL_STEP, LAST_COMMIT = "0001_the_desk", "0061_begun_by_us", "3e82993"
ADMINISTRATOR = "admin@odzew.localhost"
MAILBOX = "desk@odzew.localhost"


@dataclass(frozen=True, slots=True)
class SignIn:
    """How somebody signs in."""

    email: str
    password: str


def prepare_database() -> None:
    """Bring the tables to this version; data stays.

    :raises CommandError: when the database cannot be read or written, or is of a build that is too old
    """
    try:
        _refuse_half_made()
        call_command("migrate", verbosity=0, interactive=False)
    except Error as error:
        raise CommandError(f"The database cannot be used: {error}.") from error


def _refuse_half_made() -> None:
    """Name the way for books of a build in which the tables were still many small steps."""
    done = {name for app, name in MigrationRecorder(connection).applied_migrations() if app == "odzew"}
    if done and not done & {FIRST, LAST_SMALL_STEP}:
        raise CommandError(
            f"These books were made while Odzew was being built and lack some tables. Start them once with "
            f"the code of commit {LAST_COMMIT}, then with this one. Nothing was changed."
        )


def an_administrator() -> str:
    """Return the address of the first administrator who can sign in."""
    people = Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk")
    return people.values_list("email", flat=True).first() or "ADDRESS"


@transaction.atomic
def empty_desk() -> SignIn | None:
    """Make one administrator and one team open around the clock, unless somebody is there."""
    if Person.objects.exists():
        return None
    password = settings.ADMIN_PASSWORD or secrets.token_urlsafe(12)
    person = Person.objects.create_user(
        ADMINISTRATOR, password, name="Administrator", role=Role.ADMINISTRATOR, date_joined=now()
    )
    team = Team.objects.create(name="Desk", timezone="UTC", is_last_resort=True, lead=person)
    person.teams.add(team)
    account = Account(name="Desk", address=MAILBOX, created_at=now())
    _with_submission(account)
    account.save()
    AccountTeam.objects.create(account=account, team=team)
    return SignIn(ADMINISTRATOR, password)


def _with_submission(account: Account) -> None:
    """Take the server to send by from ODZEW_SMTP_OUT, if it is given (smtp://user:pass@host:port)."""
    if not settings.SMTP_OUT:
        return
    parts = urlsplit(settings.SMTP_OUT)
    security = {"smtp": "none", "smtp+starttls": "starttls", "smtps": "tls"}.get(parts.scheme, "tls")
    account.settings = {
        "smtp": {
            "host": parts.hostname,
            "port": parts.port or 587,
            "security": security,
            "user": parts.username or "",
        }
    }
    account.secrets = {"smtp_password": parts.password or ""}
