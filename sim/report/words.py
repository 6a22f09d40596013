"""The words of the report by key, in English and Dutch. No sentence for readers stands in the code."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("en", "nl")
MOST_NAMED = 6
"""Names that are listed in one line."""
LOCALE = Path(__file__).with_name("locale")
NO_BREAK = "\N{NO-BREAK SPACE}"


class Words:
    """Words of one language: ``words("nl")("ranking.net")``."""

    def __init__(self, language: str, tree: dict[str, Any]) -> None:
        self.language = language
        self.tree = tree

    def raw(self, key: str) -> Any:
        """Return what stands under a dotted key (text or list); raises KeyError for an unknown key."""
        node: Any = self.tree
        for part in key.split("."):
            if not isinstance(node, dict) or part not in node:
                raise KeyError(f"locale/{self.language}.yaml has no key {key!r}")
            node = node[part]
        return node

    def __call__(self, key: str, **values: object) -> str:
        """Return the text under a dotted key, with `values` filled in."""
        text = self.raw(key)
        if not isinstance(text, str):
            raise KeyError(f"locale/{self.language}.yaml: {key!r} is not a text")
        return text.format_map(values) if values else text

    def listed(self, names: Sequence[str], most: int = MOST_NAMED) -> str:
        """Return names in one line: all when they are few, else the first of them and how many more."""
        shown = ", ".join(names[:most])
        return shown if len(names) <= most else self("balance.and_more", items=shown, n=len(names) - most)

    def metric_label(self, metric: str) -> str:
        """Return the name of a metric, with its group of sectors filled in."""
        family, _, group = metric.partition(".")
        return self(f"metrics.{family}.label", group=self(f"groups.{group}") if group else "")

    def unit(self, unit: str, *, difference: bool = False) -> str:
        """Return the name of a unit, or of the unit in which two levels differ."""
        special = self.tree["differences"].get(unit) if difference else None
        return str(special or self(f"units.{unit}"))


@cache
def words(language: str) -> Words:
    """Return the words of a language, its percent and euro signs kept beside their numbers; KeyError for a language that does not exist."""
    if language not in LANGUAGES:
        raise KeyError(f"no words for language {language!r}; known: {', '.join(LANGUAGES)}")
    text = (LOCALE / f"{language}.yaml").read_text(encoding="utf-8")
    text = text.replace(" %", NO_BREAK + "%").replace("€ ", "€" + NO_BREAK)
    return Words(language, yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
