"""All documents in one HTML file that asks nothing of any network and runs nothing: no script at all, one style sheet known by its hash."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import sim
from sim.docs import html
from sim.docs.library import DOCUMENTS, documents
from sim.report import theme
from sim.report.assets import inline_hash
from sim.report.words import LANGUAGES, words

TEMPLATES = Path(__file__).with_name("templates")
DEEPEST = {"odd": 3}
"""Levels of headings in the contents, where a document has more than the second."""


def render(language: str) -> str:
    """The page, with headings of its own in `language`; the documents are in English."""
    say = words(language)
    shown = {name: html.render(text, name) for name, text in documents().items()}
    products = {name: words(name)("page.product") for name in LANGUAGES}
    style = theme.css_variables() + theme.page_boxes(products, "{number} / {count}") + (TEMPLATES / "trust.css").read_text(encoding="utf-8")
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return templates.get_template("trust.html.j2").render(
        say=say, language=language, version=sim.__version__, style=style, policy=content_policy(f"\n{style}\n"),
        documents=[{"name": name, "title": say(f"docs.titles.{name}"), "about": say(f"docs.about.{name}"), "markup": shown[name].markup,
                    "contents": contents(name, shown[name].headings)} for name in DOCUMENTS],
    )  # fmt: skip


def contents(name: str, headings: tuple[html.Heading, ...]) -> list[dict[str, Any]]:
    """Headings of the second level, each with those of the third below it."""
    found: list[dict[str, Any]] = []
    for heading in headings:
        if heading.level == 2:
            found.append({"heading": heading, "below": []})
        elif heading.level == 3 and found and DEEPEST.get(name, 2) >= 3:
            found[-1]["below"].append(heading)
    return found


def content_policy(style: str) -> str:
    """The content security policy: one style sheet and nothing else, no script, no image, no request."""
    return f"default-src 'none'; style-src-elem {inline_hash(style)}; base-uri 'none'; form-action 'none'"
