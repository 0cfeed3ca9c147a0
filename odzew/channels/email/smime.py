"""The mail inside an opaque S/MIME signature, read without judging the signature (RFC 8551 §3.5.2, RFC 5652).

Outlook sends such mail when told not to sign in clear text; the customer's words stand inside.
"""

_SIGNED = bytes.fromhex("2a864886f70d010702")
_MAX_NESTING = 12
_OCTETS, _OCTETS_IN_PIECES, _CONTENT, _END = 0x04, 0x24, 0xA0, 0x00

Element = tuple[int, int, int]  # tag, where the value begins, where it ends


def content(data: bytes) -> bytes:
    """Return the signed content, empty when there is none to read."""
    try:
        outer = _children(data, _first(data))
        if data[outer[0][1] : outer[0][2]] != _SIGNED:
            return b""
        signed = _children(data, _children(data, outer[1])[0])
        wrapped = _children(data, signed[2])
        return _octets(data, _children(data, wrapped[1])[0]) if wrapped[1][0] == _CONTENT else b""
    except (IndexError, ValueError):
        return b""


def _first(data: bytes) -> Element:
    """Return the element the data begins with."""
    return _element(data, 0, len(data), 0)[0]


def _element(data: bytes, at: int, limit: int, nesting: int) -> tuple[Element, int]:
    """Return the element at a place and where the next begins (X.690 §8.1).

    :raises ValueError: when it does not fit its surroundings.
    """
    tag, length = data[at], data[at + 1]
    begin = at + 2
    if length == 0x80:
        end = _end(data, begin, limit, nesting)
        return (tag, begin, end), end + 2
    if length > 0x80:
        width = length & 0x7F
        length = int.from_bytes(data[begin : begin + width], "big")
        begin += width
    if begin + length > limit:
        raise ValueError("an element reaches out of its surroundings")
    return (tag, begin, begin + length), begin + length


def _end(data: bytes, at: int, limit: int, nesting: int) -> int:
    """Return where an element of unsaid length ends: at two zero bytes."""
    if nesting > _MAX_NESTING:
        raise ValueError("the elements nest too deeply")
    while data[at] != _END or data[at + 1] != 0:
        at = _element(data, at, limit, nesting + 1)[1]
    return at


def _children(data: bytes, parent: Element) -> list[Element]:
    """Return the elements within an element."""
    out: list[Element] = []
    _, at, end = parent
    while at < end:
        child, at = _element(data, at, end, 0)
        out.append(child)
    return out


def _octets(data: bytes, element: Element) -> bytes:
    """Return a string of bytes, which may come in pieces."""
    tag, begin, end = element
    if tag == _OCTETS:
        return data[begin:end]
    if tag != _OCTETS_IN_PIECES:
        raise ValueError("not a string of bytes")
    return b"".join(data[piece[1] : piece[2]] for piece in _children(data, element) if piece[0] == _OCTETS)
