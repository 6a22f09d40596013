"""What a section of the page is: its words, its charts, and what of it follows the reader's choices.

A new section is one file in ``sections/``, one template of the same name in ``templates/sections/``, its words under its own key in both
locale files, and one line in `sim.report.sections.ORDER`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from sim.report.charts import Figure
from sim.report.facts import Facts

PARTS = ("answer", "happens", "trust", "details")
"""The parts of the page, in their order; their headings are ``parts.NAME`` in the locale files."""

if TYPE_CHECKING:
    from sim.report.page import Page


class Section:
    """One section of the page in one language; what it has nothing of stays empty.

    Attributes
    ----------
    name : of its template, and of its words (``sections.NAME``: what it is called above it and in the contents); unique.
    part : of the page in which it stands, one of `PARTS`.
    of_effects : whether it has nothing to show where scenarios have levels only.
    """

    name: ClassVar[str]
    part: ClassVar[str] = "happens"
    of_effects: ClassVar[bool] = False

    def __init__(self, page: Page) -> None:
        self.page, self.facts, self.comparison = page, page.facts, page.facts.comparison
        self.words, self.numbers, self.findings = page.words, page.numbers, page.findings

    # --- what all languages share ---------------------------------------------------------------------------------------------------
    @classmethod
    def shown(cls, facts: Facts) -> bool:
        """Whether the page has this section."""
        return bool(facts.results) or not cls.of_effects

    @classmethod
    def choices(cls, facts: Facts) -> dict[str, Any]:
        """The choices that the section adds to those of the reader, by name, each with what is chosen first."""
        del facts
        return {}

    @classmethod
    def data(cls, facts: Facts) -> dict[str, Any]:
        """Numbers that charts and tables refer to (``{"ref": "key/…"}``), by key; keys are unique in the page."""
        del facts
        return {}

    # --- what stands in the page of one language ------------------------------------------------------------------------------------
    def label(self) -> str:
        """What the section is called in the contents of the page."""
        return self.words(f"sections.{self.name}")

    def context(self) -> dict[str, Any]:
        """What the template shows (as ``s``) for the first choices, also to who reads without script."""
        return {}

    def figures(self) -> dict[str, Figure]:
        """Charts by the name that ``data-figure`` gives."""
        return {}

    def texts(self) -> dict[str, Any]:
        """Texts by the path that ``data-text`` gives."""
        return {}

    def fragments(self) -> dict[str, Any]:
        """Pieces of HTML by the path that ``data-fragment`` gives; users' words in them are escaped."""
        return {}

    def chart_words(self) -> dict[str, Any]:
        """Words inside charts, by the path of a ``{"ref": …}``; users' words in them go through `sim.report.theme.plain`."""
        return {}

    def columns(self) -> dict[str, list[dict[str, str]]]:
        """Tables that the script makes of data: heading (``label``) and path (``ref``) of each column, by the name in ``data-columns``."""
        return {}
