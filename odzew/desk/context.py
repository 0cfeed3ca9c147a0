"""What every page of the desk knows."""

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from odzew.desk import frame, moments
from odzew.desk.account.offered import sso_offered
from odzew.desk.account.passkeys import passkeys_work
from odzew.desk.person import asking
from odzew.desk.place import Place
from odzew.desk.standing import standing
from odzew.desk.unseen import marks_before
from odzew.desk.waiting import waiting
from odzew.lib.clock import now
from odzew.staff import brand
from odzew.staff.models import Person, Role


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the values the frame around each screen needs; they are asked for only when it is drawn."""
    person, house = getattr(request, "user", None), SimpleLazyObject(brand.current)
    if not isinstance(person, Person):
        return {"person": None, "brand": house, "passkeys_work": passkeys_work(request), "sso": sso_offered()}
    return {
        "person": person,
        "brand": house,
        "passkeys_work": passkeys_work(request),
        "frame": SimpleLazyObject(lambda: Frame(request, person)),
        "seen": marks_before(request),
    }


class Frame:
    """The parts of the frame that differ by person and page."""

    def __init__(self, request: HttpRequest, person: Person) -> None:
        self.request, self.person = request, person
        self.places = places(request, request.path)

    @property
    def rail(self) -> SafeString:
        """Return the places of the rail."""
        return frame.rail(self.places, self.request.path)

    @property
    def foot(self) -> SafeString:
        """Return the foot of the rail: the keys, and the menu behind the own face."""
        back = self.request.get_full_path()
        return frame.foot(self.person, self.places, get_token(self.request), back)


def places(request: HttpRequest, path: str) -> list[Place]:
    """Return the rail: the places a person may go to, with what waits there."""

    person, found = asking(request), waiting(request)

    def place(view: str, name: str, icon: str, **more: Any) -> Place:
        url = reverse(view)
        return Place(name, url, icon, path == url or (url != "/" and path.startswith(url)), **more)

    rail = [
        place("today", gettext("Today"), "list-checks", **_mine(request)),
        place("notices", gettext("Notices"), "bell", **_unread(found.unread)),
        place("conversations", gettext("Conversations"), "messages-square"),
        place("customers", gettext("Customers"), "users"),
        place("drafts", gettext("Drafts"), "sticky-note", rare=True, **_begun(found.begun, found.waits)),
        place("absences", gettext("Absences"), "calendar-days", rare=True, **_asked(found.asked)),
        place("quarantine", gettext("Quarantine"), "shield-alert", rare=True, **_held(found.held)),
    ]
    if person.role != Role.READER:
        rail.append(place("reports", gettext("Reports"), "chart-column", rare=True))
    if person.may_write:
        rail.append(place("snippets", gettext("Snippets"), "book-open-check", rare=True))
    if person.may_manage:
        rail.append(place("mailboxes", gettext("Mailboxes"), "mailbox", rare=True))
        rail.append(place("rules", gettext("Rules"), "arrow-right-left", rare=True, **_broken(found.broken)))
    if person.role == Role.ADMINISTRATOR:
        rail.append(place("people", gettext("People and teams"), "user", rare=True))
    return rail


def _mine(request: HttpRequest) -> dict[str, Any]:
    found = standing(request, now())
    if found.my_late:
        return {"count": moments.figure(found.my_late), "count_of": gettext("late"), "late": True}
    return {"count": moments.figure(found.mine) if found.mine else "", "count_of": gettext("owed")}


def _unread(n: int) -> dict[str, Any]:
    return {"count": moments.figure(n) if n else "", "count_of": gettext("not read")}


def _begun(n: int, waits: int) -> dict[str, Any]:
    if waits:
        return {
            "count": moments.figure(waits),
            "count_of": gettext("held, because something happened since"),
            "late": True,
        }
    return {"count": moments.figure(n) if n else "", "count_of": gettext("begun, not sent")}


def _asked(n: int) -> dict[str, Any]:
    return {"count": moments.figure(n) if n else "", "count_of": gettext("asked of you")}


def _broken(n: int) -> dict[str, Any]:
    return {"count": moments.figure(n) if n else "", "count_of": gettext("broken"), "late": n > 0}


def _held(n: int) -> dict[str, Any]:
    return {"count": moments.figure(n) if n else "", "count_of": gettext("could not be read"), "late": n > 0}
