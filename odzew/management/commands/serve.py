"""odzew serve: the whole desk in one process."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from odzew.management import start
from odzew.management.command import Command as Base, listen, must_answer
from odzew.management.engine import Engine


class Command(Base):
    """Runs web, worker and SMTP door in one process."""

    help = "Start the desk: web, worker and SMTP door in one process."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take ports, and whether to start empty."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--smtp-port", type=int, default=2525)
        parser.add_argument(
            "--empty", action="store_true", help="no demo: one administrator, one team, always open"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Start everything, and stop it in order."""
        settings.SMTP_ANY_RECIPIENT |= options["empty"]
        if "ODZEW_URL" not in os.environ:
            settings.SITE_URL = f"http://{options['host']}:{options['port']}"
        if "ODZEW_SMTP_PROBE" not in os.environ:
            settings.SMTP_PROBE = f"{_reached(settings.SMTP_HOST)}:{options['smtp_port']}"
        web = listen(options["host"], options["port"], "--port")
        listen(settings.SMTP_HOST, options["smtp_port"], "--smtp-port").close()
        must_answer()
        start.prepare_database()
        sign_in = start.empty_desk() if options["empty"] else self._demo()
        engine = Engine()
        try:
            self._open_post_office(engine)
            engine.work(alone=True)
            engine.smtp(settings.SMTP_HOST, options["smtp_port"])
            self._greet(sign_in, options)
            engine.web(web)
        finally:
            engine.stop()
            web.close()

    def _demo(self) -> start.SignIn | None:
        from odzew.demo import firm

        made = firm.found()
        return start.SignIn(made.email, made.password) if made else None

    def _open_post_office(self, engine: Engine) -> None:
        from odzew.demo import post_office

        office = post_office.open_for_demo()
        if office is not None:
            engine.stops.append(office.stop)

    def _greet(self, sign_in: start.SignIn | None, options: dict[str, Any]) -> None:
        address = f"http://{options['host']}:{options['port']}/"
        self.stdout.write(f"Odzew is ready: {address}  (mail: {settings.SMTP_HOST}:{options['smtp_port']})")
        if sign_in:
            self.stdout.write(f"Sign in as {sign_in.email} with the password {sign_in.password}")
        else:
            self.stdout.write(
                f"Password lost? odzew changepassword {start.an_administrator()} --data {settings.DATA}"
            )
        self._greet_demo(options["smtp_port"])
        self.stdout.flush()

    def _greet_demo(self, port: int) -> None:
        from odzew.demo import firm, post_office

        if firm.is_there():
            self.stdout.write(
                f"A demo firm is at work here; what it sends is kept in {settings.DATA / 'sent'}."
            )
            self.stdout.write("Send it a mail, in another terminal, and look at Today:")
            self.stdout.write(post_office.line_to_try(firm.MAILBOX, settings.SMTP_HOST, port))


def _reached(host: str) -> str:
    """Return the address under which a door that listens on `host` is reached from here."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104  no door is opened by it
