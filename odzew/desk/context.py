"""What every page of the desk knows."""

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from odzew.desk import frame, links, moments
from odzew.desk.account.offered import sso_offered
from odzew.desk.account.passkeys import passkeys_work
from odzew.desk.calls import ringing
from odzew.desk.help import topics
from odzew.desk.person import asking
from odzew.desk.place import Place
from odzew.desk.standing import standing
from odzew.desk.unseen import marks_before
from odzew.desk.waiting import Waiting, waiting
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
        self.found = waiting(request)
        self.places = places(request, request.path, self.found)

    @property
    def rail(self) -> SafeString:
        """Return the places of the rail."""
        return frame.rail(self.places, self.request.path)

    @property
    def ringing(self) -> SafeString:
        """Return who is calling now."""
        return ringing.shown(self.request, self.found.rings)

    @property
    def foot(self) -> SafeString:
        """Return the foot of the rail: the keys, help, and the menu behind the own face."""
        back = self.request.get_full_path()
        return frame.foot(
            self.person, self.places, get_token(self.request), back, self.topic or links.to("help")
        )

    @property
    def topic(self) -> str:
        """Return where the manual tells of this screen."""
        return topics.of(self.request)


def places(request: HttpRequest, path: str, found: Waiting) -> list[Place]:
    """Return the rail: the places a person may go to, with what waits there."""

    person = asking(request)

    def place(view: str, name: str, icon: str, **more: Any) -> Place:
        url = links.to(view)
        return Place(name, url, icon, path == url or (url != "/" and path.startswith(url)), **more)

    asked = _waits(found.asked, gettext("asked of you"))
    held = _waits(found.held, gettext("could not be read"), late=True)
    rail = [
        place("today", gettext("Today"), "list-checks", **_mine(request)),
        place("notices", gettext("Notices"), "bell", **_waits(found.unread, gettext("not read"))),
        place("conversations", gettext("Conversations"), "messages-square"),
        place("customers", gettext("Customers"), "users"),
        place("drafts", gettext("Drafts"), "sticky-note", rare=True, **_drafts(found)),
        place("absences", gettext("Absences"), "calendar-days", rare=True, **asked),
        place("quarantine", gettext("Quarantine"), "shield-alert", rare=True, **held),
    ]
    if person.role != Role.READER:
        rail.append(place("reports", gettext("Reports"), "chart-column", rare=True))
    if person.may_write:
        rail.append(place("snippets", gettext("Snippets"), "book-open-check", rare=True))
    if person.may_manage:
        rail.append(place("mailboxes", gettext("Mailboxes"), "mailbox", rare=True))
        broken = _waits(found.broken, gettext("broken"), late=True)
        rail.append(place("rules", gettext("Rules"), "arrow-right-left", rare=True, **broken))
    if person.role == Role.ADMINISTRATOR:
        rail.append(place("people", gettext("People and teams"), "user", rare=True))
    return rail


def _mine(request: HttpRequest) -> dict[str, Any]:
    found = standing(request, now())
    if found.my_late:
        return _waits(found.my_late, gettext("late"), late=True)
    return _waits(found.mine, gettext("owed"))


def _drafts(found: Waiting) -> dict[str, Any]:
    if found.waits:
        return _waits(found.waits, gettext("held, because something happened since"), late=True)
    return _waits(found.begun, gettext("begun, not sent"))


def _waits(n: int, of: str, *, late: bool = False) -> dict[str, Any]:
    return {"count": moments.figure(n) if n else "", "count_of": of, "late": late and n > 0}
