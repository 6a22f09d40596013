"""All sheets of an export, in order."""

from __future__ import annotations

from sim.export.background import dictionary, parameters, runs, scenarios
from sim.export.effects import effects, effects_by_year, gains, outcomes, ranking
from sim.export.money import costs, programmes
from sim.export.series import levels, shortage
from sim.export.sheet import Material, Sheet


def sheets(of: Material, *, all_months: bool = False) -> list[Sheet]:
    """The sheets after the notes; without a reference to compare with, levels and background only."""
    series = [levels(of, by_month=False), *([levels(of, by_month=True)] if all_months else []), shortage(of)]
    background = [scenarios(of), parameters(of), runs(of)]
    compared = [ranking(of), effects(of), effects_by_year(of), outcomes(of), gains(of), programmes(of), costs(of)]
    found = [*(compared if of.comparison.scenarios else []), *series, *background]
    return [*found, dictionary(of, found)]
