"""The link by which somebody who was invited, or has lost the password, chooses one.

It holds no password and is shown once, to the administrator who hands it on: a firm needs no mail
server to begin. It ends with its first use, with a newer link, and after three days
(`PASSWORD_RESET_TIMEOUT`; OWASP ASVS 5.0, 6.4.1).
"""

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.urls import reverse

from odzew.staff import linking
from odzew.staff.models import Person


class _Links(PasswordResetTokenGenerator):
    key_salt = "odzew.staff.welcome"


_links = _Links()


def link(person: Person) -> str:
    """Return the address at which `person` chooses a password."""
    path = reverse("welcome", args=[person.pk, _links.make_token(person)])
    return settings.SITE_URL.rstrip("/") + path


def opens(person: Person | None, token: str) -> bool:
    """Return whether the token is a link's that has not ended, of somebody who is at the desk."""
    return person is not None and person.is_active and _links.check_token(person, token)


@transaction.atomic
def choose(person: Person, password: str) -> None:
    """Set the password that was chosen; every session and every link from before ends.

    The link with a provider of single sign-on too: whoever got in may have made it.
    """
    held = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    held.set_password(password)
    held.save(update_fields=["password"])
    linking.shut_out(held)
