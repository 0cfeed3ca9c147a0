"""What a reply would end with: the signature that is being written, among those that are kept."""

from django.db.models import Q

from odzew.channels.models import Account
from odzew.conversations import signing, snippets
from odzew.conversations.signature import Signature
from odzew.desk.mailboxes.state import visible
from odzew.desk.signatures.form import Text
from odzew.staff.models import Team

NUMBER = 1024  # of a conversation that does not exist


def sample(form: Text) -> list[str]:
    """Return what would stand under a reply of who writes it; nothing while the form cannot be read."""
    one = _written(form)
    if one is None:
        return []
    person = form.person
    account = one.account or _mailbox(form)
    team = one.team or (account.in_charge.team if hasattr(account, "in_charge") else Team())
    known = signing.values(person, team, account, NUMBER)
    rows = [one, *_others(form, one, team, account)]
    return [snippets.filled(row.text, known) for row in _under(one, rows)]


def _written(form: Text) -> Signature | None:
    if not form.is_bound:
        return form.signature if form.signature.text else None
    if form.errors:
        return None
    said = form.whose() | {name: form.cleaned_data[name] for name in ("language", "text")}
    return Signature(pk=form.signature.pk, **said)


def _mailbox(form: Text) -> Account:
    return visible(form.person).first() or Account(name="…", address="…")


def _others(form: Text, one: Signature, team: Team, account: Account) -> list[Signature]:
    place = Q(owner=form.person) | Q(account__in=[account.pk]) | Q(team__in=[team.pk])
    rows = Signature.objects.filter(place, language__in=("", one.language))
    return list(rows.exclude(pk=form.signature.pk))


def _under(one: Signature, rows: list[Signature]) -> list[Signature]:
    """Return what is written, and beside it what would be chosen for the other part."""
    legal = [row for row in signing.chosen(rows) if row.is_legal != one.is_legal]
    return [*legal, one] if one.is_legal else [one, *legal]
