"""Whom a policy is for, as a question that can be put to the whole country at once.

Places go by lot, to the lowest draws among the eligible who never took part. So a month only needs to look at people with low draws:
one scan without random access, and the exact questions for the few it returns. Blocks born too early or too late are skipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import prange

from sim.codes import NEVER, State
from sim.numerics.jit import BLOCK, scan
from sim.numerics.rng import AnyKey, Stream, draw64
from sim.numerics.selection import gather_set
from sim.numerics.types import boolean, int16s, int32s, int64, uint8, uint8s, uint32

if TYPE_CHECKING:
    from sim.model import LabourMarket

INSIDE = tuple(state for state in State if state != State.OUTSIDE)
EVERYBODY = np.uint32(2**32 - 1)
"""Largest draw: no lot."""


def pension_age_in_force(model: LabourMarket) -> int:
    """State pension age of this month, months of age: of the law plus what policies add; before the first month that of the law."""
    now = getattr(model, "now", None)
    return int(model.tables.pension_age_months[0]) if now is None else int(now.pension_age)


@dataclass(frozen=True)
class Target:
    """Everybody who may be eligible, and perhaps a few more.

    Parameters
    ----------
    born_after, born_until : months since January 1900, exclusive and inclusive. states : labour states.
    displaced : only people whose last job ended, or ends, by the employer's decision.
    """

    born_after: int = -(2**15)
    born_until: int = 2**15 - 1
    states: tuple[State, ...] = INSIDE
    displaced: bool = False

    def rows(self, model: LabourMarket, lot: int = 0, largest: np.uint32 = EVERYBODY) -> np.ndarray:
        """Rows of the people of the target whose draw in this `lot` is at most `largest`, ascending."""
        people, n, pick = model.people, model.n_present, model.selection
        counts = pick.counts(n)
        wanted = np.uint8(sum(1 << state for state in self.states))
        _who_could(
            model.lasting_key(Stream.ENROLMENT), lot, largest, self.born_after, self.born_until, wanted, self.displaced,
            people.state[:n], people.birth_month, people.displaced_since, pick.rows, pick.fates, counts,
        )  # fmt: skip
        return pick.collect(counts)[0].astype(np.int64)


@scan
def _who_could(
    lots: AnyKey,
    lot: int64,
    largest: uint32,
    born_after: int64,
    born_until: int64,
    wanted: uint8,
    displaced: boolean,
    state: uint8s,
    birth_month: int16s,
    displaced_since: int16s,
    rows: int32s,
    fates: uint8s,
    counts: int32s,
) -> None:
    # wanted: bit set of states
    for b in prange(counts.size):
        lo = b * BLOCK
        k, hi = lo, min(lo + BLOCK, state.size)
        counts[b] = 0
        stands, born, lost = state[lo:hi], birth_month[lo:hi], displaced_since[lo:hi]
        if born.max() <= born_after or born.min() > born_until:
            continue
        could, where = np.zeros(BLOCK, np.uint8), np.empty(BLOCK, np.int32)
        for j in range(hi - lo):
            could[j] = np.uint8((draw64(lots, np.uint64(lo + j) * np.uint64(256) + np.uint64(lot)) >> np.uint64(32)) <= largest)
        after, until = np.int16(born_after), np.int16(born_until)
        for j in range(hi - lo):
            could[j] &= np.uint8(born[j] > after) & np.uint8(born[j] <= until) & ((wanted >> stands[j]) & np.uint8(1))
        if displaced:
            for j in range(hi - lo):
                could[j] &= np.uint8(lost[j] != NEVER)
        for c in range(gather_set(could, where)):
            rows[k] = lo + where[c]
            fates[k] = 1
            k += 1
        counts[b] = k - lo
