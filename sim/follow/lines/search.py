"""Line 9: does this person look for a job?"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from sim.codes import State
from sim.follow.reason import Factor, Reason, drawn, factors, share
from sim.numerics.rng import Stream
from sim.phases.search import FOUNDS, FULL, STARTS, STOPS, Search, search_chance, search_fate

HALF_WAY = "older_effort, half way"
Names = tuple[tuple[str, ...], ...]


def explain(line: Search, row: int) -> list[Reason]:
    """See `sim.follow.lines`."""
    model, people = line.model, line.model.people
    state = int(people.state[row])
    if state == State.OUTSIDE:
        return []
    levers = model.levers.search_effort, model.levers.second_job_search, model.levers.search_after_pension
    none = tuple(np.zeros_like(lever) for lever in levers)
    chance = _chance(line, row, _tables(line), levers)
    u, draw = drawn(model.key(Stream.SEARCH), row)
    fate = int(search_fate(people.state[row], people.hours[row], np.int64(chance), line.discouraged, line.founds, line.casual, np.int64(u)))
    reasons = []
    if state == State.UNEMPLOYED:
        stops, low = fate == STOPS, share(FULL - int(line.discouraged))
        why = factors(line, "discouraged_per_month")
        reasons.append(Reason(line.name, "stops looking for work", "", stops, "stops_looking", low, 1.0, draw, because=why))
        if stops:
            return reasons
        if people.hours[row]:
            why = factors(line, "start_business_per_month")
            to = low - share(line.founds)
            reasons.append(Reason(line.name, "starts a business", "", fate == FOUNDS, "starts_business", to, low, draw, because=why))
            if fate == FOUNDS:
                return reasons
    if chance:
        asked, tables = cell_names()
        cell = _chance(line, row, tables, none)
        helped = chance - _chance(line, row, _tables(line), none)
        note = f"programmes {100 * helped / FULL:+.3g} %" if helped else ""
        kind = "starts_looking" if fate == STARTS else "searches"
        why = tuple(_factor(line, name) for name in asked[cell - 1])
        yes = fate != 0
        reasons.append(Reason(line.name, "looks for a job", "", yes, kind, 0.0, share(chance), draw, why, note))
    return reasons


def _tables(line: Search) -> tuple[Any, ...]:
    return line.unemployed, line.on_the_job, line.inactive, line.notice, line.lock_in, line.retired


def _chance(line: Search, row: int, tables: tuple[Any, ...], levers: tuple[np.ndarray, ...]) -> int:
    """Threshold of searching by `tables`, see `_tables`."""
    people = line.model.people
    return int(
        search_chance(
            line.model.month,
            row,
            people.state,
            people.state_since,
            people.contract,
            people.job_since,
            people.notice_until,
            people.training_until,
            people.birth_month,
            people.second_employer,
            people.programmes,
            *tables,
            *levers,
        )
    )


@cache
def cell_names() -> tuple[list[tuple[str, ...]], tuple[Any, ...]]:
    """Parameters of every cell of the tables of chances, and tables that hold, in place of the chance, the number of the cell from 1 on.

    Asked with those tables, the question itself says which cell it looks at.
    """
    effort: Names = ((), (HALF_WAY,), ("older_effort",))
    contract: Names = ((), (), ("flexible_relative_search",), ("self_employed_relative_search",))
    tenure: Names = (("newcomer_relative_search",), ())
    on_the_job: Names = ((), (), ("older_relative_search",))
    inactive: Names = (("student_relative_search",), (), ("older_inactive_relative_search",))
    names = [("unemployed_effort", *spell, *age) for spell in ((), ("long_spell_effort",)) for age in effort]
    names += [("on_the_job_per_month", *kind, *since, *age) for kind in contract for since in tenure for age in on_the_job]
    names += [("inactive_per_month", *age) for age in inactive]
    names += [("notice_effort",), ("unemployed_effort", "lock_in"), ("retired_per_month",)]
    cells = np.arange(1, len(names) + 1, dtype=np.uint32)
    return names, (cells[:6].reshape(2, 3), cells[6:30].reshape(4, 2, 3), cells[30:33].copy(), *cells[33:])


def _factor(line: Search, name: str) -> Factor:
    if name == HALF_WAY:
        return Factor("search.older_effort", (1 + line.parameters.older_effort) / 2, "half way")
    return factors(line, name)[0]
