"""The words of the window, in the language it asks for."""

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """Return them by the names the script has for them; `%s` is where something is put in."""
    return {
        "open": _("Open the chat"),
        "close": _("Close the chat"),
        "news": _("New answers: %s"),
        "log": _("What was said"),
        "you": _("You"),
        "write": _("Your message"),
        "send": _("Send"),
        "attach": _("Attach files"),
        "drop": _("Leave out %s"),
        "here": _("A person answers you here, %s."),
        "away": _("Nobody is in right now. A person answers you %s."),
        "late": _("Your answer is late, and we still owe it to you."),
        "both": _("You get the answer here, and by mail at %s should you have left."),
        "ask": _("Where may we write to if you leave before we answer?"),
        "mail": _("Your mail address"),
        "keep": _("Keep"),
        "no": _("No, I am staying"),
        "bad": _("This is no mail address."),
        "waits": _("waits for a connection"),
        "sending": _("is being sent"),
        "sent": _("received"),
        "failed": _("not sent"),
        "again": _("Try again"),
        "offline": _("No connection. What you write is sent as soon as there is one."),
        "size": _("That is too much at once: 20 MB of files at most."),
    }
