"""Sheets of programmes and money."""

from __future__ import annotations

import polars as pl

from sim.analysis.programmes import programme_totals
from sim.export.effects import WHO, who
from sim.export.sheet import MILLION, TENTH, WHOLE, Column, Material, Row, Sheet, number, percent, three, with_interval


def programmes(of: Material) -> Sheet:
    """Scenario by policy: participants, outcome, comparison group, cost."""
    from sim.policies.registry import POLICIES

    columns = (
        *WHO,
        Column("policy"),
        Column("participants", "persons", WHOLE),
        Column("participant_months", "person_months", WHOLE),
        Column("programme_cost", "million_eur", TENTH),
        Column("per_participant", "eur_per_person", WHOLE),
        Column("per_month", "eur_per_person_month", WHOLE),
        Column("gross_count", "persons", WHOLE),
        Column("gross", "percent", TENTH),
        Column("control_count", "persons", WHOLE),
        Column("control", "percent", TENTH),
        *with_interval("per_head", "points", TENTH),
        Column("gross_meaning"),
    )
    rows: list[Row] = []
    frame = of.comparison.frames.programmes
    for result in of.comparison.scenarios:
        (_, runs), repeated = of.comparison.rows(result.name), of.comparison.repetitions(result.name)
        for policy in result.config.get("policies") or {}:
            found = programme_totals(frame.filter(pl.col("policy").cast(pl.String) == policy), runs, repeated)
            rows.append((
                *who(of, result.name), policy, found.participants, found.participant_months, found.cost_eur / MILLION,
                number(found.cost_per_participant_eur), number(found.cost_per_month_eur), found.gross_count, percent(found.gross_share),
                found.control_count, percent(found.control_share), *three(found.per_head_points),
                POLICIES[policy].gross_meaning if policy in POLICIES else None,
            ))  # fmt: skip
    return Sheet("programmes", columns, rows)


def costs(of: Material) -> Sheet:
    """Scenario: costs, savings, and what a gain costs."""
    columns = (
        *WHO,
        Column("programme_cost", "million_eur", TENTH),
        *with_interval("benefits_saved", "million_eur", TENTH),
        *with_interval("other_saved", "million_eur", TENTH),
        *with_interval("net_public", "million_eur", TENTH),
        *with_interval("price", "eur_per_fte_month"),
        *with_interval("net_price", "eur_per_fte_month"),
        *with_interval("shortage_price", "eur_per_fte_month"),
    )
    rows = [
        (
            *who(of, result.name),
            result.cost_eur / MILLION,
            *three(result.budget.benefits_saved_eur, MILLION),
            *three(result.budget.other_saved_eur, MILLION),
            *three(result.budget.net_eur, MILLION),
            *three(result.cost_per_net_fte_month),
            *three(result.net_cost_per_net_fte_month),
            *three(result.cost_per_shortage_month("crucial")),
        )
        for result in of.comparison.scenarios
    ]
    return Sheet("costs", columns, rows)
