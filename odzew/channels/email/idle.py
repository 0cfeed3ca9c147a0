"""Waiting for new mail in a mailbox: by IDLE (RFC 2177) where the server has it, by the clock elsewhere."""

import ssl
from threading import Event

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from odzew.lib.clock import monotonic

POLL_EVERY = 60.0  # seconds, where the server has no IDLE
IDLE_FOR = 120.0  # seconds; RFC 2177 allows 29 minutes, routers and our own alarm do not


def wait_for_mail(client: IMAPClient, stop: Event, *, idle_for: float = IDLE_FOR) -> None:
    """Return when something new may have come; at the latest after two minutes (one without IDLE)."""
    if _has_grown(client):
        return
    if not _idles(client):
        stop.wait(POLL_EVERY)
        return
    end = monotonic() + idle_for
    while monotonic() < end and not stop.is_set():
        if _has_read_ahead(client):
            break
        before = monotonic()
        said = client.idle_check(timeout=1)
        # Nothing said before the time was up means that the line has ended.
        if any(b"EXISTS" in item for item in said) or (not said and monotonic() - before < 0.9):
            break
    client.idle_done()


def _has_grown(client: IMAPClient) -> bool:
    # A server may tell of new mail with the answer to any command (RFC 3501 §7.3.1), and not again in IDLE.
    said = client._imap.untagged_responses  # selecting the folder began it anew
    counts = said.get("EXISTS", [])
    # One mail gone and one come leave the count as it was.
    return len(set(counts)) > 1 or (len(counts) > 1 and "EXPUNGE" in said)


def _idles(client: IMAPClient) -> bool:
    if not client.has_capability("IDLE"):
        return False
    try:
        client.idle()
    except IMAPClientError as error:
        if isinstance(error, IMAPClient.AbortError):
            raise
        return False
    return True


def _has_read_ahead(client: IMAPClient) -> bool:
    """Return whether the server's words wait in our own buffers, where poll() does not see them."""
    line = client.socket()
    line.setblocking(False)
    try:
        return bool(client._imap.file.peek(1))
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        line.settimeout(client.patience)
