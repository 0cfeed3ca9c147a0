"""Who is asking."""

from weakref import WeakKeyDictionary

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext

from odzew.ledger.models import Owed
from odzew.staff.models import Person

_teams: WeakKeyDictionary[HttpRequest, tuple[int, ...]] = WeakKeyDictionary()
_elsewhere: WeakKeyDictionary[HttpRequest, tuple[int, ...]] = WeakKeyDictionary()


def asking(request: HttpRequest) -> Person:
    """Return the person who is signed in.

    :raises PermissionDenied: when nobody is
    """
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user


def teams(request: HttpRequest) -> tuple[int, ...]:
    """Return the teams of who is asking; the database is asked once a request."""
    if request not in _teams:
        _teams[request] = tuple(asking(request).team_numbers())
    return _teams[request]


def elsewhere(request: HttpRequest) -> tuple[int, ...]:
    """Return in which conversations who is asking owes something in a team of others; asked for once."""
    if request not in _elsewhere:
        _elsewhere[request] = tuple(Owed.objects.elsewhere_in(asking(request)))
    return _elsewhere[request]


def managing(request: HttpRequest) -> Person:
    """Return the person who is signed in and leads a team or runs the desk.

    :raises PermissionDenied: when the person does neither
    """
    person = asking(request)
    if not person.may_manage:
        raise PermissionDenied(gettext("Only a lead or an administrator may do this."))
    return person


def administrator(request: HttpRequest) -> Person:
    """Return the person who is signed in and runs the desk.

    :raises PermissionDenied: when the person does not
    """
    person = asking(request)
    if not person.sees_everything:
        raise PermissionDenied(gettext("Only an administrator may do this."))
    return person


def writing(request: HttpRequest) -> Person:
    """Return the person who is signed in and may change something.

    :raises PermissionDenied: when the person may only read
    """
    person = asking(request)
    if not person.may_write:
        raise PermissionDenied
    return person
