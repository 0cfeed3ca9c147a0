"""Whether somebody's account is linked with the provider's of single sign-on, and ending that."""

from allauth.socialaccount.models import SocialAccount

from odzew.staff import sessions
from odzew.staff.models import Person


def linked(person: Person) -> bool:
    """Return whether somebody can sign in by the provider."""
    return bool(SocialAccount.objects.filter(user=person).exists())


def unlink(person: Person) -> None:
    """Let nobody sign in as `person` by the provider any more."""
    SocialAccount.objects.filter(user=person).delete()


def shut_out(person: Person) -> None:
    """Let nobody who is signed in as `person`, or can be by the provider, stay or come back that way."""
    unlink(person)
    sessions.end(person)
