"""The file itself: markup, style, script, data and chart library in one, in all languages, opening in one of them.

The body in the opening language stands in the file as markup, for who reads without script; the others are packed with the data and
unpacked when they are asked for, which makes the file a fifth of a megabyte smaller.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sim.config.errors import unknown
from sim.report import assets, theme
from sim.report.words import LANGUAGES, Words, words

TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class Language:
    """A page in one language: what its template needs (with ``language`` and ``say``), and what its script needs (with ``title``)."""

    context: dict[str, Any]
    payload: dict[str, Any]


def check(language: str) -> None:
    """Raise UserError for a language that does not exist."""
    if language not in LANGUAGES:
        raise unknown("language", language, LANGUAGES)


def environment() -> Environment:
    """Return the templates of all pages; what users can name is escaped, and a word that is absent is an error."""
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def render(templates: Environment, body: str, pages: Sequence[Language], language: str, payload: Mapping[str, Any], version: object) -> str:
    """Return the document as text.

    Parameters
    ----------
    body : template of the page, for every language.
    language : in which it opens.
    payload : what the script needs in all languages: ``state`` (first choices), ``data``, and of scenarios ``names`` and ``against``.
    version : of the model.
    """
    toggles = [(page.context["language"], page.context["say"]("language")) for page in pages]
    bodies = {
        page.context["language"]: templates.get_template("frame.html.j2").render(
            page=page.context, say=page.context["say"], id=page.context["language"], toggles=toggles, body=body
        )
        for page in pages
    }
    packed = {
        page.context["language"]: _script_words(page.context["say"])
        | page.payload
        | ({} if page.context["language"] == language else {"body": bodies[page.context["language"]]})
        for page in pages
    }
    products = {page.context["language"]: page.context["say"]("page.product") for page in pages}
    script = assets.script()
    style = theme.css_variables() + theme.page_boxes(products, "{number} / {count}") + assets.text("dashboard.css")
    return templates.get_template("page.html.j2").render(
        language=language,
        title=packed[language]["title"],
        languages=list(bodies),
        body=bodies[language],
        style=style,
        unwanted_styles=assets.unwanted_styles(),
        script=script,
        policy=assets.content_policy(script, f"\n{style}\n"),
        payload=assets.pack({**payload, "config": theme.CONFIG, "pages": packed}),
        library=assets.chart_library(),
        version=version,
        say=words(language),
    )


def _script_words(say: Words) -> dict[str, Any]:
    """What the script itself says and writes, on every page."""
    return {
        "months": say.raw("months"),
        "months_short": say.raw("months_short"),
        "decimal": say("decimal"),
        "copied": say("page.copied"),
        "copy_by_hand": say("page.copy_by_hand"),
    }
