"""Lines of format=flowed text joined to paragraphs again (RFC 3676)."""

import re

_QUOTE = re.compile(r">*")


def unflow(text: str, *, delsp: bool = False) -> str:
    """Return the text with soft line breaks undone; ``delsp``: the blank before a soft break goes too.

    >>> unflow("one \\ntwo\\nthree\\n-- \\nme")
    'one two\\nthree\\n-- \\nme'
    """
    out: list[str] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        depth = len(_QUOTE.match(line)[0])  # type: ignore[index]  # The pattern matches the empty string too.
        content = line[depth:].removeprefix(" ")
        soft = content.endswith(" ") and content != "-- "
        if open_depth == depth and content != "-- ":
            out[-1] += content
        else:
            out.append((">" * depth + " " if depth else "") + content)
        if soft and delsp:
            out[-1] = out[-1][:-1]
        open_depth = depth if soft else None
    return "\n".join(out)
