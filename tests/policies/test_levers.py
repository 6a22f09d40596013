"""Every lever moves what it says it moves, in the direction it says: each has a probe here, and one that nobody reads fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest
from every import LastingStub, Stub, model_of, state

from sim.codes import LICENSED_SECTORS, NOBODY, SECTOR, Commitment, State
from sim.policies.levers import LEVERS, Levers

SEEDS = (1, 2, 3)
CARE = SECTOR["Q"]
ONE = 65536
EMPLOYED, UNEMPLOYED, INACTIVE = int(State.EMPLOYED), int(State.UNEMPLOYED), int(State.INACTIVE)
IN_TRAINING, RETIRED = int(State.TRAINING), int(State.RETIRED)
LICENSED = np.array([SECTOR[key] for key in LICENSED_SECTORS])


@dataclass
class Look:
    """What a probe sees: the model after a month, the rows enrolled in the first month (or everybody), and the people before that month."""

    model: object
    rows: np.ndarray
    then: dict[str, np.ndarray]

    def now(self, column):
        return self.model.people[column][self.rows]

    def before(self, column):
        return self.then[f"people.{column}"][self.rows]


@dataclass(frozen=True)
class Probe:
    """A value of the lever, what it moves (summed over `months`), in which direction, and for whom.

    beside : levers without which this one has nothing to work on, in both runs. every : only each so-manieth may take part.
    """

    value: int
    sign: int
    quantity: Callable[[Look], float]
    states: tuple[int, ...] = (EMPLOYED, UNEMPLOYED, INACTIVE)
    months: int = 3
    beside: dict[str, int] = field(default_factory=dict)
    every: int = 1


def in_state(wanted):
    return lambda look: (look.now("state") == wanted).sum()


def searches(look):
    return look.now("is_searching").sum()


def in_another_sector(look):
    return ((look.now("employer") != NOBODY) & (look.now("sector") != look.before("sector"))).sum()


def licensed_work_without_licence(look):
    """Newcomers in the sectors that ask for a licence who do not hold it."""
    sector = look.now("sector").astype(np.uint32)
    holds = (look.now("qualifications") >> np.minimum(sector, 31)) & 1
    new = (look.now("employer") != NOBODY) & (look.now("job_since") >= look.model.start)
    return (new & np.isin(sector, LICENSED) & (holds == 0)).sum()


def second_jobs(look):
    return (look.now("second_employer") != NOBODY).sum()


def main_hours_of_who_stays(look):
    stays = (look.now("employer") != NOBODY) & (look.now("employer") == look.before("employer"))
    return look.now("hours")[stays].astype(float).sum()


def newcomers_who_left(look, where=None):
    new = (look.before("state") == EMPLOYED) & (look.model.start - look.before("job_since").astype(int) < 12)
    if where is not None:
        new &= look.before("sector") == where
    return (new & (look.now("state") != EMPLOYED)).sum()


def committed(bit):
    return lambda look: ((look.now("commitments") & np.uint8(bit)) != 0).sum()


def at_institutes_of_care(look):
    """People on a course in care, or waiting for one."""
    school = look.now("institute")
    return ((school != NOBODY) & (look.model.institutes.sector[np.maximum(school, 0)] == CARE)).sum()


def seats_in_care(look):
    """Seats that institutes of care offer this month."""
    offered = look.model.phase("training").seats_offered.get(look.model.month)
    return 0 if offered is None else offered[look.model.institutes.sector == CARE].sum()


def is_month_of_intake_in_care(look):
    """1 in a month in which some institute of care starts a course."""
    return int(seats_in_care(look) > 0)


def wage_in_care(look):
    here = (look.now("employer") != NOBODY) & (look.now("sector") == CARE)
    return look.now("wage_cents")[here].mean()


OUT_OF_WORK = (UNEMPLOYED, INACTIVE)
PROBES: dict[str, Probe] = {
    "retirement_log_odds": Probe(300, +1, in_state(RETIRED), months=6),
    "search_effort": Probe(ONE // 3, +1, searches, months=1),
    "search_after_pension": Probe(ONE // 2, +1, searches, (RETIRED,), months=2),
    "second_job_search": Probe(ONE // 2, +1, second_jobs, (EMPLOYED,)),
    "second_job_hours": Probe(16, +1, lambda look: look.now("second_hours").sum(), (EMPLOYED,), beside={"second_job_search": ONE // 2}),
    "hours_given_up": Probe(
        ONE // 2, -1, main_hours_of_who_stays, (EMPLOYED,), beside={"second_job_search": ONE // 2, "second_job_hours": 8}
    ),
    "extra_applications": Probe(3 * ONE, +1, in_state(EMPLOYED), OUT_OF_WORK),
    "callback": Probe(ONE // 3, +1, in_state(EMPLOYED), OUT_OF_WORK),
    "other_sector_share": Probe(ONE // 2, +1, in_another_sector),
    "skill_distance_relief": Probe(ONE, +1, in_another_sector),
    "licence_relief": Probe(ONE, +1, licensed_work_without_licence),
    "reservation_wage": Probe(ONE // 3, -1, in_state(EMPLOYED), OUT_OF_WORK),
    "hiring_score": Probe(ONE, +1, in_state(EMPLOYED), OUT_OF_WORK, months=4, every=2),
    "contract_hours": Probe(ONE // 5, +1, main_hours_of_who_stays, (EMPLOYED,), months=1),
    "hours_added": Probe(4 * ONE, +1, main_hours_of_who_stays, (EMPLOYED,), months=1),
    "newcomer_exit": Probe(4 * ONE, +1, newcomers_who_left, (EMPLOYED,)),
    "course_applications": Probe(ONE // 3, +1, lambda look: (look.now("institute") != NOBODY).sum(), OUT_OF_WORK),
    "course_start": Probe(ONE, +1, in_state(IN_TRAINING), OUT_OF_WORK, beside={"course_applications": ONE // 3}),
    "care_reserve": Probe(1, +1, committed(Commitment.CARE_RESERVE)),
    "defence_reserve": Probe(1, +1, committed(Commitment.DEFENCE_RESERVE)),
    "pension_age": Probe(12, -1, in_state(RETIRED), months=6),
    "seats": Probe(4 * ONE, +1, seats_in_care, months=12),
    "course_interest": Probe(4 * ONE, +1, at_institutes_of_care, months=6),
    "all_year_intake": Probe(1, +1, is_month_of_intake_in_care, months=12),
    "sector_wage": Probe(ONE // 10, +1, wage_in_care, months=1),
    "sector_newcomer_exit": Probe(4 * ONE, +1, lambda look: newcomers_who_left(look, CARE)),
}
"""One for each lever."""


def stub(name, value):
    """A policy for everybody the probe is about that sets this lever, and those it needs beside."""
    probe = PROBES[name]
    kind = LastingStub if RETIRED in probe.states else Stub
    return kind(levers={**probe.beside, name: value}, states=probe.states, every=probe.every, sector=CARE)


def measured(name, value, seed):
    """The quantity of a lever, and the state at the end."""
    probe, model = PROBES[name], model_of(stub(name, value), seed=seed)
    then, rows, quantity = state(model), None, 0.0
    for _ in range(probe.months):
        model.step()
        if rows is None:
            rows = model.programmes[0].participants if LEVERS[name].per == "person" else np.arange(model.n_present)
        quantity += float(probe.quantity(Look(model, rows, then)))
    assert rows.size > 20, "too few take part to see anything"
    return quantity, state(model)


def check(name, value):
    """The lever moves its quantity over the seeds, in the direction declared."""
    change = sum(measured(name, value, seed)[0] - measured(name, 0, seed)[0] for seed in SEEDS)
    print(f"{name} = {value}: {change:+.1f} ({LEVERS[name].raises})")
    assert change != 0, f"{name} moves nothing: the line {LEVERS[name].read_by} does not read it"
    assert np.sign(change) == PROBES[name].sign, f"{name} moves {LEVERS[name].raises} the wrong way: {change:+.1f}"


def test_every_lever_has_a_probe_a_unit_a_reader_and_a_neutral_value_of_zero():
    assert set(PROBES) == set(LEVERS)
    levers = Levers()
    for name, lever in LEVERS.items():
        assert lever.unit
        assert lever.read_by
        assert lever.raises
        assert (getattr(levers, name) == 0).all()
        assert PROBES[name].value > 0, "the declaration says what a positive value raises"


@pytest.mark.parametrize("name", LEVERS)
def test_a_lever_moves_what_it_declares(name):
    check(name, PROBES[name].value)


@pytest.mark.parametrize("name", LEVERS)
def test_a_neutral_lever_changes_nothing(name):
    probe = PROBES[name]
    if probe.beside:
        plain = model_of(type(stub(name, 0))(levers=probe.beside, states=probe.states, every=probe.every, sector=CARE))
    else:
        plain = model_of()
    neutral = model_of(stub(name, 0))
    for _ in range(3):
        plain.step()
        neutral.step()
    expected, found = state(plain), state(neutral)
    assert [column for column in expected if column != "people.programme_since" and (expected[column] != found[column]).any()] == []


@pytest.mark.parametrize("name", LEVERS)
def test_a_dead_lever_is_found_out(name):
    with pytest.raises(AssertionError, match="moves nothing"):
        check(name, 0)
