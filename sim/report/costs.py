"""Rows of the tables of money: what scenarios cost, what public budgets save or lose, and what a gain costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.analysis.budget import BENEFITS, benefit_per_month
from sim.analysis.contrast import Comparison, ScenarioResult
from sim.analysis.frames import GROUPS
from sim.analysis.prices import Price
from sim.report.assumptions import POLICIES, Assumption
from sim.report.numbers import PRICE_DIGITS, Numbers, significant
from sim.report.tables import Cell, by_scenario, cell, change, count, euros, millions
from sim.report.words import Words

UNIT_COSTS = ("cost_per_participant_eur", "cost_per_month_eur", "standing_cost_per_year_eur")
"""Parameters that a policy may have: on joining, per month of participation, and whoever takes part."""
CRUCIAL = "crucial"


def of_price(say: Words, numbers: Numbers, found: Price | None) -> Cell:
    """Return a price and its range; a dash when there is none."""
    return cell(say("unknown")) if found is None else euros(numbers, found)


def _euros(say: Words, numbers: Numbers, value: float | None) -> Cell:
    return cell(say("unknown")) if value is None else cell(numbers.eur(value), significant(value, PRICE_DIGITS))


def _by_scenario(say: Words, keys: Sequence[str], rows: list[dict[str, Any]]) -> dict[str, Any]:
    return by_scenario([say(f"costs.{key}") for key in keys], rows)


def totals(say: Words, numbers: Numbers, results: list[ScenarioResult]) -> dict[str, Any]:
    """Return costs and savings over the whole horizon by scenario."""
    rows = [
        {
            "label": result.label[say.language],
            "cells": [
                count(numbers, result.programme.participants),
                _euros(say, numbers, result.programme.cost_per_participant_eur),
                _euros(say, numbers, result.programme.cost_per_month_eur),
                millions(numbers, result.budget.programme_eur),
                millions(numbers, result.budget.benefits_saved_eur),
                millions(numbers, result.budget.other_saved_eur),
                millions(numbers, result.budget.net_eur),
            ],
        }
        for result in results
    ]
    return _by_scenario(say, ("participants", "per_participant", "per_month", "programme", "benefits", "other", "net"), rows)


def prices(say: Words, numbers: Numbers, results: list[ScenarioResult]) -> dict[str, Any]:
    """Return euros per net FTE-month and per month of shortage prevented in the crucial sectors, of programmes and of public budgets."""
    rows = [
        {
            "label": result.label[say.language],
            "cells": [
                of_price(say, numbers, found)
                for found in (
                    result.cost_per_net_fte_month,
                    result.net_cost_per_net_fte_month,
                    result.cost_per_shortage_month(CRUCIAL),
                    result.net_cost_per_shortage_month(CRUCIAL),
                )
            ],
        }
        for result in results
    ]
    return _by_scenario(say, ("per_fte", "per_fte_net", "per_shortage", "per_shortage_net"), rows) | {"unit": say("costs.euros")}


def prevented(say: Words, numbers: Numbers, results: list[ScenarioResult]) -> dict[str, Any]:
    """Return FTE-months of shortage prevented by group of sectors."""
    rows = [
        {"label": result.label[say.language], "cells": [change(numbers, result.shortage_prevented[group]) for group in GROUPS]}
        for result in results
    ]
    return by_scenario([say(f"groups.{group}") for group in GROUPS], rows, unit=say("by_seed.net_unit"))


def prices_by_group(say: Words, numbers: Numbers, results: list[ScenarioResult]) -> dict[str, Any]:
    """Return euros per FTE-month of shortage prevented by group; the first line of programmes, the second of public budgets."""
    rows = []
    for result in results:
        cells = []
        for group in GROUPS:
            of_programme, of_public = result.cost_per_shortage_month(group), result.net_cost_per_shortage_month(group)
            shown = _euros(say, numbers, None if of_programme is None else of_programme.mean)
            cells.append(shown | {"below": "" if of_public is None else numbers.eur(of_public.mean)})
        rows.append({"label": result.label[say.language], "cells": cells})
    return by_scenario([say(f"groups.{group}") for group in GROUPS], rows, below=say("costs.public"), unit=say("costs.euros"))


def per_unit(say: Words, numbers: Numbers, used: list[Assumption], labels: dict[str, str]) -> dict[str, Any]:
    """Return what a place costs by policy: the parameters, variable and standing, with where they come from; one row per value used."""
    rows = []
    for assumption in used:
        policy, _, name = assumption.path.removeprefix(POLICIES).rpartition(".")
        if name not in UNIT_COSTS:
            continue
        p = assumption.parameter
        status = say("assumptions.changed") if assumption.is_changed else say(f"statuses.{p.status}") if p else say("assumptions.ungraded")
        spread = say("range", low=numbers.exact_eur(p.low), high=numbers.exact_eur(p.high)) if p else ""
        cells = [
            cell(say(f"costs.kinds.{name}")) | {"number": False},
            cell(numbers.exact_eur(float(assumption.value)), assumption.value, below=spread),
            cell(status) | {"number": False},
            cell(say.listed([labels[scenario] for scenario in assumption.scenarios])) | {"number": False},
        ]
        rows.append({"label": policy, "cells": cells})
    columns = [say(f"costs.{key}") for key in ("kind", "value", "status", "scenarios")]
    return by_scenario(columns, rows, below=say("assumptions.range"))


def benefit_note(say: Words, numbers: Numbers, comparison: Comparison) -> str:
    """Return what an unemployed person costs a month in benefits, as the savings reckon with it."""
    table = {path: p for path, p in comparison.parameters.items() if path.startswith("budget.")}
    ends = [
        sum(getattr(table[f"budget.{benefit}_share"], end) * getattr(table[f"budget.{benefit}_eur_per_month"], end) for benefit in BENEFITS)
        for end in ("low", "high")
    ]
    used = sorted({benefit_per_month(config) for config in comparison.configs.values()})
    value = " / ".join(numbers.eur(euros) for euros in used)
    return say("costs.benefit", value=value, low=numbers.eur(ends[0]), high=numbers.eur(ends[1]))
