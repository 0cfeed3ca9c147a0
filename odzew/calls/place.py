"""Where a call belongs: whose it is by its number, and in which matter it stands."""

from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from odzew.calls.events import Direction, Told
from odzew.conversations import holding, likely
from odzew.conversations.call import Call, Line
from odzew.conversations.models import Conversation
from odzew.customers import kin
from odzew.customers.known import customer_of
from odzew.customers.models import Customer, Identity
from odzew.domain.obligation import Kind, Obligation
from odzew.language import likeness
from odzew.ledger import books
from odzew.ledger.models import Head
from odzew.lib import telephone
from odzew.lib.plain import plain
from odzew.staff.models import Team

ONE_MATTER = timedelta(
    days=7
)  # so long after a call the next one goes on in its conversation, while it is open


def number_of(line: Line, said: str) -> str:
    """Return a number as it is kept: E.164, else as the line says it; empty when it is withheld."""
    if telephone.is_withheld(said):
        return ""
    return telephone.number(said, line.number) or plain(said.strip().lower(), 64)


def customer(line: Line, told: Told, number: str, now: datetime) -> Customer:
    """Return who has this number, held until the transaction ends, so that two of his calls take turns.

    Whoever withholds his number is nobody we know: each such call is a customer of its own. A number that
    stands in the letters of others makes them likely the same, and never one.
    """
    name = plain(told.name.strip(), 300)
    if not number:
        return customer_of(plain(f"withheld-{line.pk}-{told.call}", 320), now, kind="none", name=name)
    # Until somebody says a name, a list that named nobody would be of no use.
    unnamed = telephone.written(number)
    found = customer_of(number, now, kind="phone", name=name or unnamed)
    if name and found.name == unnamed:
        found.name = name
        found.save(update_fields=["name"])
    Identity.objects.select_for_update().filter(kind="phone", value=number, forged=False).get()
    return found


def hold(line: Line, number: str) -> None:
    """Hold the conversations a call of this number may belong to, before its customer and the books."""
    known = Identity.objects.filter(kind="phone", value=number, forged=False).select_related("customer")
    if not number or (found := known.first()) is None:
        return
    owed = [debt.conversation for debt in callbacks(found.customer, line.team)]
    calls = Call.objects.filter(customer__in=kin.numbers(found.customer), conversation__team=line.team)
    last = calls.order_by("-begun_at", "-pk").values_list("conversation", "conversation__stands_for").first()
    holding.locked({talk for talk in (*owed, *(last or ())) if talk})


def mark(call: Call) -> None:
    """Note by the number of his first call whom a customer may be the same as."""
    others = Call.objects.filter(customer=call.customer).exclude(pk=call.pk)
    if (digits := likeness.phone(call.number)) and not others.exists():
        Head.held()  # whoever writes marks holds the books
        likely.note({call.customer_id: {f"phone:{digits}"}})


def conversation(line: Line, told: Told, whose: Customer, number: str, now: datetime) -> Conversation:
    """Return the matter of a new call: where a call is owed, or was made lately, or a new one."""
    owed = callbacks(whose, line.team)
    if owed and owed[0].conversation is not None:
        return Conversation.objects.get(pk=owed[0].conversation)
    calls = Call.objects.filter(customer__in=kin.numbers(whose), conversation__team=line.team)
    lately = calls.filter(begun_at__gt=told.event.at - ONE_MATTER)
    last = lately.select_related("conversation").order_by("-begun_at", "-pk").first()
    if last is not None:
        root = last.conversation.stands_for or last.conversation
        if root.status == Conversation.Status.OPEN:
            return root
    return begun(line, whose, number, now, inbound=told.direction == Direction.INBOUND)


def callbacks(whose: Customer, team: Team) -> list[Obligation]:
    """Return the calls a team owes a customer, the oldest debt first."""
    owed = [debt for debt in books.owed_to(kin.numbers(whose)) if debt.kind is Kind.CALLBACK]
    if not owed:
        return []
    talks = {debt.conversation for debt in owed if debt.conversation is not None}
    ours = set(Conversation.objects.filter(pk__in=talks, team=team).values_list("pk", flat=True))
    return [debt for debt in owed if debt.conversation in ours]


def begun(line: Line, whose: Customer, number: str, now: datetime, *, inbound: bool) -> Conversation:
    """Begin a matter with a call; its answers in writing go out by the mailbox of the line."""
    language = whose.language or line.team.language
    with translation.override(language):
        subject = _subject(number, inbound=inbound)
    mails = kin.identities(whose).filter(kind="email", forged=False)
    address = mails.values_list("value", flat=True).first()
    return Conversation.objects.create(
        customer=whose, account=line.account, team=line.team, subject=subject, language=language,
        address=address or "", created_at=now, last_at=now,
    )  # fmt: skip


def _subject(number: str, *, inbound: bool) -> str:
    if not number:
        return _("Call from a withheld number")
    told = {"number": telephone.written(number)}
    return _("Call from %(number)s") % told if inbound else _("Call to %(number)s") % told
