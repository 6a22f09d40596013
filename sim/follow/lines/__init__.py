"""The questions of each line of the month, put again to one person: one file per line that asks people something.

`explain` is called just before the line runs, `conclude` just after it, for lines in which others decide the answer.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.follow.lines import demography, hours, matching, policies, reserves, retirement, search, separations, training
from sim.follow.reason import Reason
from sim.phases.base import Phase

EXPLAIN: dict[str, Callable[..., list[Reason]]] = {
    "demography": demography.explain,
    "policies": policies.explain,
    "separations": separations.explain,
    "retirement": retirement.explain,
    "training": training.explain,
    "search": search.explain,
    "matching": matching.explain,
    "reserves": reserves.explain,
    "hours": hours.explain,
}
CONCLUDE: dict[str, Callable[..., list[Reason]]] = {"policies": policies.conclude, "matching": matching.conclude}


def explain(line: Phase, row: int) -> list[Reason]:
    """Questions that `line`, which is about to run, will put to person `row`, in order; those that an earlier yes spares are left out."""
    return EXPLAIN[line.name](line, row) if line.name in EXPLAIN else []


def conclude(line: Phase, row: int, reasons: list[Reason]) -> list[Reason]:
    """The same `reasons` once the line ran, with the answers that others decided."""
    return CONCLUDE[line.name](line, row, reasons) if line.name in CONCLUDE else reasons
