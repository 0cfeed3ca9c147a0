"""A Dovecot of our own: IMAP and IMAPS over the mailboxes of a folder, without any right of root."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers import process
from tests.servers.mailboxes import Mailboxes

CONFIGURATION = """
base_dir = {run}
state_dir = {run}
log_path = {log}
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{mail}/%u
mail_max_userip_connections = 100
maildir_very_dirty_syncs = no
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {users}/%u
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={mail}/%u
}}
"""


class Dovecot:
    """One server; `imap_port` also speaks STARTTLS, `imaps_port` TLS from the first byte."""

    def __init__(self, boxes: Mailboxes) -> None:
        self.imap_port, self.imaps_port = process.free_ports(2)
        self.certificate = boxes.certificate
        self._folder = boxes.folder
        self._log = boxes.folder / "dovecot.log"
        self._configuration = boxes.folder / "dovecot.conf"
        self._running: subprocess.Popen[bytes] | None = None
        user, group = process.user_and_group()
        self._configuration.write_text(
            CONFIGURATION.format(
                run=boxes.folder / "run", log=self._log, user=user, group=group, mail=boxes.mail,
                users=boxes.users, certificate=boxes.certificate, key=boxes.key,
                imap_port=self.imap_port, imaps_port=self.imaps_port,
            )
        )  # fmt: skip

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        self._running = process.start(
            process.program("dovecot"), "-F", "-c", self._configuration,
            log=self._folder / "dovecot-start.log",
        )  # fmt: skip
        process.wait_for_port(self.imap_port, log=self._log)

    def stop(self) -> None:
        """Stop the server; its mailboxes stay."""
        if self._running:
            process.stop(self._running)

    def log(self) -> str:
        """Return what the server wrote into its log."""
        return self._log.read_text(errors="replace")


@contextmanager
def dovecot(boxes: Mailboxes) -> Iterator[Dovecot]:
    """Lend a running Dovecot."""
    lent = Dovecot(boxes)
    try:
        lent.start()
        yield lent
    finally:
        lent.stop()
