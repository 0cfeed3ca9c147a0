"""What servers on loopback have in common that follow a provider's documents: TLS, forms, silence."""

import http.server
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesParser
from pathlib import Path
from typing import Any


class Door(http.server.BaseHTTPRequestHandler):
    """Reads what comes, and answers; what it answers is for the provider to say."""

    def said(self) -> dict[str, Any]:
        """Return what was handed in, of JSON or of a form."""
        body, kind = self.rfile.read(int(self.headers["Content-Length"])), self.headers["Content-Type"]
        read: dict[str, Any] = json.loads(body) if kind == "application/json" else form(kind, body)
        return read

    def say(self, status: int, content: bytes | dict[str, Any]) -> None:
        """Answer."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: object) -> None:
        """Stay silent."""


def form(content_type: str, body: bytes) -> dict[str, Any]:
    """Return the fields of a form (RFC 7578); of a file its name and its bytes."""
    whole = BytesParser().parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    said: dict[str, Any] = {}
    for part in whole.get_payload():
        name = part.get_param("name", header="Content-Disposition")
        content = part.get_payload(decode=True)
        said[name] = (part.get_filename(), content) if part.get_filename() else content.decode()
    return said


@contextmanager
def served(door: type[http.server.BaseHTTPRequestHandler], certificate: Path, key: Path) -> Iterator[int]:
    """Lend a running server, by its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), door) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()
