"""The second factor by django-allauth: secrets sealed, who must have one, what when it is lost."""

import base64
import logging
import secrets

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db import transaction

from odzew.lib import sealing
from odzew.staff import linking
from odzew.staff.models import Person

log = logging.getLogger(__name__)
REAL = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes stand in for one of these


class Factors(DefaultMFAAdapter):
    """Seals the secrets, and lets nobody who must have a factor take the last one away."""

    def encrypt(self, text: str) -> str:
        """Return a secret as only the key of the desk opens it."""
        return sealing.seal_json({"secret": text}, settings.SECRET_KEY)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret; after a change of the key another one, which no code fits."""
        try:
            return str(sealing.open_json(encrypted_text, settings.SECRET_KEY)["secret"])
        except sealing.CannotOpen:
            log.error("The secret key has changed: second factors have to be reset by an administrator.")
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Return whether a factor may go: not the last of who must have one."""
        others = Authenticator.objects.filter(user=authenticator.user, type__in=REAL)
        return not must_have(authenticator.user) or others.exclude(pk=authenticator.pk).exists()


def must_have(person: Person) -> bool:
    """Return whether this desk asks a second factor of somebody (`ODZEW_SECOND_FACTOR`)."""
    asked = settings.SECOND_FACTOR
    return asked == "everybody" or (asked == "administrators" and person.sees_everything)


def has(person: Person) -> bool:
    """Return whether somebody has a second factor."""
    return bool(is_mfa_enabled(person, REAL))


@transaction.atomic
def reset(person: Person) -> int:
    """Take away every factor of somebody who has lost it, and end the sessions; return how many.

    Afterwards the password alone signs in, so the link with a provider of single sign-on goes too.
    """
    count, _of_each = Authenticator.objects.filter(user=person).delete()
    linking.shut_out(person)
    return int(count)
