"""Text of somebody else, safe to print: what would steer a terminal, or turn a line around, is written out instead of sent."""

from __future__ import annotations

import re

MOST = 2_000
"""Characters of one line of a message; the middle of a longer one is left out."""
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
"""Control characters (C0 and C1, without tab and line feed), marks that change the direction of writing, and half characters."""


def visible(text: str) -> str:
    r"""`text` with every character of `UNSEEN` written as an escape.

    >>> visible("\x1b[31mred\x07"), visible("caf\u00e9\n")
    ('\\x1b[31mred\\x07', 'café\n')
    """
    return UNSEEN.sub(lambda found: _escape(found.group()), text)


def message(text: str) -> str:
    """`visible`, with lines cut to `MOST` characters."""
    return "\n".join(shortened(line, MOST) for line in visible(text).split("\n"))


def shortened(text: str, most: int) -> str:
    """The beginning and the end of a text that is longer than `most`.

    >>> shortened("a" * 100, 20)
    'aaaaaaaa ... aaaaaaa'
    """
    if len(text) <= most:
        return text
    left = (most - 4) // 2
    return f"{text[:left]} ... {text[len(text) - (most - 5 - left) :]}"


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
