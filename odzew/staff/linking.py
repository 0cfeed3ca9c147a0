"""Whether somebody's account is linked with the provider's of single sign-on, and ending that."""

from allauth.socialaccount.models import SocialAccount

from odzew.staff import acts, sessions
from odzew.staff.models import Person


def linked(person: Person) -> bool:
    """Return whether somebody can sign in by the provider."""
    return bool(SocialAccount.objects.filter(user=person).exists())


def unlink(person: Person) -> bool:
    """Let nobody sign in as `person` by the provider any more, and return whether somebody could."""
    return bool(SocialAccount.objects.filter(user=person).delete()[0])


def shut_out(person: Person) -> None:
    """Let nobody who is signed in as `person`, or can be by the provider, stay or come back that way."""
    if unlink(person):
        # Nobody asked for that alone: it comes with the act that is kept beside it.
        acts.write(acts.Asked("account-sso-off", person.pk, "", facts={"by": "desk"}))
    sessions.end(person)
