"""Nothing that somebody typed makes us call into our own network (SAFETY T24, CWE-918)."""

import contextlib
import http.server
import socket
import ssl
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from odzew.lib import outward
from tests.servers.mailboxes import Mailboxes

WORLD = "93.184.216.34"
INSIDE = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1",  # noqa: S104
    "169.254.169.254", "192.0.0.192", "198.18.0.1", "224.0.0.1", "239.1.1.1", "255.255.255.255", "240.0.0.1",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:7f00:1::1", "2001:db8::1", "not-an-address", "",
]  # fmt: skip
SPELT = [
    "127.1", "127.0.1", "0", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001",
    "127.0.0.1", "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "10.0.0.1",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[fe80::1]", "[64:ff9b::7f00:1]", "①②⑦.⓪.⓪.①", "localhost",
]  # fmt: skip
ODD = [
    "http://shop.example/", "ftp://shop.example/", "file:///etc/passwd", "gopher://127.0.0.1:25/_HELO",
    "dict://127.0.0.1/", "ldap://127.0.0.1/", "//shop.example/", "shop.example", "", "https://", "https:///x",
    "https://user@shop.example/", "https://shop.example@127.0.0.1/", "https://a:b@127.0.0.1/",
    "https://[fe80::1%25eth0]/", "https://shop.example:99999/", "https://shop.example:x/", "https://\x00/",
    "https://shop.example\r\nHost: 127.0.0.1/", "javascript:alert(1)", "data:text/plain,x", "https://[::1/",
]  # fmt: skip


def look_up(name: str, port: int) -> list[str]:
    """Say what the system would: numbers in any spelling are themselves (inet_aton), names a zone's."""
    try:
        return [socket.inet_ntoa(socket.inet_aton(name))]
    except OSError:
        zone = {
            "shop.example": [WORLD],
            "localhost": ["127.0.0.1", "::1"],
            "both.example": [WORLD, "127.0.0.1"],
        }
        return zone.get(name, [name.strip("[]")] if ":" in name else [])


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A listener nobody may reach."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.setblocking(False)
        yield door
        with pytest.raises(BlockingIOError):
            door.accept()


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_of_ones_own_network_is_not_public(address: str) -> None:
    assert not outward.is_public(address)


@pytest.mark.parametrize(
    "address", [WORLD, "8.8.8.8", "2606:4700::1111", "2002:808:808::1", "64:ff9b::808:808"]
)
def test_an_address_of_the_world_is(address: str) -> None:
    assert outward.is_public(address)


@pytest.mark.parametrize("host", SPELT)
def test_no_spelling_of_an_address_leads_inside(listener: socket.socket, host: str) -> None:
    port = listener.getsockname()[1]

    with pytest.raises(outward.NotOutside):
        outward.way(f"https://{host}:{port}/token", look_up=look_up)


@pytest.mark.parametrize("url", ODD)
def test_what_is_no_address_of_a_server_is_refused_in_words(url: str) -> None:
    with pytest.raises(outward.NotOutside, match=r"."):
        outward.way(url, look_up=look_up)


def test_a_name_with_one_address_inside_is_refused_whatever_the_others_are() -> None:
    with pytest.raises(outward.NotOutside, match=r"127\.0\.0\.1"):
        outward.way("https://both.example/", look_up=look_up)


def test_the_address_that_was_looked_at_is_the_one_that_is_called() -> None:
    answers = [[WORLD], ["127.0.0.1"]]  # rebinding: the second answer would be another one

    found = outward.way("https://rebind.example:8443/x", look_up=lambda _name, _port: answers.pop(0))

    assert str(found.url) == f"https://{WORLD}:8443/x"
    assert (found.name, found.netloc) == ("rebind.example", "rebind.example:8443")
    assert answers == [["127.0.0.1"]]


class Server(http.server.BaseHTTPRequestHandler):
    """Says what it is told to, and notes for whom the request was."""

    def do_POST(self) -> None:
        """Answer."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, self.headers["Host"]))  # type: ignore[attr-defined]
        if self.path == "/away":
            self.send_response(307)
            self.send_header("Location", f"https://localhost:{self.server.server_address[1]}/there")
            self.end_headers()
            return
        if self.path == "/slow":
            self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Never-Ends: ")
            self.drip()
            return
        self.send_response(200)
        if self.path == "/drip":
            self.end_headers()
            self.drip()
            return
        self.end_headers()
        self.wfile.write(b"x" * (outward.LONGEST_ANSWER + 1 if self.path == "/endless" else 3))

    def drip(self) -> None:
        """Answer one byte at a time, until nobody listens."""
        with contextlib.suppress(OSError):
            for _byte in range(20):
                self.wfile.write(b"x")
                time.sleep(0.1)

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(mailboxes: Mailboxes) -> Iterator[http.server.HTTPServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(mailboxes.certificate, mailboxes.key)
    with http.server.HTTPServer(("127.0.0.1", 0), Server) as running:
        running.socket = context.wrap_socket(running.socket, server_side=True)
        running.asked = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def call(
    server: http.server.HTTPServer, mailboxes: Mailboxes, path: str, name: str, seconds: float = 10
) -> outward.Answer:
    context = ssl.create_default_context(cafile=str(mailboxes.certificate))
    port = server.server_address[1]
    to = outward.way(
        f"https://{name}:{port}{path}", inside=[name], look_up=lambda _name, _port: ["127.0.0.1"]
    )
    return outward.post(to, b"a=b", {}, context, seconds=seconds)


def test_the_certificate_is_checked_by_name_although_the_line_goes_to_an_address(server, mailboxes) -> None:
    assert call(server, mailboxes, "/", "localhost").content == b"xxx"
    assert server.asked == [("/", f"localhost:{server.server_address[1]}")]

    with pytest.raises(httpx.ConnectError, match="certificate"):
        call(server, mailboxes, "/", "shop.example")


def test_a_redirect_is_not_followed_and_an_endless_answer_not_read(server, mailboxes, monkeypatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")

    assert call(server, mailboxes, "/away", "localhost").status == 307
    assert [path for path, _host in server.asked] == ["/away"]
    with pytest.raises(outward.TooLong):
        call(server, mailboxes, "/endless", "localhost")


@pytest.mark.parametrize("path", ["/drip", "/slow"], ids=["its body", "a header"])
def test_an_answer_that_drips_is_given_up_however_often_something_comes(server, mailboxes, path) -> None:
    begun = time.monotonic()

    with pytest.raises(httpx.ReadTimeout):
        call(server, mailboxes, path, "localhost", seconds=0.5)

    assert time.monotonic() - begun < 1.9  # it would have gone on for two
