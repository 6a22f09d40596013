"""Line 6: does this person retire?"""

from __future__ import annotations

import numpy as np

from sim.codes import State
from sim.follow.reason import Factor, Reason, drawn, share
from sim.numerics.rng import Stream
from sim.phases.retirement import FROM_AGE, SPAN, SURE, Retirement, log_odds_of, retirement_chance

WINDOWS = (
    "from_7_years", "from_4_years", "from_2_years", "from_1_year", "last_year", "at_pension_age", "first_half_year_after", "later_after",
)  # fmt: skip
"""Parameters of the hazard by `Retirement.window`."""


def explain(line: Retirement, row: int) -> list[Reason]:
    """See `sim.follow.lines`."""
    model, people = line.model, line.model.people
    month, pension_age = model.month, model.now.pension_age
    age = month - int(people.birth_month[row])
    if people.state[row] >= State.RETIRED or age < FROM_AGE:
        return []
    lever = model.levers.retirement_log_odds

    def log_odds(poor_health: int, not_working: int, lever: np.ndarray) -> int:
        return int(
            log_odds_of(
                month,
                pension_age,
                row,
                people.state,
                people.birth_month,
                people.health,
                people.taste_for_work,
                people.programmes,
                line.base,
                poor_health,
                not_working,
                lever,
            )
        )

    x = log_odds(line.poor_health, line.not_working, lever)
    chance = retirement_chance(month, pension_age, row, people.state, people.birth_month, x, line.logistic)
    u, draw = drawn(model.key(Stream.RETIREMENT), row)
    retires = int(u) < int(chance)
    if int(chance) == SURE:
        return [Reason(line.name, "retires", "yes: out of the labour force and of the state pension age", True, "retires")]
    name = WINDOWS[line.window[min(max(age - pension_age, -SPAN), SPAN) + SPAN]]
    why = [Factor(f"{line.name}.{name}", getattr(line.parameters, name))]
    parts = {
        "poor_health": x - log_odds(0, line.not_working, lever),
        "not_working_log_odds": x - log_odds(line.poor_health, 0, lever),
    }
    why += [Factor(f"{line.name}.{part}", points / 100, "log-odds") for part, points in parts.items() if points]
    note = f"personal taste {people.taste_for_work[row] / 100:+g} log-odds"
    if helped := x - log_odds(line.poor_health, line.not_working, np.zeros_like(lever)):
        note += f", programmes {helped / 100:+g}"
    return [
        Reason(
            line.name,
            "retires",
            "",
            retires,
            "retires",
            high=share(chance),
            draw=draw,
            because=tuple(why),
            note=note,
        )
    ]
