"""Browsers that are to be pushed to, and what waits to be pushed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from django.conf import settings
from django.db import models, transaction

from odzew.lib import outward, sealing, webpush
from odzew.notices.models import Notice
from odzew.staff.models import Person
from odzew.staff.sessions import SignedIn

LONGEST_ADDRESS = 2_000  # characters
MOST = 10  # browsers a person; the oldest gives way
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class BadBrowser(Exception):
    """A browser cannot be pushed to; the text says why."""


class VapidKey(models.Model):
    """The one key by which push services know this desk, sealed."""

    sealed = models.TextField()

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return "the key of this desk"


class Browser(models.Model):
    """One browser of a person. It is forgotten when she signs out there, wherever that is done."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    seat = models.ForeignKey(SignedIn, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64, unique=True)
    # Address, public key and secret; whoever knows the three can push to her.
    sealed = models.TextField()
    made_at = models.DateTimeField()
    # Whoever sends moves this on first, so that nobody else does; after a failure, and between two.
    free_at = models.DateTimeField(default=LONG_AGO)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        app_label = "odzew"

    def __str__(self) -> str:
        return f"of {self.person_id}"

    def opened(self) -> "Line":
        """Return where and for whom to push.

        :raises CannotOpen: when the secret key of the desk is another one now
        """
        said = sealing.open_json(self.sealed, settings.SECRET_KEY)
        return Line(said["endpoint"], webpush.Receiver.read(said["public"], said["secret"]))


@dataclass(frozen=True, slots=True)
class Line:
    """Where a push service takes pushes for a browser, and whom they are sealed for."""

    endpoint: str
    receiver: webpush.Receiver


class Push(models.Model):
    """One notice that waits to be pushed to one browser. It is gone when it was, or need not be."""

    browser = models.ForeignKey(Browser, on_delete=models.CASCADE, related_name="waiting", db_index=False)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="+")
    next_at = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "odzew"
        constraints = [models.UniqueConstraint(fields=["browser", "notice"], name="push_once")]

    def __str__(self) -> str:
        return f"{self.notice_id} to {self.browser_id}"


@transaction.atomic
def keep(seat: SignedIn, endpoint: str, public: str, secret: str, now: datetime) -> Browser:
    """Push to this browser from now on; one that was another's is hers now.

    :raises BadBrowser: when what it says of itself cannot be used
    """
    if len(endpoint) > LONGEST_ADDRESS or not outward.is_https(endpoint):
        raise BadBrowser("The address for pushes must begin with https://.")
    try:
        webpush.Receiver.read(public, secret)
    except webpush.BadKey as error:
        raise BadBrowser(str(error)) from error
    said = {"endpoint": endpoint, "public": public, "secret": secret}
    told = {"person_id": seat.person_id, "seat": seat, "made_at": now, "tries": 0, "free_at": LONG_AGO}
    told["sealed"] = sealing.seal_json(said, settings.SECRET_KEY)
    key = key_of(endpoint)
    Browser.objects.filter(key=key).exclude(person=seat.person_id).delete()  # and what waited for another
    row, _made = Browser.objects.update_or_create(key=key, defaults=told)
    older = Browser.objects.filter(person=seat.person_id).order_by("-made_at", "-pk")[MOST:]
    Browser.objects.filter(pk__in=[one.pk for one in older]).delete()
    return row


def key_of(endpoint: str) -> str:
    """Return by what a browser is known, without the address itself."""
    return sha256(endpoint.encode()).hexdigest()


def wait(notices: Iterable[Notice], now: datetime) -> None:
    """Let notices wait to be pushed to every browser of their people."""
    rows = list(notices)
    if not rows:
        return
    browsers = Browser.objects.filter(person__in={row.person_id for row in rows})
    hers: dict[int, list[int]] = {}
    for number, person in browsers.values_list("pk", "person"):
        hers.setdefault(person, []).append(number)
    Push.objects.bulk_create(
        [Push(browser_id=n, notice=row, next_at=now) for row in rows for n in hers.get(row.person_id, [])],
        ignore_conflicts=True,
    )


def own_key() -> str:
    """Return the private key of this desk; it is made when it is first needed.

    After the secret key of the desk was changed it is a new one, and all browsers are forgotten.
    """
    row = VapidKey.objects.first() or _made()
    try:
        return str(sealing.open_json(row.sealed, settings.SECRET_KEY)["private"])
    except sealing.CannotOpen:
        with transaction.atomic():
            Browser.objects.all().delete()
            VapidKey.objects.filter(pk=row.pk, sealed=row.sealed).delete()
        return str(sealing.open_json(_made().sealed, settings.SECRET_KEY)["private"])


def _made() -> VapidKey:
    sealed = sealing.seal_json({"private": webpush.new_key()}, settings.SECRET_KEY)
    VapidKey.objects.bulk_create([VapidKey(pk=1, sealed=sealed)], ignore_conflicts=True)
    return VapidKey.objects.get(pk=1)  # the first one's, if two made one
