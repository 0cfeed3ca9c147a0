"""What is asked of the DNS, of a server on loopback that answers or does not."""

import socket
import threading
from contextlib import suppress

import dns.message
import dns.rcode
import dns.resolver
import pytest

from odzew.channels.email import zone


@pytest.fixture
def server(monkeypatch):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], line.getsockname()[1]
        monkeypatch.setattr(zone, "_resolver", lambda: resolver)
        monkeypatch.setattr(zone, "_patience", zone.Patience())
        yield line


def answer_once(line):
    said, peer = line.recvfrom(2_000)
    reply = dns.message.make_response(dns.message.from_wire(said))
    reply.set_rcode(dns.rcode.NXDOMAIN)
    line.sendto(reply.to_wire(), peer)


def ask_in_vain(number):
    with pytest.raises(zone.Unanswered):
        zone._look_up(f"nobody{number}.test", "TXT", 0.02)


def leave_unanswered(line):
    with suppress(BlockingIOError):
        while line.recv(2_000, socket.MSG_DONTWAIT):
            pass


def test_a_silent_dns_is_asked_briefly_until_it_answers_again(server):
    for number in range(zone.SILENT):
        assert zone._patience.allows(4.0) == 4.0
        ask_in_vain(number)
    assert zone._patience.allows(4.0) == zone.BRIEFLY

    leave_unanswered(server)
    answering = threading.Thread(target=answer_once, args=(server,))
    answering.start()
    assert zone._look_up("home.test", "TXT", 4.0) == []
    answering.join()

    assert zone._patience.allows(4.0) == 4.0


def test_one_silent_domain_among_those_that_answer_takes_no_time_from_them(server):
    for number in range(3 * zone.SILENT):
        ask_in_vain(number) if number % 2 else zone._patience.heard(is_answer=True)

    assert zone._patience.allows(4.0) == 4.0
