"""A probe that fills in a web form: it opens the public page, reads it as a person would, and sends it."""

import re
from datetime import date
from threading import Event

import httpx
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from odzew.channels import forms
from odzew.channels.base import ChannelError
from odzew.channels.models import Account
from odzew.probes import sign
from odzew.probes.models import Probe

PAUSE = 4.0  # seconds; what is sent faster looks like a machine, and is held
SECONDS = 20.0
LANGUAGE = "en"
STAMP = re.compile(r'name="stamp" value="([^"]+)"')
A_NIP = "123-456-32-18"  # one whose last digit fits


def fill_in(probe: Probe, stop: Event, pause: float = PAUSE) -> None:
    """Fill in the form of a probe at its public address.

    :raises ChannelError: when the page cannot be had, or does not take what was filled in
    """
    path = reverse("form", args=[probe.account.address])
    address = f"{settings.SITE_URL.rstrip('/')}{path}?lang={LANGUAGE}"
    try:
        # No proxy of the environment, no cookies to begin with: a stranger at home.
        with httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as visitor:
            shown = visitor.get(address)
            filled = _filled(probe, _stamp(shown))
            stop.wait(pause)
            _must_be_taken(visitor.post(address, data=filled))
    except httpx.HTTPError as error:
        raise ChannelError(_said(address, str(error) or type(error).__name__)) from error


def _stamp(shown: httpx.Response) -> str:
    found = STAMP.search(shown.text)
    if shown.status_code != httpx.codes.OK or found is None:
        raise ChannelError(_said(str(shown.url), str(shown.status_code)))
    return found[1]


def _must_be_taken(answer: httpx.Response) -> None:
    if not answer.is_redirect or "/sent/" not in answer.headers.get("Location", ""):
        raise ChannelError(_said(str(answer.url), str(answer.status_code)))


def _said(address: str, said: str) -> str:
    told = _("The page %(address)s does not take what is filled in: %(said)s")
    return told % {"address": address.partition("?")[0], "said": said}


def _filled(probe: Probe, stamp: str) -> dict[str, str]:
    account = probe.account
    mail = _own_address(account)
    usual = {"stamp": stamp, "mail": mail, "sure": mail, "subject": sign.of(probe), "message": sign.TEXT}
    asks = forms.form(account.settings)
    own = {f"q-{question.key}": _answer(question) for question in asks.questions if question.required}
    return {**usual, **own, **({"consent": "on"} if forms.word(asks.consent, LANGUAGE) else {})}


def _answer(question: forms.Question) -> str:
    match question.kind:
        case "choice":
            return next((forms.word(choice, LANGUAGE) for choice in question.choices), "")
        case "number":
            return "1"
        case "date":
            return date(2026, 1, 1).isoformat()
        case "nip":
            return A_NIP
        case _:
            return sign.TEXT


def _own_address(account: Account) -> str:
    # Whatever is written back because of it stays with us.
    mailbox = Account.objects.filter(pk=account.settings.get("answers_by"), channel="email").first()
    return mailbox.address if mailbox else f"probe@{settings.SMTP_NAME}"
