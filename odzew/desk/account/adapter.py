"""Sign-in by django-allauth, with the door for strangers closed, and each sign-in in the staff log."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from odzew.desk.account import seat
from odzew.desk.logged.seam import address
from odzew.staff import acts, sessions
from odzew.staff.models import Person
from odzew.staff.sessions import SignedIn


class ClosedDoor(DefaultAccountAdapter):
    """People are invited by an administrator; nobody signs up alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: there is no sign-up."""
        return False

    def login(self, request: HttpRequest, user: Person) -> None:
        """Begin a session."""
        with transaction.atomic():
            super().login(request, user)
            seat.begin(request, user)
            _keep(request, "sign-in", user.pk, by=_methods(request, user))

    def logout(self, request: HttpRequest) -> None:
        """End the session."""
        with transaction.atomic():
            if isinstance(request.user, Person):
                SignedIn.objects.filter(session=request.session.session_key).delete()
                _keep(request, "sign-out", request.user.pk)
            super().logout(request)

    def set_password(self, user: Person, password: str) -> None:
        """Change a password, and keep that it was changed."""
        with transaction.atomic():
            super().set_password(user, password)
            sessions.end(user, keep=str(context.request.session.session_key))
            acts.keep()

    def reauthenticate(self, user: Person, password: str) -> bool:
        """Return whether it is the password; the library looks for an address it keeps, and we keep none."""
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Keep that somebody gave a wrong password, and by which address."""
        email = str(credentials.get("email", ""))
        person = Person.objects.filter(email=email.lower()).values_list("pk", flat=True).first()
        _keep(request, "sign-in", person, refused=True, email=email)

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:
        """Turn away who has left the desk."""
        _keep(request, "sign-in", user.pk, refused=True, email=user.email)
        answer: HttpResponse = super().respond_user_inactive(request, user)
        return answer


def _methods(request: HttpRequest, person: Person) -> list[str]:
    """Return by what somebody has proven who it is: password, totp."""
    records = get_authentication_records(request, person)
    return [str(record.get("type") or record.get("method")) for record in records]


def _keep(
    request: HttpRequest, act: str, person: int | None, *, refused: bool = False, **facts: acts.Fact
) -> None:
    acts.write(acts.Asked(act, person, address(request), refused=refused, facts=dict(facts)))
