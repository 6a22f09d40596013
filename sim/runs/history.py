"""A projection that begins at the end of the simulated history (`population.start=history`).

The model is built as of January 2015 and lives to September 2023 before its first month on record: nobody looks on, no programme is open,
no crisis of the scenario falls in it. So spells, tenures, vacancies and the ages of openings are those that the model itself makes, and a
projection does not begin with the months in which a synthetic population settles.

History depends on seed, sample, random generator, parameters and structure, not on the policies: the scenarios of a seed share it, and stay
paired. The last one is kept in the memory of the process (`sim.runs.pool` hands the runs of one history to one process); a copy in a file
would save the next command a second per seed at 1:100, and cost as much disk as the whole population for each seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.codes import State, month_index
from sim.config.errors import UserError
from sim.config.schema import FIRST_PROJECTED, HISTORY, START_OF_HISTORY
from sim.runs import checkpoint
from sim.runs.identity import history_key

if TYPE_CHECKING:
    from sim.model import LabourMarket

END = month_index(FIRST_PROJECTED) - 1
"""Last month of history: September 2023."""


@dataclass(frozen=True)
class Kept:
    """A history in memory: the state at its end, as `sim.runs.checkpoint` packs it, with arrays of its own."""

    key: bytes
    content: Any
    arrays: dict[str, np.ndarray]

    @property
    def nbytes(self) -> int:
        """Memory of the arrays."""
        return sum(array.nbytes for array in self.arrays.values())


@cache
def _kept() -> list[Kept]:
    return []


def live(model: LabourMarket, *, keep: bool) -> None:
    """Bring a model that was just built to the end of history: from memory, or by living it. Mesa's clock stays at zero.

    Parameters
    ----------
    keep : whether to remember it for the next run.

    Raises
    ------
    UserError : the world does not begin with history, or ends before the projection.
    """
    if model.start != month_index(START_OF_HISTORY) or model.until <= END:
        raise UserError(
            f"population.start={HISTORY} needs a world that begins in {START_OF_HISTORY} and reaches beyond September 2023; "
            f"build it with start=config.population.built"
        )
    mine = model.world_digest.encode() + history_key(model.config)
    kept = _kept()
    if kept and kept[0].key == mine:
        state = checkpoint.unpack(kept[0].content, {name: array.copy() for name, array in kept[0].arrays.items()})
        model.month = END
        checkpoint.put_state(model, state | {"programmes": {p.policy.name: checkpoint.carried(p) for p in model.programmes}})
    else:
        kept.clear()
        while model.month < END:
            model.live_month()
        model.levers.reset()
        model.seconds, model.person_months = dict.fromkeys(model.seconds, 0.0), 0
        if keep:
            arrays: dict[str, np.ndarray] = {}
            content = checkpoint.pack(checkpoint.state_of(model) | {"programmes": {}}, arrays)
            kept.append(Kept(mine, content, {name: array.copy() for name, array in arrays.items()}))
    model.n_at_opening = int((model.people.state != State.OUTSIDE).sum())
