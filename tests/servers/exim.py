"""An Exim of our own: the mail server of the world outside, without any right of root."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers import process
from tests.servers.mailboxes import Mailboxes, write_table

CONFIGURATION = """
primary_hostname = mail.test
exim_user = {user}
exim_group = {group}
never_users =
deliver_drop_privilege = true
spool_directory = {folder}/spool
log_file_path = {folder}/exim-%slog
pid_file_path = {folder}/exim.pid
local_interfaces = <; [127.0.0.1]:{smtp_port} ; [127.0.0.1]:{submission_port} ; [127.0.0.1]:{smtps_port}
daemon_smtp_ports = {smtp_port}
tls_on_connect_ports = {smtps_port}
tls_advertise_hosts = *
tls_certificate = {certificate}
tls_privatekey = {key}
auth_advertise_hosts = *
acl_smtp_rcpt = rcpt
acl_smtp_data = data
host_lookup =
rfc1413_hosts =
keep_environment =
message_size_limit = 40M
smtp_accept_max = 500
smtp_accept_max_per_connection = 0
smtp_accept_queue_per_connection = 0
queue_run_max = 5
check_spool_space = 0
check_spool_inodes = 0

begin acl

rcpt:
  deny    message = 530 5.7.0 Authentication required
          condition = ${{if and{{{{!eq{{$received_port}}{{{smtp_port}}}}}{{eq{{$authenticated_id}}{{}}}}}}}}
  defer   message = 451 4.7.1 Try again later
          domains = later.test
  accept  domains = bounce.test
  deny    message = 550 5.1.1 No such mailbox
          ! verify = recipient
  accept

data:
  accept

begin routers

# A table, so that a test can send a domain to its own desk.
routed:
  driver = manualroute
  route_data = ${{lookup{{$domain}}lsearch{{{folder}/routes}}}}
  transport = onward
  self = send
  host_find_failed = defer

kept:
  driver = accept
  address_data = ${{lookup{{$local_part@$domain}}lsearch{{{folder}/boxes}}{{$value}}fail}}
  transport = maildir

begin transports

onward:
  driver = smtp
  allow_localhost
  hosts_try_fastopen =
  hosts_try_dane =

maildir:
  driver = appendfile
  directory = $address_data
  maildir_format
  envelope_to_add
  return_path_add
  delivery_date_add

begin retry

* * F,1h,1s

begin authenticators

plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{!eq{{$auth3}}{{}}}}{{eq{{${{lookup{{$auth2}}lsearch{{{folder}/secrets}}}}}}{{$auth3}}}}}}}}
  server_set_id = $auth2
  server_advertise_condition = ${{if def:tls_in_cipher}}

login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if and{{{{!eq{{$auth2}}{{}}}}{{eq{{${{lookup{{$auth1}}lsearch{{{folder}/secrets}}}}}}{{$auth2}}}}}}}}
  server_set_id = $auth1
  server_advertise_condition = ${{if def:tls_in_cipher}}
"""  # noqa: E501


class Exim:
    """One server with three doors, all of them with TLS.

    `smtp_port` takes mail from anybody, as port 25 does; `submission_port` (STARTTLS) and
    `smtps_port` (TLS from the first byte) only from who signs in. An unknown address is refused
    (550), one of bounce.test taken and then bounced, one of later.test put off (451).
    """

    def __init__(self, boxes: Mailboxes) -> None:
        self.smtp_port, self.submission_port, self.smtps_port = process.free_ports(3)
        self.certificate = boxes.certificate
        self._folder = boxes.folder
        self._configuration = boxes.folder / "exim.conf"
        self._running: subprocess.Popen[bytes] | None = None
        self._routes: dict[str, str] = {}
        user, group = process.user_and_group()
        self._configuration.write_text(
            CONFIGURATION.format(
                user=user, group=group, folder=boxes.folder, certificate=boxes.certificate, key=boxes.key,
                smtp_port=self.smtp_port, submission_port=self.submission_port, smtps_port=self.smtps_port,
            )
        )  # fmt: skip
        self._configuration.chmod(0o644)

    def route(self, domain: str, port: int) -> None:
        """Bring the mails of a domain to a port of loopback from now on."""
        self._routes[domain] = f"127.0.0.1::{port} byname"
        write_table(self._folder / "routes", self._routes)

    def start(self) -> None:
        """Start the server with its queue runner and wait until it takes connections."""
        write_table(self._folder / "routes", self._routes)
        command = [process.program("exim4"), "-C", self._configuration, "-bdf", "-q1s"]
        self._running = process.start(*command, log=self._folder / "exim-start.log")
        process.wait_for_port(self.smtp_port, log=self._folder / "exim-start.log")

    def stop(self) -> None:
        """Stop the server; its queue stays."""
        if self._running:
            process.stop(self._running, seconds=1)  # it would wait long for who is connected

    def log(self) -> str:
        """Return what the server wrote into its main log."""
        return (self._folder / "exim-mainlog").read_text(errors="replace")


@contextmanager
def exim(boxes: Mailboxes) -> Iterator[Exim]:
    """Lend a running Exim."""
    lent = Exim(boxes)
    try:
        lent.start()
        yield lent
    finally:
        lent.stop()
