"""The form checker: no form may be a trap for whoever fills it in, nor for whoever answers."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from odzew.channels.base import Check
from odzew.channels.forms import LANGUAGES, Form, Question, form, word
from odzew.channels.models import Account

COMPANY = re.compile(r"\b(company|firm\w*|фірм\w*|фирм\w*|компан\w*|spółk\w*)\b", re.IGNORECASE)


def check(account: Account) -> list[Check]:
    """Return what is well with a form and what is not; nothing is sent."""
    asks = form(account.settings)
    found = [_team(account), _mailbox(asks), _words(asks)]
    return [*found, *_reasons(asks), *_choices(asks), *_invoice(asks)]


def _team(account: Account) -> Check:
    if hasattr(account, "in_charge"):
        return Check(True, _("Who answers"), str(account.in_charge.team))
    return Check(False, _("Who answers"), _("No team answers this form: choose one."))


def _mailbox(asks: Form) -> Check:
    what = _("Answer and receipt by mail")
    mailbox = Account.objects.filter(pk=asks.answers_by, channel="email", active=True).first()
    if mailbox is None:
        return Check(False, what, _("No mailbox sends the answers: choose one that is in use."))
    if not mailbox.settings.get("smtp"):
        return Check(False, what, _("The mailbox cannot send yet: enter its SMTP server."))
    return Check(True, what, mailbox.address)


def _words(asks: Form) -> Check:
    said = [asks.title, *(question.label for question in asks.questions)]
    said += [asks.consent] if any(asks.consent.values()) else []
    missing = [code.upper() for code in LANGUAGES if not all(words.get(code) for words in said)]
    if missing:
        told = _("Something is not written in: %(languages)s. Customers see another language there.")
        return Check(False, _("Four languages"), told % {"languages": ", ".join(missing)})
    return Check(True, _("Four languages"), _("All is written in each of them."))


def _reasons(asks: Form) -> Iterator[Check]:
    for question in asks.questions:
        if question.required and not any(question.why.values()):
            told = _(
                "It must be filled in, and does not say what it is used for. Say it, or ask for it freely."
            )
            yield Check(False, _named(question), told)


def _choices(asks: Form) -> Iterator[Check]:
    for question in asks.questions:
        if question.kind == "choice" and not question.choices:
            yield Check(False, _named(question), _("There is nothing to choose from: enter the choices."))


def _invoice(asks: Form) -> Iterator[Check]:
    asked = [q for q in asks.questions if any(COMPANY.search(label) for label in q.label.values())]
    if asked and not any(q.kind == "nip" for q in asks.questions):
        told = _(
            "It asks for the company and has no place for the tax number: who needs an invoice is stuck."
        )
        yield Check(False, _named(asked[0]), told)


def _named(question: Question) -> str:
    return word(question.label, "")
