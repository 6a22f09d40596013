"""What all sections share in all languages: the comparison, and what was found in it once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.analysis.balance_sheet import balance_sheets
from sim.analysis.contrast import Comparison, ScenarioResult
from sim.analysis.flows import Flows, flows
from sim.analysis.grid_response import Response, responses
from sim.analysis.retirement import PERIODS, Change, Level, change, level
from sim.analysis.tightness import Tightness, tightness
from sim.calibration import saved
from sim.calibration.saved import Saved
from sim.report.charts.balance import Sheets
from sim.report.studies import Ends, ends, studies
from sim.sensitivity.saved import Study


@dataclass(frozen=True)
class Facts:
    """The comparison, and the records of runs that failed and left no folder (``scenario``, ``seed``, ``error``)."""

    comparison: Comparison
    failures: Sequence[dict[str, Any]] = ()

    @cached_property
    def ids(self) -> dict[str, str]:
        """Ids on the page by name of scenario: the baseline first (s0), then the ranking, then what has levels only."""
        comparison = self.comparison
        first = [comparison.baseline] if comparison.has_baseline else []
        ranked = [result.name for result in comparison.scenarios]
        names = [*first, *ranked, *(name for name in comparison.positions if name not in {*first, *ranked})]
        return {name: f"s{position}" for position, name in enumerate(names)}

    @cached_property
    def against(self) -> dict[str, str]:
        """Id of what each scenario on the page is compared with; of itself when with nothing."""
        references = {result.name: result.against for result in self.comparison.scenarios}
        return {sid: self.ids[references.get(name, name)] for name, sid in self.ids.items()}

    @property
    def results(self) -> list[ScenarioResult]:
        """All scenarios against their references, ranked."""
        return self.comparison.scenarios

    @property
    def first(self) -> ScenarioResult | None:
        """The scenario that is shown first; None when there are levels only."""
        return self.results[0] if self.results else None

    @property
    def first_id(self) -> str:
        """Id of the scenario that is shown first."""
        return "s0" if self.first is None else self.ids[self.first.name]

    @cached_property
    def sheets(self) -> dict[str, Sheets]:
        """Balance sheets by name of scenario."""
        return {result.name: balance_sheets(self.comparison, result.name) for result in self.results}

    @cached_property
    def responses(self) -> list[Response]:
        """What outcomes do along the settings of a sweep, by grid."""
        return responses(self.comparison)

    @cached_property
    def tightness(self) -> dict[str, Tightness]:
        """Tightness by name of scenario."""
        return {name: tightness(self.comparison, name) for name in self.ids}

    @cached_property
    def fit(self) -> Saved | None:
        """How well the baseline fits, as shipped; None when this version was not validated."""
        return saved.load()

    @cached_property
    def studies(self) -> list[Study]:
        """Finished sensitivity studies about scenarios of the page."""
        return studies(self.comparison)

    @cached_property
    def ends(self) -> list[Ends]:
        """Scenarios that were run at the ends of their evidence too."""
        return ends(self.comparison)

    @cached_property
    def moves(self) -> dict[str, Flows]:
        """Moves of people by id of the scenario, of those that have effects."""
        return {self.ids[result.name]: flows(self.comparison, result.name) for result in self.results}

    @cached_property
    def ages(self) -> dict[str, dict[str, Level]]:
        """Ages at retirement by id of the scenario and period."""
        return {sid: {period: level(self.comparison, name, period) for period in PERIODS} for name, sid in self.ids.items()}

    @cached_property
    def ages_changed(self) -> dict[str, dict[str, Change]]:
        """What scenarios change in the ages at retirement, by id and period, of those that have effects."""
        names = [result.name for result in self.results]
        return {self.ids[name]: {period: change(self.comparison, name, period) for period in PERIODS} for name in names}
