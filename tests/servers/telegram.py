"""A Bot API on loopback, as https://core.telegram.org/bots/api describes it: one bot and its faults."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers import https

TOKEN = "7:AAkites"
BOT = {"id": 7, "is_bot": True, "first_name": "Kites", "username": "KitesBot"}
Answer = tuple[int, dict[str, Any]]


class Hang(Exception):
    """It takes what it is given and ends the line without a word."""


@dataclass
class Telegram:
    """The API, what it was asked, and what it is to answer before it thinks for itself."""

    port: int = 0
    updates: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    hook: dict[str, Any] = field(default_factory=dict)
    faults: list[Answer | None] = field(default_factory=list)  # None: it hangs up
    calls: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Return where it is."""
        return f"https://localhost:{self.port}"

    def say(
        self, text: str = "", *, chat: int = 44, number: int = 0, update: int = 0, **more: Any
    ) -> dict[str, Any]:
        """Let a customer write, and return the update."""
        number = number or len(self.updates) + 1
        message = {
            "message_id": number,
            "date": 1794819600 + number,
            "chat": {"id": chat, "type": "private"},
            "from": {
                "id": chat,
                "is_bot": False,
                "first_name": "Ala",
                "username": "ala",
                "language_code": "en",
            },
            **({"text": text} if text else {}),
            **more,
        }
        kind = "edited_message" if "edit_date" in more else "message"
        self.updates.append({"update_id": update or 100 + number, kind: message})
        return self.updates[-1]

    def answer(self, method: str, said: dict[str, Any]) -> Answer:
        """Return status and body, as the API does."""
        self.calls.append(method)
        if self.faults and method.startswith("send"):
            fault = self.faults.pop(0)
            if fault is None:
                raise Hang
            return fault
        known = {
            "getMe": lambda _: BOT,
            "setWebhook": self._set,
            "deleteWebhook": self._unset,
            "getWebhookInfo": lambda _: {"url": "", "pending_update_count": 0, **self.hook},
            "getUpdates": self._updates,
            "sendMessage": self._message,
            "sendDocument": self._message,
            "getFile": lambda given: {
                "file_id": given["file_id"],
                "file_path": f"documents/{given['file_id']}",
            },
        }
        if method not in known:
            return fault_of(404, "Not Found")
        found = known[method](said)
        return found if isinstance(found, tuple) else (200, {"ok": True, "result": found})

    def _set(self, said: dict[str, Any]) -> Any:
        if not said["url"].startswith("https://"):
            return fault_of(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self.hook = said
        return True

    def _unset(self, said: dict[str, Any]) -> Any:
        self.hook = {}
        return True

    def _updates(self, said: dict[str, Any]) -> Any:
        if self.hook:
            return fault_of(409, "Conflict: can't use getUpdates method while webhook is active")
        self.updates = [one for one in self.updates if one["update_id"] >= said["offset"]]
        return self.updates[: said["limit"]]

    def _message(self, said: dict[str, Any]) -> Any:
        if str(said["chat_id"]) in self.blocked:
            return fault_of(403, "Forbidden: bot was blocked by the user")
        if "document" not in said and not 0 < len(said["text"]) <= 4096:
            return fault_of(400, "Bad Request: message is too long")
        self.sent.append(said)
        return {"message_id": 900 + len(self.sent)}


def fault_of(code: int, said: str, **parameters: int) -> Answer:
    """Return an answer that refuses."""
    more = {"parameters": parameters} if parameters else {}
    return code, {"ok": False, "error_code": code, "description": said, **more}


@contextmanager
def bot_api(certificate: Path, key: Path) -> Iterator[Telegram]:
    """Lend a running Bot API."""
    api = Telegram()

    class Door(https.Door):
        def do_GET(self) -> None:
            content = api.files.get(self.path.rpartition("/")[2])
            self.say(404 if content is None else 200, content or b"")

        def do_POST(self) -> None:
            token, _, method = self.path.removeprefix("/bot").partition("/")
            said = self.said()
            try:
                self.say(*api.answer(method, said) if token == TOKEN else fault_of(401, "Unauthorized"))
            except Hang:
                self.close_connection = True

    with https.served(Door, certificate, key) as api.port:
        yield api
