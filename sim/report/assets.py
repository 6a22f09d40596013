"""What is packed into the page: the chart library of the installed plotly wheel, data, style and script, and the policy that locks it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).with_name("assets")
PARTS = (
    "state", "choices", "address", "unpack", "figures", "multiples", "tables", "rows", "twins", "csv", "layout", "page",
    "series", "grid", "numbers", "titles", "scenarios", "over_time", "documents",
)  # fmt: skip
"""Files of the script; a part may use what any other declares once the page has started."""
TO_PAGE = str.maketrans("<>&", ",:.")
FROM_PAGE = str.maketrans(",:.", "<>&")
"""Base 85 (RFC 1924) without the three marks of HTML. Five letters hold four bytes, where base 64 needs five and a third: the page is a
sixteenth smaller."""


def text(name: str) -> str:
    """Return a file of ``assets/``."""
    return (ASSETS / name).read_text(encoding="utf-8")


@cache
def script() -> str:
    """Return the script of the page: the files of ``assets/script/`` as one closed scope, `PARTS` in their order."""
    parts = "\n".join(text(f"script/{name}.js") for name in PARTS)
    return f'"use strict";\n(() => {{\n{parts}\nstart().catch((error) => {{\n  withoutCharts();\n  throw error;\n}});\n}})();\n'


@cache
def library_text() -> str:
    """Return plotly.js of the installed plotly (4.8 MB); the same wheel gives the same text."""
    return (files("plotly") / "package_data" / "plotly.min.js").read_bytes().decode("utf-8")


@cache
def chart_library() -> str:
    """Return plotly.js, gzipped and in letters (1.8 MB)."""
    return _pack(library_text().encode())


@cache
def unwanted_styles() -> list[str]:
    """Ids of the style sheets that plotly.js brings for maps: an empty element of that id in the page keeps each out of it."""
    return sorted(set(re.findall(r'document\.getElementById\("([0-9a-f]{64})"\)', library_text())))


def pack(data: dict[str, Any]) -> str:
    """Return data as JSON, gzipped and in letters: no character of it can be read as markup."""
    return _pack(json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode())


def unpack(packed: str) -> bytes:
    """Return what was packed into a page, as bytes."""
    return gzip.decompress(base64.b85decode(packed.translate(FROM_PAGE)))


def _pack(raw: bytes) -> str:
    return base64.b85encode(gzip.compress(raw, 9, mtime=0)).decode("ascii").translate(TO_PAGE)


@cache
def content_policy(script: str, style: str) -> str:
    """Return the content security policy: this one script, the chart library, this one style sheet, and no request to anywhere.

    What is not named (frames, objects, fonts, media, workers, connections) falls under ``default-src 'none'``. Both scripts are known by
    their hashes, so neither an address nor a blob can bring another. plotly.js fills an empty style element through the CSSOM, hence the
    hash of the empty text, and draws with style attributes, the one thing left open: an attribute can load nothing, since images can only
    be ``data:``; whatever users can name is escaped by the templates. ``frame-ancestors``, ``sandbox`` and ``report-uri`` are not here
    because browsers ignore them in a ``<meta>`` element (https://www.w3.org/TR/CSP3/#meta-element).
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {inline_hash(script)} {inline_hash(library_text())}",
            f"style-src-elem {inline_hash(style)} {inline_hash('')}",
            "style-src-attr 'unsafe-inline'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def inline_hash(text: str) -> str:
    """The source expression of an inline element with this text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"
