"""A Dovecot of our own: IMAP and IMAPS over the mailboxes of a folder, without any right of root."""

import base64
import hmac
import json
import secrets
import subprocess
import time
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
auth_mechanisms = plain login xoauth2 oauthbearer
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
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/dovecot-tokens.conf
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%u {users}/%u
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={mail}/%u
}}
"""

TOKENS = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/tokens/
username_attribute = sub
"""


class Dovecot:
    """One server; `imap_port` also speaks STARTTLS, `imaps_port` TLS from the first byte.

    Who has a mailbox signs in by its password (PLAIN, LOGIN) or by a token (XOAUTH2, OAUTHBEARER).
    """

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
                folder=boxes.folder, run=boxes.folder / "run", log=self._log,
                user=user, group=group, mail=boxes.mail,
                users=boxes.users, certificate=boxes.certificate, key=boxes.key,
                imap_port=self.imap_port, imaps_port=self.imaps_port,
            )
        )  # fmt: skip
        self._key = secrets.token_bytes(32)
        self._trust_tokens()

    def token(self, address: str, *, seconds: int = 3600) -> str:
        """Return an access token (RFC 7519) for a mailbox; one of negative seconds has run out."""
        moment = int(time.time())
        claims = {"sub": address, "iat": moment - 7200, "nbf": moment - 7200, "exp": moment + seconds}
        signed = ".".join(
            _base64url(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims)
        )
        return f"{signed}.{_base64url(hmac.digest(self._key, signed.encode(), 'sha256'))}"

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
            process.stop(self._running, seconds=1)  # it would wait long for who is connected

    def log(self) -> str:
        """Return what the server wrote into its log."""
        return self._log.read_text(errors="replace")

    def _trust_tokens(self) -> None:
        (self._folder / "dovecot-tokens.conf").write_text(TOKENS.format(folder=self._folder))
        key = self._folder / "tokens" / "default" / "HS256" / "default"
        key.parent.mkdir(parents=True, exist_ok=True)
        key.write_bytes(base64.b64encode(self._key))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@contextmanager
def dovecot(boxes: Mailboxes) -> Iterator[Dovecot]:
    """Lend a running Dovecot."""
    lent = Dovecot(boxes)
    try:
        lent.start()
        yield lent
    finally:
        lent.stop()
