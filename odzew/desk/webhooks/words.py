"""What events and the state of a delivery are called where a person reads of them."""

from django.utils.translation import gettext_lazy as _

from odzew.webhooks.models import Delivery

EVENTS = {
    "message.received": _("a message came in"),
    "message.sent": _("a message went out"),
    "message.failed": _("a message did not arrive"),
    "conversation.closed": _("a conversation was closed"),
    "conversation.reopened": _("a conversation was opened again"),
    "customer.merged": _("two customers were joined"),
    "customer.split": _("two customers were split again"),
    "obligation.opened": _("something is owed"),
    "obligation.chased": _("the customer wrote again while it was owed"),
    "obligation.late": _("it became late"),
    "obligation.paid": _("it was paid"),
    "obligation.waived": _("it was waived"),
    "obligation.reopened": _("it is owed again"),
    "obligation.handed_over": _("it was handed over"),
    "obligation.postponed": _("it got a new date"),
    "obligation.moved": _("it went to another conversation"),
    "webhook.test": _("a test"),
}
STATES = {
    Delivery.State.WAITING: _("waits"),
    Delivery.State.DONE: _("taken"),
    Delivery.State.GIVEN_UP: _("given up"),
    Delivery.State.LEFT: _("let be"),
}
