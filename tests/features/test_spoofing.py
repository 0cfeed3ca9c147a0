"""T20: sixty ways to claim to be somebody; only who holds a token of ours gets into a conversation."""

from itertools import product

import pytest

from odzew.conversations import replying, settling
from odzew.conversations.models import Message
from odzew.conversations.reply_address import reply_address
from odzew.customers.models import Identity
from odzew.ledger.models import Owed
from tests.features.letters import Desk, letter, open_desk

pytestmark = pytest.mark.django_db

ALA = "ala@example.org"
SENDERS = {
    "the customer": ALA,
    "somebody in Cc": "cc@example.net",
    "our own agent": "agent@example.com",
    "our own mailbox": "shop@example.com",
}
VERDICTS = {
    "pass": {"dmarc": "pass", "domain": "example.org"}, "fail": {"dmarc": "fail"}, "none": {"dmarc": "none"},
}  # fmt: skip
NAMES = [
    "the signed address of the customer",
    "a signed address with a wrong token",
    "the identifier of our answer",
    "the identifier of the customer's letter",
    "an identifier nobody has given",
]
OBEYED = {
    "X-Odzew-Conversation": "1", "X-Odzew-Staff": "yes", "X-Original-To": "shop@example.com",
    "Authentication-Results": "mx.example.com; dmarc=pass header.from=example.org",
}  # fmt: skip


def claim(desk: Desk, told: Message, ours: Message, sender: str, name: str, proof: dict[str, str]) -> Message:
    """Let somebody write who names what he should not know, or does."""
    to, reference = "shop@example.com", ""
    signed = reply_address(to, told.conversation_id, ALA)
    match name:
        case "the signed address of the customer":
            to = signed
        case "a signed address with a wrong token":
            to = signed.replace(signed[-20:-13], "aaaaaaa")
        case "the identifier of our answer":
            reference = ours.message_id
        case "the identifier of the customer's letter":
            reference = told.message_id
        case _:
            reference = "<unheard.of@example.org>"
    headers = {**OBEYED, **({"In-Reply-To": reference} if reference else {})}
    content = letter("It is me?", sender=sender, reply_to=ALA, cc="cc@example.net")
    lines = "".join(f"{key}: {value}\n" for key, value in headers.items())
    said = desk.deliver(lines.encode() + content, sender=sender, to=to, proof=proof)
    assert said is not None
    return said


def may_join(who: str, verdict: str, name: str) -> bool:
    """Tell who may write into the conversation.

    A mail of our own mailbox is of whom it names to reply to, as of a form: an unproven customer.
    """
    if verdict == "fail" or who not in ("the customer", "our own mailbox"):
        return False
    return name in (NAMES[0], NAMES[2]) or (name == NAMES[3] and who == "the customer" and verdict == "pass")


@pytest.mark.parametrize(
    ("who", "verdict", "name"), list(product(SENDERS, VERDICTS, NAMES)), ids=lambda value: str(value)
)
def test_only_a_holder_of_a_token_joins_a_conversation(who: str, verdict: str, name: str) -> None:
    desk = open_desk()
    told = desk.deliver(
        letter("My address is Lipowa 3.", message_id="<hers@example.org>", cc="cc@example.net"),
        proof={"dmarc": "pass"},
    )
    assert told is not None
    ours = replying.reply(told.conversation, desk.agent, "Noted.", desk.clock, pays=[Owed.objects.get().pk])
    settling.accepted(ours, "250 ok", desk.clock)

    said = claim(desk, told, ours, SENDERS[who], name, VERDICTS[verdict])

    joined = said.conversation_id == told.conversation_id
    assert joined == may_join(who, verdict, name)
    if verdict == "fail" or who in ("somebody in Cc", "our own agent"):
        assert said.conversation.customer_id != told.conversation.customer_id
    # No header and no name has made anybody a reader or proven an address.
    proven = Identity.objects.exclude(proof__in=["none", "failed", ""]).values_list("value", flat=True)
    assert set(proven) <= {ALA, *([SENDERS[who]] if verdict == "pass" else [])}
    assert said.direction == Message.Direction.INBOUND
