"""The post office of the demo: a small real SMTP server that takes every mail and keeps it as a file.

What is for the demo's own mailbox comes round to the desk's door, as it does in the world.
"""

import asyncio
import smtplib
from pathlib import Path
from secrets import token_hex
from threading import Thread

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings

from odzew.channels.models import Account
from odzew.lib.clock import now

PATIENCE = 5.0  # seconds


class PostOffice(Thread):
    """Listens on loopback; each accepted mail becomes a file `….eml` in `folder`."""

    def __init__(self, folder: Path, port: int = 0, own: str = "") -> None:
        super().__init__(name="post-office", daemon=True)
        self.own = own
        self.folder = folder
        self.port = port
        self.loop = asyncio.new_event_loop()
        self.server: asyncio.Server | None = None

    def open(self) -> None:
        """Listen, and begin to serve.

        :raises OSError: when the port cannot be had
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self.server = self.loop.run_until_complete(
            self.loop.create_server(self._session, "127.0.0.1", self.port)
        )
        self.port = self.server.sockets[0].getsockname()[1]
        self.start()

    def run(self) -> None:
        """Serve until stopped."""
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()
        self.loop.run_until_complete(self._end())
        self.loop.close()

    def stop(self) -> None:
        """Close; a mail that is being written is written to its end."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.join(PATIENCE)

    async def _end(self) -> None:
        if self.server is not None:
            self.server.close()
        sessions = asyncio.all_tasks() - {asyncio.current_task()}
        for session in sessions:
            session.cancel()
        await asyncio.gather(*sessions, return_exceptions=True)
        await self.loop.shutdown_default_executor()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Write the mail to a file, or bring it to our own door; only then say yes."""
        if self.own in {address.lower() for address in envelope.rcpt_tos}:
            return await asyncio.to_thread(_brought_home, envelope)
        name = f"{now():%Y%m%d-%H%M%S}-{token_hex(3)}.eml"
        await asyncio.to_thread((self.folder / name).write_bytes, bytes(envelope.original_content or b""))
        return f"250 2.0.0 Ok: kept as {name}"

    def _session(self) -> SMTP:
        return SMTP(self, enable_SMTPUTF8=True, hostname="post.odzew.localhost", loop=self.loop)


def _brought_home(envelope: Envelope) -> str:
    host, _colon, port = settings.SMTP_PROBE.rpartition(":")
    try:
        with smtplib.SMTP(host, int(port), timeout=PATIENCE) as door:
            letter = bytes(envelope.original_content or b"")
            door.sendmail(envelope.mail_from or "", envelope.rcpt_tos, letter)
    except (smtplib.SMTPException, OSError) as error:
        return f"451 4.4.1 The door of the desk does not take it: {' '.join(str(error).split())[:200]}"
    return "250 2.0.0 Ok: brought to the door of the desk"


def open_for_demo(port: int = 0) -> PostOffice | None:
    """Open a post office for the demo's mailbox, and let the mailbox send by it; None without a demo.

    A mailbox that was given a server of its own is left alone.

    :raises OSError: when the port cannot be had
    """
    account = Account.objects.filter(settings__smtp__demo=True).first()
    if account is None:
        return None
    office = PostOffice(settings.DATA / "sent", port, account.address)
    office.open()
    account.settings["smtp"]["port"] = office.port
    account.save(update_fields=["settings"])
    return office


def line_to_try(mailbox: str, host: str, port: int) -> str:
    """Return a line for a shell that sends a mail into the desk, a new one each time it is run."""
    letter = (
        f"From: Ann <ann@mail.example>\\nTo: {mailbox}\\nSubject: Light wind\\nMessage-ID: '+u.make_msgid()+'"
    )
    words = (
        "\\n\\nGood morning. Does the Rybitwa kite fly in light wind? And do you have it in red?\\n\\nAnn\\n"
    )
    send = f"smtplib.SMTP('{host}',{port}).sendmail('ann@mail.example','{mailbox}','{letter}{words}')"
    return f'python3 -c "import smtplib,email.utils as u;{send}"'
