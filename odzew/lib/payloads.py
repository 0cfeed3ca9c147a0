"""What other programs send us, checked and proven by a signature."""

import base64
import hashlib
import hmac
from collections.abc import Hashable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, TypeVar, cast

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, TypeAdapter, ValidationError

Headers = Mapping[str, str]
Shape = TypeVar("Shape")


class Unreadable(Exception):
    """What was sent is not what the sender is said to send; the text says what is missing."""


class Forged(Exception):
    """What was sent is not proven to be the sender's."""


def _in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC; one without a zone is UTC, as shops name it `…_gmt`."""
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("In UTC it is of no year from 1 to 9999.") from None


Text = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]
Key = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]
Address = Annotated[str, StringConstraints(max_length=320, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$")]
Moment = Annotated[datetime, AfterValidator(_in_utc)]
Number = Annotated[int, Field(ge=0, lt=2**63)]  # of a row there; longer ones fit no key of ours
Count = Annotated[int, Field(ge=1, le=1_000_000)]


class Part(BaseModel):
    """A part of what is sent; what we have no use for is left out."""


def read(shape: type[Shape] | Any, body: bytes) -> Shape:
    """Return what was sent, checked.

    :raises Unreadable: with the place and the fault of each
    """
    try:
        found: Shape = _adapter(cast(Hashable, shape)).validate_json(body)
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:5])
        raise Unreadable("; ".join(faults)) from None
    return found


@cache
def _adapter(shape: Hashable) -> TypeAdapter[Any]:
    # Made once: to make one of a union takes ten times as long as to read with it.
    return TypeAdapter(cast(Any, shape))


def digest(*said: bytes) -> str:
    """Return what a call is known again by, whatever its sender calls it: SHA-256 of its words."""
    return hashlib.sha256(b"\n".join(said)).hexdigest()


def prove(given: str, key: bytes, said: bytes, by: str = "sha256") -> None:
    """Compare a signature with ours, an HMAC in Base64, in constant time; `by` is its hash.

    :raises Forged: when they differ
    """
    ours = base64.b64encode(hmac.new(key, said, by).digest())
    if not hmac.compare_digest(ours, given.encode("utf-8", "replace")):
        raise Forged("The signature is not that of the secret kept here.")
