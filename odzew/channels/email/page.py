"""The HTML of a mail as a page that may be shown: sanitised, with its own pictures (SAFETY P18)."""

import base64
import re
from collections.abc import Sequence

import nh3

from odzew.channels.email import attached, body, mime

PICTURES = 4 * 2**20  # bytes of inline pictures that are put into the page
CID = re.compile(r"""(?i)\bcid:([^"'\s>)]+)""")
CONTROL = re.compile(r"[\x00-\x20]+")
LOOKS = {"style", "align", "valign", "width", "height", "bgcolor", "dir", "lang"}
SAFE_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})


def page(raw: bytes) -> str | None:
    """Return what a mail shows as a page; None when it has no HTML."""
    found = body.collect(mime.split(raw))
    designed = body.join_html(found.pieces)
    return None if designed is None else clean(with_pictures(designed, found.files))


def clean(designed: str) -> str:
    """Return HTML without whatever runs, posts, or leads to where no reader wants to go."""
    attributes = {tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
    attributes.setdefault("*", set()).update(LOOKS)
    return nh3.clean(
        designed,
        tags=nh3.ALLOWED_TAGS | {"font", "center"},
        attributes=attributes,
        attribute_filter=_no_data_links,
        url_schemes={"http", "https", "mailto", "tel", "data"},
        link_rel="noopener noreferrer nofollow",
    )


def _no_data_links(tag: str, attribute: str, value: str) -> str | None:
    # A data: address is for the pictures we put in, never for a link. A browser reads an address
    # without its control characters (WHATWG URL §4.4), so that is how it is looked at.
    is_picture = tag == "img" and attribute == "src"
    return None if CONTROL.sub("", value).lower().startswith("data:") and not is_picture else value


def with_pictures(designed: str, files: Sequence[attached.File]) -> str:
    """Put the pictures that came with the mail where it names them."""
    wanted = {name.lower() for name in CID.findall(designed)}
    found: dict[str, str] = {}
    room = PICTURES
    for picture in files:
        name = picture.content_id.strip("<>").lower()
        if name in wanted and picture.content_type in SAFE_PICTURES and len(picture.data) <= room:
            room -= len(picture.data)
            encoded = base64.b64encode(picture.data).decode()
            found[name] = f"data:{picture.content_type};base64,{encoded}"
    return CID.sub(lambda match: found.get(match[1].lower(), "data:,"), designed)
