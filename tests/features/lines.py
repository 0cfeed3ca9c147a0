"""A line of the firm, and what an exchange tells of its calls, signed."""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from odzew.calls import door
from odzew.conversations.call import Call, Line, Recorded
from odzew.conversations.models import Blob, Conversation
from odzew.ledger import reports
from odzew.ledger.models import Owed
from odzew.lib.clock import now
from tests.features import heard
from tests.features.letters import MONDAY, Desk

KEY = b"a secret that is only good for tests"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
OURS, ALA = "+48221234567", "+48600100200"


def connect(desk: Desk, kind: str = Line.Kind.GENERIC, secret: str = SECRET, **more: Any) -> Line:
    """Make the line of the desk's team."""
    said = {"name": "Hotline", "slug": "hotline", "number": OURS, "created_at": MONDAY}
    return Line.objects.create(
        kind=kind, team=desk.team, account=desk.account, secret=door.sealed(secret), **said | more
    )


def tell(
    what: str,
    at: datetime | None = None,
    *,
    call: str = "c-1",
    number: str = ALA,
    told_as: str = "",
    **data: Any,
) -> Any:
    """Let the exchange tell one event; it is sent now, whenever it happened, and worked off."""
    at = at or now()
    said = {"type": what, "timestamp": at.isoformat(), "data": {"call": call, "number": number, **data}}
    body, moment = json.dumps(said), str(int(now().timestamp()))
    name = told_as or f"{call}-{what}-{at.isoformat()}"
    proof = hmac.new(KEY, f"{name}.{moment}.{body}".encode(), hashlib.sha256).digest()
    headers = {
        "webhook-id": name, "webhook-timestamp": moment,
        "webhook-signature": "v1," + base64.b64encode(proof).decode(),
    }  # fmt: skip
    answer = Client().post("/hooks/phone/hotline", body, content_type="application/json", headers=headers)
    heard.work()
    return answer


def missed(call: str = "c-1", at: datetime | None = None, **data: Any) -> Call:
    """Let a call ring for half a minute and end."""
    at = at or now()
    tell("ringing", at, call=call, **data)
    tell("ended", at + timedelta(seconds=30), call=call, **data)
    return Call.objects.get(key=call)


def talked(call: str = "c-2", at: datetime | None = None, seconds: int = 120, **data: Any) -> Call:
    """Let a call be answered at once and last so long."""
    at = at or now()
    tell("ringing", at, call=call, **data)
    tell("answered", at, call=call, **data)
    tell("ended", at + timedelta(seconds=seconds), call=call, **data)
    return Call.objects.get(key=call)


def owed() -> list[tuple[str, int]]:
    """Return how each call back stands, and how often it was chased, the oldest first."""
    return list(Owed.objects.filter(kind="callback").order_by("pk").values_list("state", "chasers"))


def check_the_books() -> None:
    """Fail when the books cannot explain themselves."""
    assert reports.findings() == []
    assert reports.balances()["difference"] == 0


def left(talk: Conversation, line: Line, word: str) -> Recorded:
    """Make a call of a conversation with what was said in it."""
    call = Call.objects.create(
        conversation=talk, customer=talk.customer, line=line, key=word, direction="inbound", number=ALA,
        state="talked", begun_at=MONDAY, changed_at=MONDAY,
    )  # fmt: skip
    content = b"ID3" + word.encode()
    blob = Blob.objects.create(sha256=hashlib.sha256(content).hexdigest(), content=content)
    return Recorded.objects.create(
        call=call, key="1", url="https://x.example/1", state="kept", blob=blob, content_type="audio/mpeg"
    )
