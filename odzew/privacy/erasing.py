"""Erasing a person (GDPR Art. 17): her words, names and addresses go, what the books count stays.

The journal is only added to, so what *we* wrote into it stays: when something was owed and paid, by whom,
and the words of our promises and reasons. `kept_words` shows them before anything is erased. Orders,
payments and subscriptions stay with number, things, plan and sums, as tax law asks (Art. 17 (3) (b)); none
of them says who she was.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from odzew.channels.models import Handed
from odzew.conversations import holding
from odzew.conversations.alike import Alike, Mark
from odzew.conversations.call import Call, Recorded
from odzew.conversations.draft import Draft
from odzew.conversations.enclosed import DraftFile
from odzew.conversations.fact import Fact
from odzew.conversations.merge import Merge
from odzew.conversations.models import Attachment, Blob, Conversation, Message
from odzew.conversations.rating import Rating
from odzew.conversations.visitor import Visitor, locked
from odzew.customers import kin
from odzew.customers.models import Customer, Identity
from odzew.domain.obligation import Refused
from odzew.ledger import journal_lines
from odzew.ledger.models import Owed
from odzew.orders.models import Item
from odzew.privacy import extent, programs
from odzew.privacy.extent import Extent
from odzew.search import scrub

ENDED = (Message.State.FAILED, Message.State.BOUNCED)
UNDER_WAY = (Call.State.PLANNED, Call.State.RINGING, Call.State.TALKING, Call.State.ON_HOLD)
HOLDERS = (Attachment, Recorded)  # what may hold the same bytes, of whomever
# What a message says of people. Its moments, its way and what it paid stay: the books point at them.
BLANK = {
    "from_name": "",
    "from_address": "",
    "to_address": "",
    "recipients": {},
    "subject": "",
    "text": "",
    "own_words": "",
    "has_html": False,
    "notes": [],
    "questions": [],
    "proof": {},
    "forwarded": {},
    "references": [],
    "rests_on": "",
    "signature": None,
    "template": None,
    "server_said": "",
}


@transaction.atomic
def erase(customer: Customer, now: datetime) -> int:
    """Erase a person and all that are one with her, and return how many messages lost their words.

    This function will refuse while we owe her something or a letter to her is under way, and do all or
    nothing. What she writes afterwards comes from somebody new.

    :raises Refused: when something is owed or under way, or she was erased before; the text says what to do
    """
    scrub.overwrite()
    # In the order of arriving mail: visitors, conversations, then the customer a new one would point at.
    locked(Visitor.objects.filter(conversation__in=extent.of(customer).talks))
    holding.locked(extent.of(customer).talks)
    held = Customer.objects.select_for_update().get(pk=kin.head(customer))
    whole = extent.of(held)
    _check(held, whole)
    _forget_files(whole)
    programs.forget(whole)
    count = _forget_words(whole)
    _forget_talks(whole, now)
    _forget_who(whole, now)
    scrub.ask()
    return count


def kept_words(customer: Customer) -> list[str]:
    """Return our own words of promises and reasons, which stay in the journal, each once."""
    lines = journal_lines.of_customers(kin.numbers(customer))
    return list(dict.fromkeys(line.text for line in lines if line.text))


def _check(held: Customer, whole: Extent) -> None:
    if held.erased_at is not None:
        raise Refused(_("This customer was erased before."))
    owed = Owed.objects.open().filter(Q(customer__in=whole.customers) | Q(conversation__in=whole.talks))
    if owed.exists():
        raise Refused(_("We still owe this customer something. Answer it, or waive it with a reason, first."))
    if whole.messages().unfinished().exclude(state__in=ENDED).exists():
        raise Refused(_("A letter to this customer is under way. Wait until it has arrived, or settle it."))
    if Call.objects.filter(conversation__in=whole.talks, state__in=UNDER_WAY).exists():
        raise Refused(_("A call with this customer is under way. Wait until it has ended."))
    if programs.waiting(whole):
        words = _("What a shop or a phone line told of this customer is not done. Look into the quarantine.")
        raise Refused(words)


def _forget_files(whole: Extent) -> None:
    calls = Recorded.objects.filter(call__conversation__in=whole.talks)
    blobs = {*whole.blobs(), *calls.exclude(blob=None).values_list("blob", flat=True)}
    whole.attachments().delete()
    calls.delete()
    still = [set(kind.objects.filter(blob__in=blobs).values_list("blob", flat=True)) for kind in HOLDERS]
    Blob.objects.filter(pk__in=blobs.difference(*still)).delete()
    # The keys by which it would be known if it came again stay: a recount of the mailbox must not
    # fetch it anew (docs/adr/0012).
    whole.raws().update(content=b"", envelope={}, error="", size=0)
    # A messenger's own name of a message may hold her number; her page knows it by its content, too.
    whole.raws().exclude(account__channel="email").update(transport_key=None)


def _forget_words(whole: Extent) -> int:
    numbers = list(whole.messages().values_list("pk", flat=True))
    messages = Message.objects.filter(pk__in=numbers)
    ours = messages.exclude(message_id="").values("message_id")
    Handed.objects.filter(key__in=ours).update(given="")
    # An identifier of ours holds only chance and our own domain, and a late bounce asks for it.
    messages.exclude(direction=Message.Direction.OUTBOUND).update(message_id="")
    Rating.objects.filter(message__in=numbers).update(text="")
    return messages.update(**BLANK, later=None)


def _forget_talks(whole: Extent, now: datetime) -> None:
    Draft.objects.filter(conversation__in=whole.talks).delete()
    DraftFile.objects.filter(conversation__in=whole.talks).delete()
    talks = Conversation.objects.filter(pk__in=whole.talks)
    for talk in talks:
        talk.codes.all().delete()  # their table is the portal's, which stands above
    Visitor.objects.filter(conversation__in=whole.talks).update(conversation=None, number="", mail="")
    Call.objects.filter(conversation__in=whole.talks).update(number="", purpose="")
    talks.update(subject="", address="", language="", erased_at=now, link_generation=F("link_generation") + 1)


def _forget_who(whole: Extent, now: datetime) -> None:
    hers = whole.customers
    # That it arrived stays; whose hand signed for it does not.
    Item.objects.filter(order__customer__in=hers).exclude(proof="").update(proof="erased")
    Fact.objects.filter(customer__in=hers).delete()
    Mark.objects.filter(customer__in=hers).delete()
    Alike.objects.filter(Q(one__in=hers) | Q(other__in=hers)).delete()
    Merge.objects.filter(Q(kept__in=hers) | Q(other__in=hers)).update(reason="", split_reason="")
    Identity.objects.filter(customer__in=hers).delete()
    Customer.objects.filter(pk__in=hers).update(name="", language="", erased_at=now)
