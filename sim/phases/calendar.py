"""Line 1, calendar: what this month is given from outside.

Reads: the statutory pension age (law; state pension age by year), the national index of labour demand and the crises of the scenario.
Writes: `Now`, which every later line reads. Draws: nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.codes import N_SECTORS, SECTOR, month_index
from sim.phases.base import Phase


@dataclass
class Now:
    """What is given from outside in one month.

    Attributes
    ----------
    month : months since January 1900. offset : months since the start. calendar_month : 1..12.
    pension_age : state pension age in force, months of age.
    demand_index : national labour demand, 1 at the start.
    crisis_factor : (N_SECTORS,) multiplier of a sector's demand, 1 without a crisis.
    """

    month: int
    offset: int
    calendar_month: int
    pension_age: int
    demand_index: float
    crisis_factor: np.ndarray


class Calendar(Phase):
    """Date, state pension age, national demand and crises of the month."""

    name = "calendar"

    def run(self) -> None:
        """Set ``model.now``."""
        model = self.model
        offset = model.month - model.start
        crisis = np.ones(N_SECTORS)
        for event in model.config.economy.crises:
            first = month_index(event.start)
            if first <= model.month < first + event.months:
                crisis[SECTOR[event.sector]] *= event.demand_factor
        model.now = Now(
            month=model.month,
            offset=offset,
            calendar_month=model.month % 12 + 1,
            pension_age=int(model.tables.pension_age_months[offset]),
            demand_index=float(model.tables.national_demand_index[offset]),
            crisis_factor=crisis,
        )
