"""Sending once more what a customer bought and did not get: one press, the way she is reached now."""

from django.http import HttpRequest
from django.utils.translation import gettext

from odzew.conversations.models import Conversation
from odzew.customers import kin
from odzew.desk import numbers
from odzew.desk.conversation.acts import act
from odzew.domain.obligation import Refused
from odzew.lib.clock import now
from odzew.orders import again as sending
from odzew.orders.models import Item, Order
from odzew.orders.ways import Way, reached
from odzew.staff.models import Person


@act
def again(request: HttpRequest, talk: Conversation, author: Person) -> str:
    """Send a thing of an order once more."""
    item, way = _chosen(request, talk, author)
    seen = numbers.number(request.POST.get("went", "")) or 0
    if sending.send(item, way, author, now(), seen=seen) is None:
        return gettext("It was sent again already: once is enough.")
    told = {"way": way.chat or way.address}
    return gettext("It is on its way again: %(way)s. What is owed is paid once it is accepted there.") % told


def _chosen(request: HttpRequest, talk: Conversation, author: Person) -> tuple[Item, Way]:
    customers = kin.numbers(talk.customer)
    orders = Order.objects.visible_to(author).filter(customer__in=customers)
    number = numbers.number(request.POST.get("item", "")) or 0
    rows = Item.objects.filter(order__in=orders, pk=number)
    item = rows.select_related("order__customer", "order__conversation__account").first()
    if item is None:
        raise Refused(gettext("Choose what to send again."))
    ways = reached(author, customers, kin.identities(talk.customer), talk).ways(item.order)
    way = next((way for way in ways if way.key == request.POST.get("way", "")), None)
    if way is None:
        raise Refused(gettext("Choose where it is to go."))
    return item, way
