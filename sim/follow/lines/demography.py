"""Line 2: does this person arrive, leave the population, fall ill, recover?"""

from __future__ import annotations

import numpy as np

from sim.codes import State
from sim.follow.reason import DRAWS, Reason, drawn, factors, share
from sim.numerics.rng import Stream, draw64
from sim.phases.demography import LAST_MONTH, LEAVES, RECOVERS, TURNS_ILL, Demography, arrives_searching, life_fates

SURE = np.uint32(2**32 - 1)


def explain(line: Demography, row: int) -> list[Reason]:
    """See `sim.follow.lines`."""
    people = line.model.people
    if people.state[row] != State.OUTSIDE:
        return _life(line, row)
    is_due = row >= line.model.n_present and people.entry_month[row] <= line.model.month
    return _arrival(line, row) if is_due else []


def _life(line: Demography, row: int) -> list[Reason]:
    model, people = line.model, line.model.people
    age = min(model.month - int(people.birth_month[row]), LAST_MONTH)
    bits = int(draw64(model.key(Stream.LIFE), np.uint64(row)))
    life, luck = np.uint32(bits >> 32), np.uint32(bits & 0xFFFFFFFF)
    leave = line.leave[model.month // 12 - model.start // 12]
    fates = int(life_fates(row, age, life, luck, people.sex, people.health, line.birthday, leave, line.fall_ill, line.recover))
    is_ill, goes = bool(people.health[row]), bool(fates & LEAVES)
    reasons = []
    if age >= LAST_MONTH:
        reasons.append(Reason(line.name, "turns 75", "leaves the model", goes, "leaves"))
    else:
        reasons.append(
            Reason(
                line.name,
                "dies or emigrates",
                "",
                goes,
                "leaves",
                high=share(leave[people.sex[row], age]),
                draw=int(life) / DRAWS,
                note="tables by year, sex and age",
            )
        )
    change, kind = (RECOVERS, "recovers") if is_ill else (TURNS_ILL, "falls_ill")
    changes = bool(fates & change)
    reasons.append(
        Reason(
            line.name,
            "health limits work no more" if is_ill else "health begins to limit work",
            "",
            changes,
            kind,
            high=share(line.recover if is_ill else line.fall_ill[age]),
            draw=int(luck) / DRAWS,
            because=factors(line, "recovery_per_year" if is_ill else "limiting_condition_per_year_at_55"),
            note="a year, / 12" if is_ill else f"a year, x 2 ** (({age // 12} - 55) / 15) / 12",
        )
    )
    return reasons


def _arrival(line: Demography, row: int) -> list[Reason]:
    model, people = line.model, line.model.people
    reasons = [Reason(line.name, "enters the population", "yes: the month stands in the calendar from the start", True, "arrives")]
    k = model.key(Stream.ARRIVAL_STATE)
    if arrives_searching(model.month, row, k, SURE, people.birth_month):  # an adult
        looks = bool(arrives_searching(model.month, row, k, line.searching, people.birth_month))
        reasons.append(
            Reason(
                line.name,
                "looks for work on arrival",
                "",
                looks,
                high=share(line.searching),
                draw=drawn(k, row)[1],
                because=factors(line, "arrival_searching_share"),
            )
        )
    return reasons
