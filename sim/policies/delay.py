"""How far the log-odds of retiring must fall for people to leave work some months later; for policies whose evidence is a delay.

The lines that end a working life are asked, person by person, with nobody competing: retirement with the shift and without, and the chances
to leave work for another reason, to die and to leave the country, as they are now for somebody of that contract, tenure and age. The
expected months at work differ by the delay of the evidence. What is left out: lay-offs, coming back to work, and health that changes.
What a later exit does to others is left to the market.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.numerics.tables import LOG_ODDS_MAX, LOG_ODDS_MIN
from sim.phases.demography import LAST_MONTH
from sim.phases.retirement import SPAN
from sim.phases.separations import exit_class

if TYPE_CHECKING:
    from sim.model import LabourMarket

HORIZON_MONTHS = 180
ENOUGH_PEOPLE = 2_500
"""People over whom the lever is solved: the delay is then known to about 1 %, which is less than one step of the lever."""
STRONGEST = 600
"""Largest shift, hundredths of log-odds."""


def shift_for_delay(model: LabourMarket, rows: np.ndarray, pension_age: int, months: float, lasts: int) -> int:
    """Hundredths of log-odds (below zero: later) by which `rows` leave work `months` later on average, when it holds for `lasts` months.

    Parameters
    ----------
    rows : people at work. pension_age : months of age, taken as constant. months : of delay; below zero, earlier.

    The nearest step that reaches the delay; at most `STRONGEST`, which need not reach it.
    """
    if months == 0 or not rows.size:
        return 0
    retirement, separations, demography, people = *(model.phase(name) for name in ("retirement", "separations", "demography")), model.people
    rows = rows[:: max(rows.size // ENOUGH_PEOPLE, 1)]
    personal = people.taste_for_work[rows].astype(np.int64) + retirement.poor_health * people.health[rows]
    classes = [exit_class(model.month, i, people.contract, people.job_since, people.birth_month) for i in rows.tolist()]
    stays = 1 - separations.risk[np.array(classes)] / 2.0**32
    ages, sex, life = (
        model.month - people.birth_month[rows].astype(np.int64),
        people.sex[rows],
        demography.leave[max(model.month, model.start) // 12 - model.start // 12] / 2.0**32,
    )
    from_pension = model.month - people.birth_month[rows].astype(np.int64) - pension_age

    def months_at_work(shift: int) -> float:
        at_work, total = np.ones(rows.size), 0.0
        for ahead in range(HORIZON_MONTHS):
            k = np.clip(from_pension + ahead, -SPAN, SPAN) + SPAN
            x = retirement.base[k] + personal + (shift if ahead < lasts else 0)
            at_work *= 1 - retirement.logistic[np.clip(x, LOG_ODDS_MIN, LOG_ODDS_MAX) - LOG_ODDS_MIN] / 2.0**32
            at_work *= stays * (1 - life[sex, np.minimum(ages + ahead, LAST_MONTH)])
            total += at_work.sum()
        return total / rows.size

    sign = -1 if months > 0 else 1
    without, low, high = months_at_work(0), 0, STRONGEST
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if abs(months_at_work(sign * middle) - without) < abs(months) else (low, middle)
    return sign * high
