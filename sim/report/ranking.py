"""Rows of the ranking: net effect, price, cost and evidence of every scenario."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.analysis.contrast import ScenarioResult
from sim.report.bars import bars
from sim.report.numbers import Numbers
from sim.report.tables import cell, change, euros, millions
from sim.report.words import Words

COLUMNS = ("net", "net_care", "verdict", "price", "cost", "net_public", "grade")
"""Headings, as keys of the words under ``ranking``."""


def rows(
    say: Words, numbers: Numbers, results: list[ScenarioResult], reference: Callable[[ScenarioResult], str] = lambda result: ""
) -> list[dict[str, Any]]:
    """Return one row per scenario, in the order of the ranking; `reference` names what it is compared with when that is worth saying."""
    found = [_row(say, numbers, result) | {"reference": reference(result)} for result in results]
    for row, drawn in zip(found, bars([result.net_fte_months for result in results]), strict=True):
        row["cells"][0] |= {"bar": drawn}
    return found


def _row(say: Words, numbers: Numbers, result: ScenarioResult) -> dict[str, Any]:
    net, price = result.net_fte_months, result.cost_per_net_fte_month
    verdict = "identical" if result.is_identical else {1: "gain", -1: "loss", 0: "unclear"}[net.sign]
    return {
        "label": result.label[say.language],
        "name": result.name,
        "cells": [
            change(numbers, net),
            change(numbers, result.net_by_group["care"]),
            cell(say(f"ranking.{verdict}")),
            cell(say(f"ranking.no_price.{verdict}")) | {"number": True, "reason": True} if price is None else euros(numbers, price),
            millions(numbers, result.budget.programme_eur),
            millions(numbers, result.budget.net_eur),
            cell(say("unknown") if result.grade is None else say(f"grades.{result.grade}")) | {"number": False},
        ],
    }
