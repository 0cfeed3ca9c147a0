"""A mailbox on a real server: nothing of it is lost, nothing comes twice, nothing in it is touched."""

import base64
import hmac
import imaplib
import json
import re
import select
import socket
import threading
import time
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError

from odzew.channels.base import ChannelError
from odzew.channels.email import fetch, idle, mailbox, poll
from odzew.channels.models import Account
from odzew.channels.watching import note
from odzew.intake import mailboxes as reading
from odzew.intake.mailboxes import Shelf
from odzew.intake.models import Raw
from odzew.lib.clock import now
from tests.servers import process
from tests.servers.dovecot import Dovecot, dovecot as running_dovecot
from tests.servers.mailboxes import mailboxes as place_for_mailboxes

pytestmark = pytest.mark.django_db(transaction=True)
counter = iter(range(10**6))


@pytest.fixture
def box(mailboxes):
    return mailboxes.add(f"desk{next(counter)}@imap.test")


@pytest.fixture
def account(dovecot, box):
    return connected(dovecot, box)


def connected(server, box, **imap):
    # A mailbox tells whole seconds: what lay there before has come before.
    made = Account(address=box.address, created_at=now() + timedelta(seconds=2), settings={
        "ca_file": str(server.certificate),
        "imap": {
            "host": "localhost", "port": server.imaps_port, "security": "tls", "user": box.address,
            "since_uid": "all", **imap,
        },
    })  # fmt: skip
    made.secrets = {"imap_password": box.password}
    made.save()
    return made


def letter(number, size=0):
    return (
        f"From: a{number}@home.test\r\nSubject: {number}\r\nMessage-ID: <{number}@home.test>\r\n\r\n".encode()
        + b"x" * size + b"\r\n"
    )  # fmt: skip


def put(server, box, *contents, flags="", folder="INBOX"):
    with imaplib.IMAP4("127.0.0.1", server.imap_port) as client:
        client.login(box.address, box.password)
        for content in contents:
            assert client.append(folder, flags, "", content)[0] == "OK"


def make_anew(box):
    """Give the mailbox a new UIDVALIDITY, as when it is restored or moved to another server."""
    for path in box.folder.glob("dovecot.index*"):
        path.unlink()
    uids = box.folder / "dovecot-uidlist"
    uids.write_text(re.sub(r" V(\d+)", lambda found: f" V{int(found[1]) + 1}", uids.read_text(), count=1))


def read(account, at=None, history=None):
    account.refresh_from_db()
    with mailbox.opened(account, 5) as client:
        return poll.read_new(client, account, history or Shelf(account.pk), at or now())


def kept(account):
    rows = Raw.objects.filter(account=account).order_by("pk")
    return [bytes(row.content) for row in rows]


def test_every_mail_is_kept_byte_for_byte_under_the_name_its_server_gives_it(dovecot, box, account):
    put(dovecot, box, letter(1), letter(2))

    assert read(account) == 2

    assert kept(account) == [letter(1), letter(2)]
    validity = account.state["cursor"]["uidvalidity"]
    keys = list(Raw.objects.order_by("pk").values_list("transport_key", flat=True))
    assert keys == [f"imap:INBOX:{validity}:1", f"imap:INBOX:{validity}:2"]
    assert account.state["last_ok_at"] and account.state["last_mail_at"]


def test_only_what_is_new_is_read_again(dovecot, box, account):
    put(dovecot, box, letter(1))
    read(account)
    put(dovecot, box, letter(2))

    assert read(account) == 1
    assert read(account) == 0
    assert kept(account) == [letter(1), letter(2)]


def test_a_mail_another_program_has_read_is_read_all_the_same(dovecot, box, account):
    put(dovecot, box, letter(1), flags="(\\Seen \\Answered)")

    read(account)

    assert kept(account) == [letter(1)]


def test_reading_leaves_no_trace_in_the_mailbox(dovecot, box, account):
    put(dovecot, box, letter(1), letter(2))

    read(account)

    with imaplib.IMAP4("127.0.0.1", dovecot.imap_port) as client:
        client.login(box.address, box.password)
        client.select("INBOX", readonly=True)
        assert client.search(None, "UNSEEN")[1] == [b"1 2"]
        assert client.search(None, "RECENT")[1] == [b"1 2"]


def test_a_new_mailbox_is_read_from_now_on_unless_all_is_wanted(dovecot, box):
    put(dovecot, box, letter(1))
    account = connected(dovecot, box, since_uid="now")

    assert read(account) == 0
    put(dovecot, box, letter(2))
    assert read(account) == 1
    assert kept(account) == [letter(2)]
    assert poll.recount(account, Shelf(account.pk), now()) == []


def test_who_writes_after_a_mailbox_was_connected_and_before_it_is_looked_into_still_waits(dovecot, box):
    put(dovecot, box, letter(1))
    account = connected(dovecot, box, since_uid="now")
    Account.objects.update(created_at=now() - timedelta(seconds=5))
    put(dovecot, box, letter(2))

    assert read(account, at=now() + timedelta(minutes=5)) == 2
    assert kept(account) == [letter(1), letter(2)]
    assert read(account) == 0


def test_the_customer_waits_since_the_mail_lay_in_the_mailbox(dovecot, box, account):
    put(dovecot, box, letter(1))

    read(account, at=now() + timedelta(days=3))

    waited = now() - Raw.objects.get().received_at
    assert timedelta(0) <= waited < timedelta(minutes=1)


def test_a_mailbox_that_was_made_anew_is_read_again_and_nothing_comes_twice(dovecot, box, account):
    put(dovecot, box, letter(1), letter(2))
    read(account)
    Raw.objects.update(content_key=None)  # as after ten days
    before = account.state["cursor"]["uidvalidity"]
    make_anew(box)
    put(dovecot, box, letter(3))

    read(account)

    assert account.state["cursor"]["uidvalidity"] != before
    assert sorted(kept(account)) == [letter(1), letter(2), letter(3)]
    assert account.state["left_out"] == 2
    assert poll.recount(account, Shelf(account.pk), now()) == []


def test_a_mailbox_made_anew_does_not_bring_what_its_owner_had_left_out(dovecot, box):
    put(dovecot, box, letter(1))
    account = connected(dovecot, box, since_uid="now")
    read(account)
    put(dovecot, box, letter(2))
    make_anew(box)
    later = now() + timedelta(days=5)
    note(account, began_at=later.isoformat())  # the two mails are older than our first look

    read(account, at=later)

    assert kept(account) == []
    assert account.state["left_out"] == 2


def test_another_folder_is_another_cursor(dovecot, box, account):
    with imaplib.IMAP4("127.0.0.1", dovecot.imap_port) as client:
        client.login(box.address, box.password)
        client.create("Skargi")
    put(dovecot, box, letter(1))
    put(dovecot, box, letter(2), folder="Skargi")
    read(account)
    account.settings["imap"]["folder"] = "Skargi"
    account.save()

    read(account)

    assert kept(account) == [letter(1), letter(2)]
    assert account.state["cursor"]["folder"] == "Skargi"


def test_what_the_mail_server_found_out_is_kept_with_the_mail(dovecot, box, account):
    account.settings["trusted_authserv"] = ["mx.imap.test"]
    account.save()
    found = b"Authentication-Results: mx.imap.test; dmarc=pass header.from=home.test\r\n"
    put(dovecot, box, found + letter(1), letter(2))

    read(account)

    proofs = [row.envelope["proof"] for row in Raw.objects.order_by("pk")]
    assert proofs == [{"dmarc": "pass", "domain": "home.test"}, {"dmarc": "none"}]


class Crash(Exception):
    pass


class Crashing(Shelf):
    """Keeps, and then falls before the cursor moves; or falls before it keeps."""

    def __init__(self, account, after):
        super().__init__(account)
        self.after = after

    def hand_in(self, letters):
        if self.after:
            super().hand_in(letters)
        raise Crash


@pytest.mark.parametrize("after", [True, False])
def test_a_crash_around_keeping_loses_nothing_and_doubles_nothing(dovecot, box, account, after):
    put(dovecot, box, letter(1), letter(2))

    with pytest.raises(Crash):
        read(account, history=Crashing(account.pk, after))
    account.refresh_from_db()
    assert account.state["cursor"]["uid"] == 0
    read(account)

    assert kept(account) == [letter(1), letter(2)]


def test_a_cursor_that_moved_before_keeping_would_be_found_out(dovecot, box, account):
    """The control of the test above: whoever moves the cursor first loses the mail; the recount sees it."""
    put(dovecot, box, letter(1))

    with pytest.raises(Crash), mailbox.opened(account, 5) as client:
        place = poll.open_place(client, account)
        cursor = poll.find_cursor(account, place, now(), place.uidnext)
        poll._move(account, cursor, 1, 0, [])
        Crashing(account.pk, False).hand_in([])
    read(account)
    assert kept(account) == []

    missing = poll.recount(account, Shelf(account.pk), now())

    assert [each.content for each in missing] == [letter(1)]
    assert kept(account) == [letter(1)]
    account.refresh_from_db()
    assert account.state["recount"] == {"mailbox": 1, "missing": 1}


def test_the_recount_finds_a_mail_that_vanished_from_the_history(dovecot, box, account):
    put(dovecot, box, *[letter(n) for n in range(120)])
    read(account)
    lost = Raw.objects.filter(account=account, transport_key__endswith=":77")
    lost.delete()

    assert reading.recount_all() == {account.address: 1}

    assert len(kept(account)) == 120
    assert reading.recount_all() == {account.address: 0}


def test_a_mail_larger_than_the_desk_takes_is_kept_as_a_note_and_left_on_the_server(
    dovecot, box, account, settings
):
    settings.SMTP_SIZE_LIMIT = 10_000
    put(dovecot, box, letter(1), letter(2, size=20_000), letter(3))

    read(account)

    head = letter(2).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert kept(account) == [letter(1), head, letter(3)]
    envelope = Raw.objects.get(transport_key__endswith=":2").envelope
    assert envelope["left_on_server"] and envelope["size"] > 20_000
    assert "INBOX" in envelope["notes"][0]


def test_letters_are_read_in_groups_that_fit_into_memory(dovecot, box, account, monkeypatch):
    monkeypatch.setattr(fetch, "BATCH_BYTES", 5_000)
    groups = []

    class Watching(Shelf):
        def hand_in(self, letters):
            groups.append(len(letters))
            super().hand_in(letters)

    put(dovecot, box, *[letter(n, size=2_000) for n in range(7)])

    read(account, history=Watching(account.pk))

    assert groups == [2, 2, 2, 1]
    assert len(kept(account)) == 7


def test_a_mailbox_of_very_many_is_asked_about_in_windows(dovecot, box, account, monkeypatch):
    monkeypatch.setattr(fetch, "SAFE_COUNT", 3)
    monkeypatch.setattr(fetch, "WINDOW", 4)
    put(dovecot, box, *[letter(n) for n in range(11)])

    assert read(account) == 11


def test_two_mails_with_one_message_id_are_both_kept(dovecot, box, account):
    put(dovecot, box, letter(1), letter(1, size=5))

    assert read(account) == 2


def test_when_the_database_is_away_the_mail_stays_where_it_is(dovecot, box, account):
    class Away(Shelf):
        def hand_in(self, letters):
            raise DatabaseError("gone")

    put(dovecot, box, letter(1))

    with pytest.raises(DatabaseError):
        read(account, history=Away(account.pk))

    assert read(account) == 1


def test_a_letter_at_which_the_line_always_breaks_holds_up_no_other(dovecot, box, account, monkeypatch):
    put(dovecot, box, *[letter(n) for n in range(1, 6)])
    honest = fetch.letters

    def breaking(client, account, place, batch, at):
        if 3 in batch:
            raise imaplib.IMAP4.abort("socket error: EOF")
        return honest(client, account, place, batch, at)

    monkeypatch.setattr(fetch, "letters", breaking)

    broken = 0
    while broken < 20:
        try:
            read(account)
            break
        except imaplib.IMAP4.abort:
            broken += 1

    assert broken == 1 + poll.TRIES
    assert [content for content in kept(account) if b"Left-On-Server" not in content] == [
        letter(1), letter(2), letter(4), letter(5),
    ]  # fmt: skip
    note = Raw.objects.get(transport_key__endswith=":3")
    assert note.envelope["left_on_server"]
    account.refresh_from_db()
    assert account.state["stuck"] is None


@contextmanager
def cut_after(count, port):
    """Lend the port of a line to the server that breaks once so many bytes have come from it."""

    def carry(client):
        with client, socket.create_connection(("127.0.0.1", port)) as server:
            left = count
            while left > 0:
                ready, _, _ = select.select([client, server], [], [], 10)
                for line in ready:
                    said = line.recv(65536 if line is client else min(left, 65536))
                    if not said:
                        return
                    (server if line is client else client).sendall(said)
                    left -= len(said) if line is server else 0

    def serve():
        with suppress(OSError):
            while True:
                carry(listener.accept()[0])

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def test_wherever_the_line_breaks_every_mail_is_kept_once(dovecot, box, account):
    contents = [letter(n, size=200) for n in range(4)]
    put(dovecot, box, *contents)
    through = account.settings["imap"] | {"security": "none"}
    broken = 0
    for count in range(50, 4000, 150):
        Raw.objects.all().delete()
        with cut_after(count, dovecot.imap_port) as port:
            account.settings["imap"], account.state = {**through, "port": port}, {}
            account.save()
            try:
                read(account)
            except (ChannelError, *mailbox.FAILURES):
                broken += 1
        account.refresh_from_db()
        account.settings["imap"] = {**through, "port": dovecot.imap_port}
        account.save()

        read(account)

        assert kept(account) == contents, count
    assert broken > 15


# --- The watch


@pytest.fixture
def watched(account):
    stop = threading.Event()
    thread = threading.Thread(target=reading.watch, args=(account.pk, stop))
    thread.start()
    yield account
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive()


def soon(holds, what, seconds=20):
    process.wait_until(holds, what=what, seconds=seconds)


def idling(account):
    account.refresh_from_db()
    return account.state.get("last_ok_at")


def test_a_new_mail_is_here_within_a_second_while_the_mailbox_is_watched(dovecot, box, watched):
    soon(lambda: idling(watched), "the first look")
    time.sleep(0.5)
    put(dovecot, box, letter(1))
    before = time.monotonic()

    soon(lambda: kept(watched), "the mail")

    assert time.monotonic() - before < 1.5


def test_many_mails_one_after_another_all_come(dovecot, box, watched):
    for number in range(40):
        put(dovecot, box, letter(number))

    soon(lambda: len(kept(watched)) == 40, "forty mails")


def test_a_mail_the_server_told_of_before_the_wait_is_not_waited_for(dovecot, box, account):
    with mailbox.opened(account) as client:
        client.select_folder("INBOX", readonly=True)
        put(dovecot, box, letter(1))
        client.noop()  # the server tells of it here, as it may with any answer
        before = time.monotonic()

        idle.wait_for_mail(client, threading.Event(), idle_for=120)

    assert time.monotonic() - before < 60


def test_a_mail_that_came_as_another_went_is_not_waited_for(dovecot, box, account):
    put(dovecot, box, letter(1))
    with mailbox.opened(account) as client, mailbox.opened(account) as other:
        client.select_folder("INBOX", readonly=True)
        other.select_folder("INBOX")
        other.delete_messages(other.search())
        other.expunge()
        put(dovecot, box, letter(2))
        client.noop()
        before = time.monotonic()

        idle.wait_for_mail(client, threading.Event(), idle_for=120)

    assert time.monotonic() - before < 60


def test_where_the_server_knows_no_idle_it_is_asked_again_and_again(dovecot, box, account, monkeypatch):
    monkeypatch.setattr(idle, "POLL_EVERY", 0.2)
    monkeypatch.setattr(idle, "_idles", lambda client: False)
    stop = threading.Event()
    thread = threading.Thread(target=reading.watch, args=(account.pk, stop))
    thread.start()
    try:
        soon(lambda: idling(account), "the first look")
        put(dovecot, box, letter(1))
        soon(lambda: kept(account), "the mail", seconds=5)
    finally:
        stop.set()
        thread.join(timeout=10)


def test_a_server_that_is_killed_and_comes_back_is_read_on():
    with place_for_mailboxes() as mailboxes, running_dovecot(mailboxes) as server:
        box = mailboxes.add("desk@killed.test")
        account = connected(server, box)
        put(server, box, *[letter(n, size=200_000) for n in range(60)])
        stop = threading.Event()
        thread = threading.Thread(target=reading.watch, args=(account.pk, stop))
        thread.start()
        try:
            soon(lambda: kept(account), "the first mails")
            process.kill(server._running)
            got = len(kept(account))
            soon(lambda: Account.objects.get().state.get("last_error"), "words about the failure")
            (mailboxes.folder / "run" / "master.pid").unlink(missing_ok=True)
            server.start()
            soon(lambda: len(kept(account)) == 60, "the rest", seconds=40)
        finally:
            stop.set()
            thread.join(timeout=15)

    print(f"killed after {got} of 60")
    assert sorted(kept(account)) == sorted(letter(n, size=200_000) for n in range(60))


def test_an_account_is_noticed_when_it_comes_changes_and_goes(dovecot, mailboxes, box):
    account = connected(dovecot, box)
    put(dovecot, box, letter(1))
    stop = threading.Event()
    runner = threading.Thread(target=reading.run_all, args=(stop,))
    runner.start()
    try:
        soon(lambda: len(kept(account)) == 1, "the first mail")
        Account.objects.update(active=False)
        soon(lambda: not _threads(account), "the end of its thread", seconds=10)
        put(dovecot, box, letter(2))
        second = connected(dovecot, mailboxes.add(f"other{next(counter)}@imap.test"))
        soon(lambda: idling(second), "the second account", seconds=10)
        assert len(kept(account)) == 1
        Account.objects.update(active=True)
        soon(lambda: len(kept(account)) == 2, "the second mail", seconds=10)
    finally:
        stop.set()
        runner.join(timeout=15)
    assert not _threads(account) and not _threads(second)


def _threads(account):
    return [t for t in threading.enumerate() if t.name == f"mailbox-{account.pk}"]


@pytest.mark.parametrize(("at", "before", "due"), [
    ("2026-11-20T02:10", "", True),
    ("2026-11-20T02:10", "2026-11-20T02:01", False),
    ("2026-11-20T02:10", "2026-11-19T02:01", True),
    ("2026-11-20T14:10", "2026-11-20T02:01", False),
    ("2026-11-20T14:10", "2026-11-18T02:01", True),
    ("2026-11-20T14:10", "", False),
])  # fmt: skip
def test_mailboxes_are_counted_each_night_and_a_missed_night_is_made_up_for(at, before, due):
    state = {"recount_tried_at": f"{before}:00+00:00"} if before else {}

    moment = datetime.fromisoformat(f"{at}:00+00:00")

    assert reading.is_recount_due(Account(state=state), moment) == due


def test_a_mailbox_that_cannot_be_counted_says_so_and_is_not_counted_as_whole(account):
    account.settings["imap"]["port"] = 1
    account.save()

    assert reading.recount_all() == {}

    account.refresh_from_db()
    assert "Nobody answers" in account.state["recount_error"]
    assert "recounted_at" not in account.state


# --- Failing to connect


@pytest.mark.parametrize(("change", "said"), [
    ({"port": 1}, "Nobody answers"),
    ({"user": "nobody@imap.test"}, "refused the sign-in"),
    ({"folder": "Nowhere"}, "folder “Nowhere”"),
    ({"host": "127.0.0.2"}, "certificate|Nobody answers"),
    ({"security": "maybe"}, "no kind of security"),
    ({"host": ""}, "No server"),
])  # fmt: skip
def test_what_is_wrong_is_said_with_what_to_do_next(account, change, said):
    account.settings["imap"] |= change

    with pytest.raises(ChannelError, match=said), mailbox.opened(account, 5) as client:
        poll.open_place(client, account)


class Pauses(threading.Event):
    """A stop that waits for nothing and notes how long it was to wait; after so many it is set."""

    def __init__(self, count):
        super().__init__()
        self.count, self.seen = count, []

    def wait(self, timeout=None):
        self.seen.append(timeout)
        if len(self.seen) == self.count:
            self.set()
        return self.is_set()


@pytest.mark.parametrize(("change", "longest"), [({"user": "nobody@imap.test"}, 600), ({"port": 1}, 60)])
def test_a_mailbox_that_refuses_us_is_knocked_at_ever_less_and_one_that_is_away_each_minute(
    account, change, longest
):
    account.settings["imap"] |= change
    stop = Pauses(3)
    watched = poll.Watch(account, None, stop, lambda: True)
    watched.pause = 40.0

    watched.run()

    assert stop.seen == [40, min(80, longest), min(160, longest)]


def test_a_certificate_nobody_vouches_for_is_not_signed_in_to(account, dovecot):
    account.settings["ca_file"] = ""

    with pytest.raises(ChannelError, match="certificate"), mailbox.opened(account, 5):
        pass


TOKENS = """
auth_mechanisms = plain login xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
"""


def test_a_token_opens_the_mailbox_and_a_wrong_one_does_not():
    with place_for_mailboxes() as mailboxes:
        key = "a key of the one who gives out tokens"
        keys = mailboxes.folder / "keys" / "default" / "HS256"
        keys.mkdir(parents=True)
        (keys / "default").write_text(base64.b64encode(key.encode()).decode())
        (mailboxes.folder / "oauth2.conf").write_text(
            "introspection_mode = local\nusername_attribute = email\n"
            f"local_validation_key_dict = fs:posix:prefix={mailboxes.folder}/keys/\n"
        )
        server = Dovecot(mailboxes)
        written = server._configuration.read_text().replace("auth_mechanisms = plain login\n", "")
        server._configuration.write_text(written + TOKENS.format(folder=mailboxes.folder))
        server.start()
        try:
            box = mailboxes.add("desk@token.test")
            put(server, box, letter(1))
            account = connected(server, box)
            account.secrets = {"oauth_token": jwt(box.address, key)}
            account.save()
            assert read(account) == 1
            account.secrets = {"oauth_token": jwt(box.address, "another key")}
            with pytest.raises(ChannelError, match="refused the sign-in"), mailbox.opened(account, 15):
                pass
        finally:
            server.stop()


def jwt(user, key):
    """Return a token in the manner of RFC 7519."""
    moment = int(time.time())
    claims = {"email": user, "sub": user, "iat": moment - 60, "nbf": moment - 60, "exp": moment + 600}
    head, body = (_web64(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    signature = hmac.new(key.encode(), f"{head}.{body}".encode(), "sha256").digest()
    return f"{head}.{body}.{_web64(signature)}"


def _web64(said):
    return base64.urlsafe_b64encode(said).decode().rstrip("=")


def test_starttls_is_spoken(account, dovecot, box):
    account.settings["imap"] |= {"port": dovecot.imap_port, "security": "starttls"}
    account.save()
    put(dovecot, box, letter(1))

    assert read(account) == 1


def test_starttls_that_somebody_took_away_stops_the_sign_in(account):
    said = []

    def serve():
        line, _peer = listener.accept()
        with line, line.makefile("rwb", buffering=0) as file:
            file.write(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\r\n")
            while command := file.readline():
                said.append(command)
                tag = command.split()[0]
                file.write(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + tag + b" OK done\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        account.settings["imap"] |= {"port": listener.getsockname()[1], "security": "starttls"}
        with pytest.raises(ChannelError, match="no STARTTLS"), mailbox.opened(account, 5):
            pass
        thread.join(timeout=5)

    assert {command.split()[1] for command in said} <= {b"CAPABILITY", b"LOGOUT"}


def test_a_password_with_any_letters_opens_the_mailbox(dovecot, mailboxes):
    box = mailboxes.add(f"desk{next(counter)}@imap.test", 'zażółć "gęślą" \\jaźń')

    with mailbox.opened(connected(dovecot, box), 5) as client:
        assert client.folder_exists("INBOX")
