"""What a debt is called on a screen, and why it ranks where it does, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from odzew.domain import ranking


@dataclass(frozen=True, slots=True)
class Why:
    """One fact that moves a debt ahead."""

    icon: str
    words: str


def kind_name(kind: str) -> str:
    """Return the word for a kind of obligation."""
    names = {
        "answer": gettext("Answer"),
        "callback": gettext("Call back"),
        "promise": gettext("Promise"),
        "delivery": gettext("Delivery"),
        "decision": gettext("Decision"),
        "confirmation": gettext("Confirmation"),
        "notice": gettext("Notice"),
        "knowledge": gettext("Find out"),
        "action": gettext("Action"),
        "recount": gettext("Recount"),
    }
    return names[kind]


def reason(fact: ranking.Reason) -> Why:
    """Return a reason of the ranking in words."""
    n = {"n": fact.count}
    match fact.word:
        case "reopened":
            return Why("undo-2", ngettext("reopened", "reopened %(n)d times", fact.count) % n)
        case "moved":
            return Why(
                "clock", ngettext("its date was moved", "its date was moved %(n)d times", fact.count) % n
            )
        case "chased":
            return Why(
                "mail", ngettext("the customer wrote again", "wrote again %(n)d times", fact.count) % n
            )
        case "rang":
            words = ngettext("the customer called again", "called again %(n)d times", fact.count)
            return Why("phone", words % n)
        case "more":
            return Why("mail", ngettext("they wrote again", "they wrote again %(n)d times", fact.count) % n)
        case "failed":
            words = ngettext("we failed them before", "we failed them %(n)d times before", fact.count)
            return Why("circle-alert", words % n)
        case "promised":
            return Why("handshake", gettext("we promised it"))
        case _:
            return Why("alarm-clock", gettext("past its due hour"))
