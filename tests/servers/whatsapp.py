"""A Cloud API on loopback, as https://developers.facebook.com/docs/whatsapp/cloud-api describes it."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers import https

TOKEN, SECRET = "EAAkites", "an app secret"
NUMBER, BUSINESS = "106540352242922", "102290129340398"
TEMPLATES = [
    {
        "name": "parcel_left", "language": "en_US", "status": "APPROVED",
        "components": [{"type": "BODY", "text": "Good news {{1}}! Your order {{2}} is on its way."}],
    },
    {
        "name": "with_picture", "language": "en_US", "status": "APPROVED",
        "components": [{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Look."}],
    },
    {"name": "new", "language": "en_US", "status": "PENDING", "components": [{"type": "BODY", "text": "Hi"}]},
]  # fmt: skip
Answer = tuple[int, dict[str, Any]]


@dataclass
class WhatsApp:
    """The API, what it was handed, and what it is to answer before it thinks for itself."""

    port: int = 0
    sent: list[dict[str, Any]] = field(default_factory=list)
    uploads: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    faults: list[Answer | None] = field(default_factory=list)  # of messages; None: it hangs up
    subscribed: bool = False
    count: int = 0

    @property
    def url(self) -> str:
        """Return where it is."""
        return f"https://localhost:{self.port}"

    def message(
        self, text: str = "", *, at: int = 1794819600, sender: str = "48600100200", **more: Any
    ) -> bytes:
        """Return the call that brings what a customer wrote."""
        self.count += 1
        said = {"type": "text", "text": {"body": text}} if text else {}
        message = {
            "from": sender,
            "id": f"wamid.{self.count}",
            "timestamp": str(at + self.count),
            **said,
            **more,
        }
        contact = {"profile": {"name": "Ala Nowak"}, "wa_id": sender}
        return self.call({"contacts": [contact], "messages": [message]})

    def status(self, what: str, number: int = -1, **more: Any) -> bytes:
        """Return the call that tells what became of a message that was sent; the newest unless said."""
        sent = self.sent[number]
        told = {
            "id": sent["id"], "status": what, "timestamp": "1794823200", "recipient_id": sent["to"],
            "biz_opaque_callback_data": sent["biz_opaque_callback_data"], **more,
        }  # fmt: skip
        return self.call({"statuses": [told]})

    def call(self, value: dict[str, Any], number: str = NUMBER) -> bytes:
        """Return a call of the webhook."""
        known = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": number}, **value}
        change = {"field": "messages", "value": known}
        entry = {"id": BUSINESS, "changes": [change]}
        return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()

    def answer(self, path: str) -> Answer | bytes:
        """Return what a question is answered."""
        name = path.partition("?")[0].strip("/")
        if name == NUMBER:
            return 200, {"display_phone_number": "+48 22 100 20 30", "verified_name": "Kites", "id": NUMBER}
        if name == f"{BUSINESS}/message_templates":
            return 200, {"data": TEMPLATES}
        if name.startswith("files/"):
            return self.files.get(name.removeprefix("files/"), b"")
        if name in self.files:
            size = len(self.files[name])
            return 200, {
                "url": f"{self.url}/files/{name}",
                "mime_type": "image/jpeg",
                "file_size": size,
                "id": name,
            }
        return fault_of(400, 100, "Unsupported get request.")

    def hangs_up(self, path: str) -> bool:
        """Say whether it takes what it is given and ends the line without a word."""
        hangs = self.faults[:1] == [None] and path.endswith("/messages")
        return hangs and not self.faults.pop(0)

    def take(self, path: str, said: dict[str, Any]) -> Answer:
        """Return what is answered to what is handed in."""
        name = path.strip("/")
        if name == f"{BUSINESS}/subscribed_apps":
            self.subscribed = True
            return 200, {"success": True}
        if name == f"{NUMBER}/media":
            self.uploads.append(said)
            return 200, {"id": f"media-{len(self.uploads)}"}
        if name != f"{NUMBER}/messages":
            return fault_of(400, 100, "Unsupported post request.")
        if self.faults and (fault := self.faults.pop(0)) is not None:
            return fault
        if len(said.get("text", {}).get("body", "")) > 4096:
            return fault_of(400, 100, "Param text['body'] must be at most 4096 characters long.")
        self.sent.append({**said, "id": f"wamid.out{len(self.sent)}"})
        return 200, {"messaging_product": "whatsapp", "messages": [{"id": self.sent[-1]["id"]}]}


def fault_of(status: int, code: int, said: str) -> Answer:
    """Return an answer that refuses."""
    details = {"messaging_product": "whatsapp", "details": said}
    return status, {"error": {"message": f"(#{code}) {said}", "code": code, "error_data": details}}


STRANGER = fault_of(401, 190, "Invalid OAuth access token")


def signature(body: bytes, secret: str = SECRET) -> str:
    """Return the signature of a call."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@contextmanager
def cloud_api(certificate: Path, key: Path) -> Iterator[WhatsApp]:
    """Lend a running Cloud API."""
    api = WhatsApp()

    class Door(https.Door):
        def do_GET(self) -> None:
            found = api.answer(self.path) if self._is_known() else STRANGER
            self.say(200, found) if isinstance(found, bytes) else self.say(*found)

        def do_POST(self) -> None:
            said = self.said()
            if api.hangs_up(self.path):
                self.close_connection = True
                return
            self.say(*api.take(self.path, said) if self._is_known() else STRANGER)

        def _is_known(self) -> bool:
            return self.headers["Authorization"] == f"Bearer {TOKEN}"

    with https.served(Door, certificate, key) as api.port:
        yield api
