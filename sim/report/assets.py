"""What is packed into the page: the chart library of the installed plotly wheel, data, style and script, and the policy that locks it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).with_name("assets")
PARTS = ("state", "unpack", "figures", "tables", "rows", "twins", "page", "grid")
"""Files of the script; a part may use what any other declares once the page has started."""


def text(name: str) -> str:
    """Return a file of ``assets/``."""
    return (ASSETS / name).read_text(encoding="utf-8")


@cache
def script() -> str:
    """Return the script of the page: the files of ``assets/script/`` as one closed scope, `PARTS` in their order."""
    parts = "\n".join(text(f"script/{name}.js") for name in PARTS)
    return f'"use strict";\n(() => {{\n{parts}\nstart();\n}})();\n'


@cache
def chart_library() -> str:
    """Return plotly.js of the installed plotly, gzipped and in base64 (about 2 MB); the same wheel gives the same text."""
    return _pack((files("plotly") / "package_data" / "plotly.min.js").read_bytes())


def pack(data: dict[str, Any]) -> str:
    """Return data as JSON, gzipped and in base64: no character of it can be read as markup."""
    return _pack(json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode())


def _pack(raw: bytes) -> str:
    return base64.b64encode(gzip.compress(raw, 9, mtime=0)).decode("ascii")


def content_policy(script: str) -> str:
    """Return the content security policy: this one script, the chart library it unpacks (a blob), and no request to anywhere.

    Styles are not hashed because plotly.js writes style attributes; everything that users name is escaped by the template.
    """
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    return (
        f"default-src 'none'; script-src 'sha256-{digest}' blob:; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )
