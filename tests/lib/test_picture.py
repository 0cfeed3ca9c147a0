"""Pictures are shown with nothing in them but the picture, or not at all."""

import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given, strategies as some

from odzew.lib import picture

FOLDER = Path(__file__).parent / "pictures"
GOOD = ["words.png", "words.jpg", "progressive.jpg", "words.webp", "lossless.webp"]
PNG = (FOLDER / "words.png").read_bytes()


def content(name):
    return (FOLDER / name).read_bytes()


def png(width, height, pixels, depth=8, colour=0, interlaced=0):
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(pixels)), (b"IEND", b"")]
    return PNG[:8] + b"".join(picture._png_part(*part) for part in parts)


@pytest.mark.parametrize("name", GOOD)
def test_what_is_no_part_of_the_picture_is_left_out(name):
    told = picture.read(content(name) + b"<script>alert(1)</script>")

    assert (told.kind, told.width, told.height) == (name.partition(".")[2].replace("jpg", "jpeg"), 24, 16)
    for more in (b"secret", b"Exif", b"script", b"tEXt"):
        assert more not in told.content
    assert picture.read(told.content) == told


def test_the_words_were_there_before():
    assert all(b"secret words" in content(name) for name in ("words.png", "words.jpg", "words.webp"))


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"GIF89a" + bytes(40),
        content("animated.webp"),
        PNG[:-12],
        PNG.replace(b"IDAT", b"IDAX"),
        PNG[:40] + b"\0\0" + PNG[42:],
        png(2, 2, bytes(5)),  # a pixel is missing
        png(2, 2, bytes(7)),  # one too many
        png(0, 2, b""),
        png(2, 2, bytes(6), interlaced=1),
        png(2, 2, bytes(6), colour=5),
        png(1500, 1500, bytes(100)),
        content("words.jpg")[:-2],
        b"\xff\xd8\xff\xd9",
    ],
)
def test_what_is_no_whole_picture_is_refused(bad):
    with pytest.raises(picture.NoPicture):
        picture.read(bad)


def test_what_is_too_large_is_refused():
    for large in (bytes(picture.BYTES + 1), png(picture.SIDE + 1, 1, b"")):
        with pytest.raises(picture.TooLarge):
            picture.read(large)


def test_a_picture_that_opens_into_very_much_is_not_opened_further():
    with pytest.raises(picture.NoPicture):
        picture.read(png(2, 2, bytes(20_000_000)))


@given(some.sampled_from(GOOD), some.integers(0, 700), some.binary(max_size=6), some.integers(0, 6))
def test_whatever_stands_there_it_is_a_picture_or_refused(name, at, more, gone):
    whole = content(name)
    try:
        told = picture.read(whole[:at] + more + whole[at + gone :])
    except (picture.NoPicture, picture.TooLarge):
        return

    assert picture.read(told.content) == told
