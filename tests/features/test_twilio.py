"""Twilio's line: proven by its signature, answered in TwiML, and a caller nobody answered is owed a call."""

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import httpx
import pytest
import time_machine
from django.test import Client

from odzew.calls import fetching, lost, twilio
from odzew.conversations.call import Call, Line, Recorded
from odzew.lib import outward
from odzew.lib.clock import now
from odzew.lib.payloads import Forged
from tests.features import heard
from tests.features.letters import MONDAY, Desk, open_desk
from tests.features.lines import ALA, OURS, check_the_books, connect, owed

pytestmark = pytest.mark.django_db
TOKEN = "12345"
SITE = "https://desk.example"
MOBILE = "+48500500500"
SID, LEG = "CA" + "1" * 32, "CA" + "2" * 32
SOUND = b"ID3" + b"\0" * 50


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture(autouse=True)
def line(desk: Desk, settings: Any) -> Line:
    settings.SITE_URL = SITE
    return connect(desk, Line.Kind.TWILIO, TOKEN, places={MOBILE: desk.agent.pk, "101": desk.lead.pk})


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(MONDAY + timedelta(hours=3), tick=False) as clock:
        yield clock


def tell(step: str, *, token: str = TOKEN, works: bool = True, **params: str) -> Any:
    said = {"CallSid": SID, "From": ALA, "To": OURS, "Direction": "inbound", **params}
    url = f"/hooks/twilio/hotline/{step}"
    whole = SITE + url + "".join(f"{key}{said[key]}" for key in sorted(said))
    proof = base64.b64encode(hmac.new(token.encode(), whole.encode(), hashlib.sha1).digest()).decode()
    form = "application/x-www-form-urlencoded"
    answer = Client().post(url, urlencode(said), content_type=form, headers={"x-twilio-signature": proof})
    if works:
        heard.work()
    return answer


def leg(step: str, **more: str) -> Any:
    facts = {"CallSid": LEG, "ParentCallSid": SID, "To": MOBILE, "Direction": "outbound-dial"}
    return tell(step, CallStatus="in-progress", **facts, **more)


def verbs(answer: Any) -> list[str]:
    return [element.tag for element in ElementTree.fromstring(answer.content).iter()][1:]


def test_the_signature_is_that_of_twilio_s_own_example() -> None:
    params = {
        "CallSid": ["CA1234567890ABCDE"], "Caller": ["+14158675310"], "Digits": ["1234"],
        "From": ["+14158675310"], "To": ["+18005551212"],
    }  # fmt: skip
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"

    twilio.check({"x-twilio-signature": "GvWf1cFY/Q7PnoempGyD5oXAezc="}, url, params, TOKEN)
    with pytest.raises(Forged):
        twilio.check({"x-twilio-signature": "GvWf1cFY/Q7PnoempGyD5oXAezc="}, url + "1", params, TOKEN)


def test_who_does_not_sign_is_not_heard() -> None:
    assert tell("call", token="54321").status_code == 401 and not Call.objects.exists()


def test_ours_are_rung_and_who_answers_has_talked(desk: Desk) -> None:
    answer = tell("call", CallStatus="ringing")
    assert verbs(answer) == ["Dial", "Number"] and MOBILE.encode() in answer.content
    assert f"{SITE}/hooks/twilio/hotline/dialled".encode() in answer.content

    assert verbs(leg("leg")) == ["Gather", "Say", "Hangup"]
    assert verbs(leg("taken", Digits="1")) == []
    assert verbs(tell("dialled", DialCallStatus="completed", DialCallDuration="60")) == ["Hangup"]
    tell("status", CallStatus="completed", Timestamp="Mon, 16 Nov 2026 12:01:10 +0000")

    call = Call.objects.get()
    assert (call.state, call.agent, call.number) == ("talked", desk.agent, ALA) and owed() == []


def test_a_colleague_s_mailbox_presses_no_key_so_a_call_is_owed() -> None:
    tell("call", CallStatus="ringing")
    leg("leg")
    assert verbs(tell("dialled", DialCallStatus="completed", DialCallDuration="60")) == ["Say", "Record"]
    tell("status", CallStatus="completed", Timestamp="Mon, 16 Nov 2026 12:01:10 +0000")

    assert Call.objects.get().state == "missed" and owed() == [("open", 0)]


def test_who_is_not_answered_leaves_a_message_which_is_fetched_and_is_owed_a_call(
    desk: Desk, client: Client, noon: Any
) -> None:
    tell("call", CallStatus="ringing")
    assert verbs(tell("dialled", DialCallStatus="no-answer")) == ["Say", "Record"]
    url = "https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1"
    left = {"RecordingUrl": url, "RecordingSid": "RE1", "RecordingDuration": "12"}
    for step in ("message", "recorded"):
        tell(step, **left)
    for _ in range(2):  # Twilio tells again when the first answer is lost
        tell("status", CallStatus="completed", Timestamp="Mon, 16 Nov 2026 12:00:50 +0000")

    assert Call.objects.get().state == "voicemail" and owed() == [("open", 0)]
    asked: list[tuple[str, str]] = []

    def get(url: str, headers: Any) -> outward.Answer:
        asked.append((url, headers["Authorization"]))
        return outward.Answer(404 if len(asked) == 1 else 200, SOUND)

    fetching.step(now(), get)  # it is not ready yet
    noon.shift(timedelta(minutes=1))
    fetching.step(now(), get)
    recorded = Recorded.objects.get()
    assert (recorded.state, recorded.tries, recorded.content_type) == ("kept", 2, "audio/mpeg")
    assert asked[0] == (f"{url}.mp3", "Basic " + base64.b64encode(b"AC1:12345").decode())
    client.force_login(desk.agent)
    assert (
        f"/recordings/{recorded.pk}"
        in client.get(f"/conversations/{Call.objects.get().conversation_id}/").content.decode()
    )
    assert client.get(f"/recordings/{recorded.pk}").content == SOUND
    check_the_books()


@pytest.mark.parametrize(
    "answers",
    [outward.Answer(200, b"<html>"), outward.NotOutside("a.example is 10.0.0.1"), httpx.ReadTimeout("slow")],
    ids=["no sound", "an address of our own network", "nobody answers"],
)
def test_what_cannot_be_fetched_is_given_up_and_says_why(answers: Any, noon: Any) -> None:
    tell("call")
    left = {"RecordingSid": "RE1", "RecordingDuration": "12", "RecordingUrl": "https://a.example/1"}
    tell("recorded", **left)

    def get(_url: str, _headers: Any) -> outward.Answer:
        if isinstance(answers, Exception):
            raise answers
        return answers

    for _ in range(10):
        fetching.step(now(), get)
        noon.shift(timedelta(hours=2))

    recorded = Recorded.objects.get()
    assert (recorded.state, recorded.tries) == ("failed", fetching.TRIES) and recorded.said


@pytest.mark.parametrize(
    ("by", "state"), [("", "talked"), ("machine_start", "missed")], ids=["a person", "an answering machine"]
)
def test_a_call_of_ours_is_answered_by_a_person(by: str, state: str) -> None:
    ours = {"From": OURS, "To": ALA, "Direction": "outbound-api"}
    for minute, status in enumerate(("initiated", "ringing", "in-progress", "completed")):
        at = f"Mon, 16 Nov 2026 12:0{minute}:00 +0000"
        tell("status", CallStatus=status, Timestamp=at, SequenceNumber=str(minute), AnsweredBy=by, **ours)

    call = Call.objects.get()
    assert (call.direction, call.number, call.state) == ("outbound", ALA, state)


def test_a_call_whose_end_was_lost_is_owed_all_the_same(noon: Any) -> None:
    tell("call")
    assert lost.step(now()) == 0 and owed() == []

    noon.shift(timedelta(minutes=11))

    assert lost.step(now()) == 1 and lost.step(now()) == 0
    assert Call.objects.get().state == "missed" and owed() == [("open", 0)]
    check_the_books()


def test_twilio_s_line_needs_the_token_of_the_account(desk: Desk, client: Client) -> None:
    client.force_login(type(desk.agent).objects.get(email="boss@example.com"))
    said = {
        "name": "Second", "slug": "second", "kind": "twilio", "number": "+48 22 765 43 21",
        "team": desk.team.pk, "account": desk.account.pk, "active": "on",
        "places": f"{MOBILE} agent@example.com\n101 LEAD@example.com",
    }  # fmt: skip

    assert client.post("/lines/new", said).status_code == 422
    assert client.post("/lines/new", said | {"secret": TOKEN}).status_code == 302

    made = Line.objects.get(slug="second")
    assert made.places == {MOBILE: desk.agent.pk, "101": desk.lead.pk} and made.number == "+48227654321"
    page = client.get(f"/lines/{made.pk}/").content.decode()
    assert f"{SITE}/hooks/twilio/second/call" in page and TOKEN not in page.replace("48221234567", "")
    assert "Nothing heard yet" in client.get("/lines/").content.decode()
