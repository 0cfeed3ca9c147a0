"""Lines of format=flowed text joined to paragraphs again (RFC 3676)."""

import re

_QUOTE = re.compile(r">*")


def unflow(text: str, *, delsp: bool = False) -> str:
    """Return the text with soft line breaks undone; ``delsp``: the blank before a soft break goes too.

    >>> unflow("one \\ntwo\\nthree\\n-- \\nme")
    'one two\\nthree\\n-- \\nme'
    """
    lines: list[list[str]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        depth = len(_QUOTE.match(line)[0])  # type: ignore[index]  # The pattern matches the empty string too.
        content = line[depth:].removeprefix(" ")
        soft = content.endswith(" ") and content != "-- "
        piece = content[:-1] if soft and delsp else content
        if open_depth == depth and content != "-- ":
            lines[-1].append(piece)
        else:
            lines.append([">" * depth + " " if depth else "", piece])
        open_depth = depth if soft else None
    return "\n".join("".join(pieces) for pieces in lines)
