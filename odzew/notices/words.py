"""What a notice says, in the language that is spoken now; no word of a customer is in it."""

from django.utils.translation import gettext as _, ngettext

from odzew.domain.obligation import Kind as What
from odzew.notices.models import Kind, Notice
from odzew.notices.tuning import Way


def said(notice: Notice, what: str = "", by: str = "", owner: str = "") -> str:
    """Return its sentence.

    `what` is the kind of debt, `by` whose act it was, `owner` who else owes it, or is away.
    """
    if notice.kind == Kind.OWED:
        return _owed(notice, what, by)
    if notice.kind == Kind.SOON:
        return _("A promise of yours is due soon") if what == What.PROMISE else _("About to become late")
    if notice.kind == Kind.LATE:
        return _("%(name)s is late with this") % {"name": owner} if owner else _("This is late")
    if notice.kind == Kind.MENTION:
        return _("%(name)s mentioned you") % {"name": by} if by else _("You were mentioned")
    if notice.kind == Kind.COVER:
        return _uncovered(owner)
    return {
        Kind.FAILED: _("Your reply did not arrive"),
        Kind.DOUBT: _("Nobody knows whether your reply went out"),
        Kind.ASIDE: _("The third party you asked has answered"),
        Kind.FOLLOWED: _("Something new in what you follow"),
    }[Kind(notice.kind)]


def _uncovered(absent: str) -> str:
    if absent:
        return _("%(name)s is away, and nobody stands in any more") % {"name": absent}
    return _("Nobody stands in for you any more when you are away")


def _owed(notice: Notice, what: str, by: str) -> str:
    if by:
        return _("%(name)s gave you this") % {"name": by}
    if what == What.PROMISE:
        return _("A promise to keep is yours now")
    if what == What.CALLBACK:
        return _("A customer you have to call back")
    n: int = notice.count
    return ngettext("New for you to answer", "New for you to answer, %(n)d messages", n) % {"n": n}


def names() -> dict[Kind, str]:
    """Return what the kinds are called where a person chooses among them."""
    return {
        Kind.OWED: _("Something new is owed by me"),
        Kind.SOON: _("Something of mine is about to become late"),
        Kind.LATE: _("Something became late"),
        Kind.FAILED: _("A reply of mine did not arrive"),
        Kind.DOUBT: _("A reply of mine is in doubt"),
        Kind.ASIDE: _("A third party has answered"),
        Kind.MENTION: _("I am mentioned in a note"),
        Kind.FOLLOWED: _("Something happens in what I follow"),
        Kind.COVER: _("Nobody stands in any more for me, or for somebody of my team who is away"),
    }


def ways() -> dict[Way, str]:
    """Return what the ways are called where a person chooses among them."""
    return {Way.PAGE: _("in the page"), Way.PUSH: _("by push"), Way.MAIL: _("by mail")}
