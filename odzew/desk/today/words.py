"""The lists of Today in words: their titles, what they say when they are empty, and the sentence on top."""

from collections.abc import Mapping

from django.utils.translation import gettext, ngettext

from odzew.desk import moments
from odzew.desk.by_language import by_language
from odzew.desk.today.books import Books


@by_language
def tabs() -> Mapping[str, str]:
    """Return the short names of the lists, in their order."""
    return {
        "mine": gettext("Mine"),
        "team": gettext("Team"),
        "late": gettext("Late"),
        "due": gettext("Due today"),
        "promised": gettext("Promised"),
        "snoozed": gettext("Snoozed"),
        "unowned": gettext("Nobody there"),
        "escalated": gettext("Escalated to you"),
    }


@by_language
def titles() -> Mapping[str, str]:
    """Return the titles of the lists."""
    return dict(tabs()) | {
        "mine": gettext("I owe"),
        "team": gettext("My team owes"),
        "snoozed": gettext("Snoozed, the first to wake first"),
        "unowned": gettext("Owed by somebody who is not there"),
    }


@by_language
def empty(name: str) -> tuple[str, str]:
    """Return what an empty list says: a title, and what would stand here."""
    texts = {
        "mine": (
            gettext("You owe nothing"),
            gettext(
                "When a customer writes to you, what you owe appears here by itself, with the hour it is due."
                " Only a real answer takes it off again."
            ),
        ),
        "team": (
            gettext("Your team owes nothing"),
            gettext("What your colleagues owe stands here, so that nobody is forgotten when one is away."),
        ),
        "late": (
            gettext("Nothing is late"),
            gettext("A debt past its hour appears here, and stays until it is answered. No snooze hides it."),
        ),
        "due": (
            gettext("Nothing more is due today"),
            gettext("What falls due before midnight stands here by its hour; what is late already does not."),
        ),
        "promised": (
            gettext("No promise is open"),
            gettext(
                "Write down what you promise a customer (key p in a conversation): it gets its own hour."
            ),
        ),
        "snoozed": (
            gettext("Nothing is snoozed"),
            gettext(
                "Snooze a conversation (key z) when you can do nothing about it yet: it leaves your lists"
                " until the moment you choose, until the customer writes, or until it is late."
            ),
        ),
        "unowned": (
            gettext("Everything owed has somebody who is there"),
            gettext(
                "When a person is away and nobody could take what she owes, it stands here: hand it over,"
                " or name who stands in."
            ),
        ),
        "escalated": (
            gettext("Nothing was escalated to you"),
            gettext(
                "What fell due and stays unpaid appears here after the hours your team has set:"
                " first for the lead, then for the manager."
            ),
        ),
    }
    return texts[name]


def lead(books: Books) -> str:
    """Return how much the person owes, all told; what is put aside is owed as well."""
    mine = books.standing.mine
    if not mine:
        return gettext("You owe nothing at this moment.")
    late, aside = books.standing.my_late, len(books.hidden)
    owed = ngettext("You owe one thing", "You owe %(n)s things", mine) % {"n": moments.figure(mine)}
    if late:
        of_them = ngettext("one of them is late", "%(n)s of them are late", late) % {
            "n": moments.figure(late)
        }
        said = f"{owed}; {of_them}."
    else:
        said = gettext("%(owed)s; nothing of it is late.") % {"owed": owed}
    if not aside:
        return said
    put = ngettext("One is snoozed.", "%(n)s are snoozed.", aside) % {"n": moments.figure(aside)}
    return f"{said} {put}"
