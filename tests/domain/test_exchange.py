"""What an exchange with Asterisk tells, as the calls of customers, by the documents of AMI."""

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from odzew.calls.asterisk.plan import Plan
from odzew.calls.asterisk.scene import Scene
from odzew.calls.asterisk.wire import LONGEST, Nonsense, Reader, action
from odzew.calls.course import Course, course
from odzew.calls.events import Told
from tests.domain.examples import NINE
from tests.servers.asterisk import TRUNK, Fields, bridged, device, packet, ringing_in

OURS = "+48221234567"
PLAN = Plan(number=OURS, trunks=(TRUNK,), places=("101", "102"))
ALA, JAN, EVA = ringing_in("1.1"), device("1.2", "1.1"), device("1.3", "1.1", "102")
MOBILE = {**device("1.4", "1.1", "carrier", "0"), "CallerIDNum": "600999888"}
# A member of a queue is called through two halves of a channel.
ONE, TWO = (
    {**device(f"1.{number}", "1.1"), "Channel": f"Local/101@queue-00000001;{number - 4}"} for number in (5, 6)
)
RINGS = ("Newchannel", ALA)
HANGS = ("Hangup", ALA)
Script = list[tuple[str, Fields]]


def enters(who: Fields, bridge: str = "b1") -> tuple[str, Fields]:
    return "BridgeEnter", bridged(who, bridge)


def leaves(who: Fields, bridge: str = "b1") -> tuple[str, Fields]:
    return "BridgeLeave", bridged(who, bridge)


def dest(who: Fields, string: str) -> Fields:
    return {f"Dest{name}": value for name, value in who.items()} | {"DialString": string}


def soon(step: tuple[str, Fields]) -> tuple[str, Fields]:
    return step[0], {**step[1], "After": "0.1"}


MUSIC, SILENCE = ("MusicOnHoldStart", ALA), ("MusicOnHoldStop", ALA)
PARKED = ("BridgeEnter", {**bridged(ALA, "park"), "BridgeTechnology": "holding_bridge"})
TO_MOBILE = ("DialBegin", dest(MOBILE, "carrier/600999888"))
TALK = [RINGS, enters(ALA), enters(JAN)]
BLIND = {
    "Result": "Success", "TransfererUniqueid": "1.2", "TransfereeUniqueid": "1.1", "Extension": "102"
}  # fmt: skip
TO_EVA = [("BlindTransfer", BLIND), enters(ALA, "b2"), enters(EVA, "b2")]
ATTENDED = {
    "Result": "Success", "OrigTransfererUniqueid": "1.2", "SecondTransfererUniqueid": "2.1",
    "DestType": "Bridge", "TransferTargetChannel": "PJSIP/102-00000009", "TransfereeUniqueid": "1.1",
}  # fmt: skip


def played(script: Script, plan: Plan = PLAN, scene: Scene | None = None) -> list[Told]:
    """Let it happen, a second for each line of the script but where it says `at once`."""
    scene, told, second = scene or Scene(plan), list[Told](), 0.0
    for name, fields in script:
        second += float(fields.get("After", "10"))
        said = packet(Event=name, **{key: value for key, value in fields.items() if key != "After"})
        reader = Reader()
        reader.feed(b"Asterisk Call Manager/7.0.3\r\n")
        for one in reader.feed(said):
            told += scene.hear(one, NINE + timedelta(seconds=second))
    return told


def course_of(told: list[Told]) -> Course:
    assert {one.call for one in told} == {told[0].call}
    return course(one.event for one in told)


@pytest.mark.parametrize(
    ("script", "state", "talked", "held", "agents"),
    [
        ([RINGS, HANGS], "missed", 0, 0, ()),
        ([RINGS, ("Newstate", {**ALA, "ChannelState": "6"}), HANGS], "missed", 0, 0, ()),
        ([*TALK, HANGS], "talked", 10, 0, ("101",)),
        ([RINGS, enters(JAN), enters(ALA), leaves(JAN), HANGS], "talked", 20, 0, ("101",)),
        ([*TALK, MUSIC, SILENCE, HANGS], "talked", 20, 10, ("101",)),
        ([*TALK, ("Hold", JAN), ("Unhold", JAN), HANGS], "talked", 20, 10, ("101",)),
        ([*TALK, MUSIC, HANGS], "abandoned", 10, 10, ("101",)),
        ([*TALK, MUSIC, SILENCE, soon(HANGS)], "abandoned", 10, 10, ("101",)),
        ([RINGS, MUSIC, HANGS], "abandoned", 0, 10, ()),
        ([*TALK, ("BlindTransfer", BLIND), leaves(ALA), HANGS], "abandoned", 10, 20, ("101",)),
        ([*TALK, *TO_EVA, HANGS], "talked", 20, 20, ("101", "102")),
        ([*TALK, ("BlindTransfer", {**BLIND, "Result": "Fail"}), HANGS], "talked", 20, 0, ("101",)),
        ([*TALK, MUSIC, ("AttendedTransfer", ATTENDED), enters(EVA), HANGS], "talked", 30, 10,
         ("101", "102")),
        ([*TALK, ("AttendedTransfer", {**ATTENDED, "DestType": "App"}), HANGS], "abandoned", 10, 10,
         ("101",)),
        ([RINGS, ("MessageWaiting", {**ALA, "Waiting": "1", "New": "1"}), HANGS], "voicemail", 0, 0, ()),
        ([RINGS, TO_MOBILE, enters(ALA), enters(MOBILE), HANGS], "talked", 10, 0, ("+48600999888",)),
        ([RINGS, enters(ALA), enters(ONE), enters(TWO, "b2"), enters(JAN, "b2"), HANGS], "talked", 10, 0,
         ("101",)),
        ([RINGS, enters(ALA), enters(ONE), enters(TWO, "b2"), HANGS], "missed", 0, 0, ()),
        ([RINGS, PARKED, enters(ringing_in("9.1"), "park"), HANGS], "missed", 0, 0, ()),
        ([*TALK, HANGS, leaves(ALA), ("Newchannel", ALA), enters(ALA)], "talked", 10, 0, ("101",)),
    ],
)  # fmt: skip
def test_a_call_is_what_happened_to_the_customer(
    script: Script, state: str, talked: int, held: int, agents: tuple[str, ...]
) -> None:
    told = played(script)
    found = course_of(told)

    assert (told[0].number, told[0].direction) == ("+48600100200", "inbound")
    lasted = [int(one.total_seconds()) for one in (found.talked, found.held)]
    assert (found.state, *lasted) == (state, talked, held)
    assert found.agents == agents


@given(st.data())
def test_what_is_told_twice_adds_up_to_the_same(data: st.DataObject) -> None:
    script = [*TALK, MUSIC, SILENCE, *TO_EVA, HANGS]
    doubled = [step for one in script for step in [one, *[soon(one)] * data.draw(st.integers(0, 2))]]

    once, often = course_of(played(script)), course_of(played(doubled))

    assert (often.state, often.agents, len(often.holds)) == (once.state, once.agents, len(once.holds))
    assert often.transfers[0][1] == "102"


@pytest.mark.parametrize(
    ("dialstring", "number"),
    [("600100200@carrier", "600100200"), ("carrier/+48600100200", "+48600100200"), ("x", "0600100200")],
)
def test_a_call_of_ours_is_to_the_number_that_was_dialled(dialstring: str, number: str) -> None:
    jan = device("2.1", "2.1")
    out = {**ringing_in("2.2", "0600100200", ""), "ChannelState": "0", "Linkedid": "2.1"}
    told = played(
        [
            ("Newchannel", out),
            ("DialBegin", jan | dest(out, dialstring)),
            enters(jan),
            enters(out),
            ("Hangup", out),
        ]
    )

    assert {(one.number, one.direction) for one in told} == {(number, "outbound")}
    assert course_of(told).agents == ("101",)


def test_a_call_among_ourselves_and_one_to_another_line_is_none_of_ours() -> None:
    other = "+48221234568"
    plan = Plan(number=OURS, trunks=(TRUNK,), places=("101",), elsewhere=(other,), theirs=("102",))
    jan, eva = device("2.1", "2.1", state="4"), device("2.3", "2.3", "102")
    out = {**ringing_in("2.4"), "ChannelState": "0", "Linkedid": "2.3"}
    script: Script = [
        ("Newchannel", jan), ("DialBegin", jan | dest(eva, "102")), enters(jan), enters(eva),
        ("Newchannel", ringing_in("3.1", dialled=other)), ("DialBegin", eva | dest(out, "600100200@carrier")),
        ("Newchannel", {**ringing_in("4.1"), "Channel": "PJSIP/carrier2-00000001"}),
    ]  # fmt: skip

    assert played(script, plan) == []


def test_what_began_while_nobody_listened_is_known_by_the_same_identifiers() -> None:
    before = [one.event.id for one in played(TALK)]
    rows = [{**row, "BridgeId": "b1", "Duration": "00:01:40"} for row in (JAN, {**ALA, "ChannelState": "6"})]
    shown = [{name.lower(): value for name, value in row.items()} for row in rows]

    told = Scene(PLAN).show(shown, NINE)

    assert [one.event.id for one in told] == before
    assert told[0].event.at == NINE - timedelta(seconds=100) and told[0].direction == "inbound"


@pytest.mark.parametrize("said", [":".join(["1"] * 999), "9" * 5000, "9999999999:00:00"])
def test_a_duration_nobody_can_have_talked_is_none(said: str) -> None:
    shown = [{name.lower(): value for name, value in {**ALA, "Duration": said}.items()}]

    assert [one.event.at for one in Scene(PLAN).show(shown, NINE)] == [NINE]


@given(st.lists(st.integers(1, 200), max_size=20))
def test_packets_are_the_same_in_whatever_pieces_they_come(sizes: list[int]) -> None:
    said = b"Asterisk Call Manager/7.0.3\r\n" + b"".join(
        packet(Event=name, **fields) for name, fields in TALK
    )
    reader, found = Reader(), []
    for size in [*sizes, len(said)]:
        piece, said = said[:size], said[size:]
        found += reader.feed(piece)

    assert [one["event"] for one in found] == ["Newchannel", "BridgeEnter", "BridgeEnter"]
    assert found[0]["calleridnum"] == "+48600100200"


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b"220 mail ESMTP",
        b"Asterisk Call Manager/" + b"7" * 1000,
        b"Asterisk Call Manager/7\r\n" + b"x" * (LONGEST + 1),
    ],
)
def test_another_service_and_a_packet_without_an_end_are_not_believed(said: bytes) -> None:
    with pytest.raises(Nonsense):
        Reader().feed(said)


def test_no_field_begins_another() -> None:
    with pytest.raises(ValueError, match="one line"):
        action("Login", Secret="x\r\nAction: Command")
