"""HTML of the documents' Markdown: tables in boxes that scroll, names of rows as headings, ids for the contents. Nothing in it can run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

BREAKS = re.compile(r"[_./](?=\w)")
"""Where a name of the code may go on on the next line."""


@dataclass(frozen=True)
class Heading:
    """A heading in a document: level (1 is the title), id in the page, text."""

    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Html:
    """A document, or a part of one: markup and headings."""

    markup: str
    headings: tuple[Heading, ...]


@cache
def parser() -> MarkdownIt:
    """Markdown with tables; HTML in it is text."""
    made = MarkdownIt("commonmark", {"html": False}).enable("table")
    for name, rule in RULES.items():
        made.add_render_rule(name, rule)
    return made


def render(markdown: str, prefix: str, *, lower: int = 1, button: str = "") -> Html:
    """A document as HTML.

    Parameters
    ----------
    prefix : begins every id. lower : levels by which headings go down: the title of a document is no title of the page.
    button : what stands on a button for the file of a table, for a page whose script listens to it (``data-csv``); such a page may show
        the text twice, so there are no ids then.
    """
    tokens = parser().parse(markdown)
    headings: list[Heading] = []
    _mark(tokens, prefix, lower, headings)
    if button:
        for token in tokens:
            token.attrs.pop("id", None)
    env = {"csv": prefix, "button": escape(button)} if button else {}
    return Html(str(parser().renderer.render(tokens, parser().options, env)), tuple(headings))


def _mark(tokens: list[Token], prefix: str, lower: int, headings: list[Heading]) -> None:
    """Give headings their level and id, and tables their box, heading cells and name."""
    taken: set[str] = set()
    name, in_body, at_first = "", False, False
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            level, name = int(token.tag[1]), _words(tokens[at + 1])
            identity = _free(f"{prefix}-{_slug(name)}", taken)
            headings.append(Heading(level, identity, name))
            token.attrSet("id", identity)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + lower, 6)}"
        if token.type == "fence":
            token.attrSet("tabindex", "0")
        token.meta["name"] = name
        in_body = (in_body or token.type == "tbody_open") and token.type != "tbody_close"
        at_first = token.type == "tr_open" or (at_first and token.type != "td_close")
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if in_body and token.type in ("td_open", "td_close"):
            is_first = (token.type == "td_close" and tokens[at - 2].tag == "th") or (token.type == "td_open" and at_first)
            if is_first:
                token.tag = "th"
            if is_first and token.type == "td_open":
                token.attrSet("scope", "row")


def _words(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [])


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _free(identity: str, taken: set[str]) -> str:
    """An id that no heading before has."""
    found = next(name for name in _numbered(identity) if name not in taken)
    taken.add(found)
    return found


def _numbered(identity: str) -> Iterator[str]:
    yield identity
    n = 2
    while True:
        yield f"{identity}-{n}"
        n += 1


def _table_open(renderer: object, tokens: list[Token], at: int, options: object, env: dict[str, Any]) -> str:
    """A table in its box, named by the heading above it, with its first column as class. A group: a page of landmarks would have none."""
    first = next(_words(token) for token in tokens[at:] if token.type == "inline")
    name = escape(tokens[at].meta["name"])
    return f'<div class="scroll" tabindex="0" role="group" aria-label="{name}">\n<table class="by-{_slug(first)}">\n'


def _table_close(renderer: object, tokens: list[Token], at: int, options: object, env: dict[str, Any]) -> str:
    """The end of a table; with a button for its file where somebody listens to it."""
    env["tables"] = env.get("tables", 0) + 1
    button = (
        f'<button type="button" class="quiet" data-csv="{env["csv"]}-{env["tables"]}">{env["button"]}</button>\n' if "csv" in env else ""
    )
    return f"</table>\n</div>\n{button}"


def _fence(renderer: object, tokens: list[Token], at: int, options: object, env: object) -> str:
    return f'<pre tabindex="0"><code>{escape(tokens[at].content, quote=False)}</code></pre>\n'


def _code(renderer: object, tokens: list[Token], at: int, options: object, env: object) -> str:
    """A name of the code, which may break after its marks and nowhere else."""
    return f"<code>{BREAKS.sub(r'\g<0><wbr>', escape(tokens[at].content, quote=False))}</code>"


RULES = {"table_open": _table_open, "table_close": _table_close, "fence": _fence, "code_inline": _code}
