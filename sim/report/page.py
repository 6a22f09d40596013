"""The page in one language: its sections, what the template shows, and what the script needs."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from jinja2 import Environment

from sim.analysis.contrast import ScenarioResult
from sim.report.facts import Facts
from sim.report.findings import Findings
from sim.report.numbers import Numbers
from sim.report.section import PARTS, Section
from sim.report.sections import ORDER
from sim.report.words import Words, words


class Page:
    """The page in one language."""

    def __init__(self, language: str, facts: Facts, templates: Environment) -> None:
        self.words: Words = words(language)
        self.numbers = Numbers(self.words)
        self.facts, self.templates = facts, templates
        self.findings = Findings(self.words, self.numbers, facts.comparison)
        in_order = sorted(ORDER, key=lambda section: PARTS.index(section.part))
        self.sections: list[Section] = [section(self) for section in in_order if section.shown(facts)]

    # --- what sections share --------------------------------------------------------------------------------------------------------
    @cached_property
    def labels(self) -> dict[str, str]:
        """Label of every scenario by name."""
        return {name: self.findings.label(name) for name in self.facts.ids}

    @property
    def separators(self) -> str:
        """Marks of decimals and thousands, as Plotly wants them."""
        return self.words("decimal") + self.words("thousands")

    @property
    def source(self) -> str:
        """What stands under every chart."""
        return self.words("sources.chart", version=self.facts.comparison.frames.runs[0].record.get("version"))

    @property
    def scenarios(self) -> list[tuple[str, str]]:
        """Id and label of the scenarios that have an effect."""
        return [(self.facts.ids[result.name], result.label[self.words.language]) for result in self.facts.results]

    @property
    def everyone(self) -> list[tuple[str, str]]:
        """Id and label of all scenarios, the baseline first."""
        return [(sid, self.labels[name]) for name, sid in self.facts.ids.items()]

    def reference(self, result: ScenarioResult) -> str:
        """What a scenario is compared with, when that is not the baseline."""
        return "" if result.against == self.facts.comparison.baseline else self.labels[result.against]

    def reference_heading(self) -> str:
        """What stands above the levels that scenarios are compared with."""
        return self.words("over_time.reference" if any(map(self.reference, self.facts.results)) else "over_time.baseline")

    def table(self, table: dict[str, Any], corner: str, caption: str) -> str:
        """Return a table as HTML, with `corner` above its rows' names."""
        return self.fragment("table", table=table, corner=corner, caption=caption)

    def fragment(self, template: str, **values: Any) -> str:
        """Return a piece of the page as HTML."""
        return self.templates.get_template(f"{template}.html.j2").render(say=self.words, **values)

    # --- what it is made into -------------------------------------------------------------------------------------------------------
    @property
    def title(self) -> str:
        """Title of the document."""
        return self.words("page.title", question=self.findings.question())

    def context(self) -> dict[str, Any]:
        """Return what the template needs."""
        return {
            "language": self.words.language,
            "say": self.words,
            "source": self.source,
            "parts": self._parts(),
            "sections": [(section.name, section.context()) for section in self.sections],
        }

    def _parts(self) -> list[dict[str, Any]]:
        """Return the contents: the title of every part, with name and title of its sections."""
        parts = []
        for part in PARTS:
            mine = [(section.name, section.label()) for section in self.sections if section.part == part]
            if mine:
                parts.append({"title": self.words(f"parts.{part}"), "sections": mine})
        return parts

    def payload(self) -> dict[str, Any]:
        """Return what the page's script needs in this language."""
        return {
            "title": self.title,
            **{
                what: {key: value for section in self.sections for key, value in getattr(section, what)().items()}
                for what in ("texts", "chart_words", "fragments", "columns", "figures")
            },
        }
