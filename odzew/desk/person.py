"""Who is asking."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from odzew.staff.models import Person


def asking(request: HttpRequest) -> Person:
    """Return the person who is signed in.

    :raises PermissionDenied: when nobody is
    """
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user


def writing(request: HttpRequest) -> Person:
    """Return the person who is signed in and may change something.

    :raises PermissionDenied: when the person may only read
    """
    person = asking(request)
    if not person.may_write:
        raise PermissionDenied
    return person
