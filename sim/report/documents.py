"""What the dashboard shows of the documents of the model (`sim.docs`): in English, once for both languages, packed with the data.

The rest is left to ``sim docs``: all parameters stand on the page already, and the submodels would make it too large to mail.
"""

from __future__ import annotations

from functools import cache

from sim.report.words import words

SHOWN: dict[str, tuple[str, ...]] = {
    "purpose": ("odd_1_purpose",),
    "month": ("odd_3_overview",),
    "state": ("odd_2_entities",),
    "concepts": ("odd_4_concepts",),
    "trace": ("trace",),
    "provenance": ("provenance",),
}
"""Parts of the page, each with the files of text (``sim/docs/text``) that it is made of; their names are ``docs.parts.NAME``."""


@cache
def documents() -> dict[str, str]:
    """HTML of every part; without ids, since the page may hold it once in each language. All that stands in it is escaped."""
    from sim.docs.html import render
    from sim.docs.library import environment, part

    templates, button = environment(), words("en")("page.csv")
    return {
        name: render("\n\n".join(part(templates, text) for text in texts), f"model-{name}", button=button).markup
        for name, texts in SHOWN.items()
    }


@cache
def lines() -> list[str]:
    """What happens in a month, a sentence for each line, for who reads without script."""
    from sim.docs.source import month

    return [line.title for line in month()]
