"""The lines of the market: from the same state, the model and its twin bring employers, openings and people to the same state."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from twin import applications, hiring, protocols
from twin.agents import NEVER
from twin.cells import market_cell
from twin.compare import difference
from twin.fixed import WHOLE
from twin.lines import matching as matching_line
from twin.lines.labour_demand import LabourDemand
from twin.lines.matching import Matching
from twin.lines.vacancies import Vacancies, channel
from twin.market import ReferenceMarket
from twin.slots import Slots, position
from twin.tables import ALL_BITS
from twin_runs import EVERYTHING, lines_alone, small_world

from sim.codes import LICENSED_SECTORS, NO_SECTOR, SECTORS, State
from sim.config.compose import compose
from sim.model import LabourMarket

LINES = ("labour_demand", "vacancies", "matching")
MONTHS = {"no policy": 24, "every policy": 24, "a crowd": 6, "a rush": 8}
SETTINGS = {
    "no policy": (),
    # of more applications only a part, so that luck has to say who sends one; more pensioners who look for a job
    "every policy": (
        *(one.replace("job_bridge.strength=1.0", "job_bridge.strength=0.6") for one in EVERYTHING),
        "parameters.search.retired_per_month=0.01",
    ),
    # many ask for the same job
    "a crowd": ("parameters.search.applications_per_month=6", "parameters.matching.callback_rate=0.4"),
    # a rush that fills every slot of a sector; what has just been posted is not wanted when it is over
    "a rush": ("parameters.vacancies.selection_months=0.4", "economy.crises=[{sector: P, start: 2023-12, months: 3, demand_factor: 2.0}]"),
}


class Case(NamedTuple):
    """Calls of a function of the twin that are counted: `when` looks at its arguments just before, `gives` at its answer and them after."""

    where: Any
    function: str
    when: Any = lambda *_: True
    gives: Any = lambda *_: True


def _leaves(person, employer):
    return person.employer is not None and person.employer is not employer


CASES = {
    "labour_demand": {
        "closes": Case(
            LabourDemand, "_close_or_reopen", lambda _, e: e.closed_until == NEVER, lambda _, line, e: e.closed_until > line.market.month
        ),
        "opens again": Case(
            LabourDemand, "_close_or_reopen", lambda _, e: e.closed_until != NEVER, lambda _, line, e: e.closed_until == NEVER
        ),
        "stays closed": Case(
            LabourDemand, "_close_or_reopen", lambda _, e: e.closed_until != NEVER, lambda _, line, e: e.closed_until != NEVER
        ),
        "all have to go": Case(LabourDemand, "_lay_off", lambda _, e, chance: chance == ALL_BITS and e.filled_jobs > 0),
        "some have to go": Case(LabourDemand, "_lay_off", lambda _, e, chance: 0 < chance < ALL_BITS),
        "a surplus is tolerated": Case(
            LabourDemand, "_lay_off", lambda _, e, chance: chance == 0 and e.filled_jobs - e.notices > e.desired_jobs > 0
        ),
        "notices count": Case(LabourDemand, "_lay_off", lambda _, e, chance: chance == 0 and e.notices > 0 and e.closed_until == NEVER),
        "a crisis": Case(LabourDemand, "_demand", lambda line, sector, _: line.market.now.crisis_factor[sector] != 1),
        "others serve the market": Case(LabourDemand, "_demand", lambda line, sector, base: 0 < base < line.base_by_sector[sector]),
    },
    "vacancies": {
        "given up": Case(Vacancies, "_is_still_open", lambda _, o: o.taker is None, lambda still, *_: not still),
        "withdrawn, advertised": Case(Vacancies, "_withdraw", lambda _, o: o.is_recorded),
        "withdrawn, not advertised": Case(Vacancies, "_withdraw", lambda _, o: not o.is_recorded),
        "advertised at once": Case(Vacancies, "_post", gives=lambda o, *_: o.is_recorded),
        "not advertised at once": Case(Vacancies, "_post", gives=lambda o, *_: not o.is_recorded),
        "several of one employer": Case(Vacancies, "_post", lambda _, e, turn: turn > 0),
        "asks for a licence": Case(Vacancies, "_post", gives=lambda o, *_: o.needs_licence),
    },
    "matching": {
        "two openings want one slot": Case(
            Slots, "put", lambda s, o: s.taken[c := market_cell(o.employer)][position(o.key, len(s.taken[c]))] is not None
        ),
        "still in selection": Case(Matching, "_is_ready", gives=lambda ready, *_: not ready),
        "one application more": Case(applications, "number_of_applications", gives=lambda n, line, _: n > line.applications),
        "a part of an application": Case(
            applications, "number_of_applications", lambda _, p: applications.lever_of(p, "extra_applications") % WHOLE
        ),
        "looks anywhere": Case(applications, "look_for_opening", lambda _, p, turn: applications.home_sector(p) == NO_SECTOR),
        "looks in another sector": Case(
            applications,
            "look_for_opening",
            lambda _, p, turn: p.sector != NO_SECTOR,
            lambda o, line, p, turn: o is not None and o.employer.sector != p.sector,
        ),
        "looks in another province": Case(
            applications, "look_for_opening", gives=lambda o, line, p, turn: o is not None and o.employer.province != p.province
        ),
        "finds nothing": Case(applications, "look_for_opening", gives=lambda o, *_: o is None),
        "of a second job, where qualified": Case(applications, "qualified_crucial_sector", gives=lambda sector, _: sector != NO_SECTOR),
        "own employer": Case(applications, "is_elsewhere", gives=lambda elsewhere, *_: not elsewhere),
        "licence refused": Case(applications, "may_do_it", gives=lambda may, *_: not may),
        "licence held": Case(
            applications, "may_do_it", lambda _, p, o: o.needs_licence and applications.is_qualified(p, o.employer.sector)
        ),
        "licence done without": Case(
            applications,
            "may_do_it",
            lambda _, p, o: o.needs_licence and not applications.is_qualified(p, o.employer.sector),
            lambda may, *_: may,
        ),
        "long spell": Case(applications, "is_called_back", lambda _, p, turn, o: applications.has_long_spell(p), lambda back, *_: back),
        "offer too low": Case(applications, "appraise", gives=lambda found, line, p, o: found.worth < applications.lowest_worth(line, p)),
        "several to choose from": Case(matching_line, "apply", gives=lambda found, *_: len(found) > 1),
        "second job": Case(hiring, "start_second_job", lambda p, e, hours: not applications.lever_of(p, "second_job_hours")),
        "hours given up for it": Case(hiring, "change_hours", lambda p, hours: 0 < hours < p.hours),
        "changes jobs": Case(hiring, "take_main_job", lambda _, a: _leaves(a.person, a.opening.employer)),
        "out of notice": Case(hiring, "take_main_job", lambda _, a: a.person.notice_until != NEVER),
        "out of retirement": Case(hiring, "take_main_job", lambda _, a: a.person.state == State.RETIRED),
        "out of a queue or course": Case(hiring, "take_main_job", lambda _, a: a.person.institute is not None),
        "first job": Case(hiring, "take_main_job", lambda _, a: a.person.sector == NO_SECTOR),
        "with a second job that stays": Case(hiring, "take_main_job", lambda _, a: a.person.second_employer is not None),
        "into another sector": Case(hiring, "take_main_job", lambda _, a: a.person.sector not in (NO_SECTOR, a.opening.employer.sector)),
        "never advertised": Case(hiring, "take_main_job", lambda _, a: not a.opening.is_recorded),
        "after the pension age": Case(hiring, "hours_of", lambda line, p, sector: hiring.is_past_pension_age(line, p)),
        "keeps hours": Case(
            hiring,
            "hours_of",
            lambda line, p, _: p.hours and not hiring.is_past_pension_age(line, p),
            lambda h, line, p, _: h == p.hours,
        ),
        "other hours": Case(
            hiring,
            "hours_of",
            lambda line, p, _: p.hours and not hiring.is_past_pension_age(line, p),
            lambda h, line, p, _: h != p.hours,
        ),
        "last job was beside school": Case(hiring, "hours_of", lambda _, p, sector: NEVER < p.job_since < p.graduation_month),
        "advertised later": Case(
            Vacancies,
            "_record",
            lambda line, o: channel(o) >= line.at_once[o.employer.sector] and o.opened == line.market.month,
        ),
    },
}
"""What must come about in the two years with every policy on, so that a line that agrees was put to the test."""
ELSEWHERE = {
    "a rush": {
        "slots run out": Case(Matching, "_lay_out", lambda line, _: line.market.now is not None),
        "not wanted any more": Case(Vacancies, "_withdraw", lambda line, o: line.market.month - o.opened < 4),
    },
    "a crowd": {
        "three rounds of proposals": Case(protocols, "proposal_rounds", gives=lambda rounds, _: len(rounds) > 3),
        "somebody is displaced": Case(
            protocols, "proposal_rounds", gives=lambda rounds, _: any(set(one) - set(after) for one, after in pairwise(rounds))
        ),
        "many to choose from": Case(matching_line, "apply", gives=lambda found, *_: len(found) > 3),
    },
}
"""And in the other settings."""


def _count(patch, seen, name, case):
    usual = getattr(case.where, case.function)

    def counting(*arguments):
        holds = case.when(*arguments)
        result = usual(*arguments)
        seen[name] += bool(holds and case.gives(result, *arguments))
        return result

    patch.setattr(case.where, case.function, counting)


@cache
def beside_the_model(setting):
    """The model with every line of its twin beside it, and how often every case came about in the twin."""
    seen: Counter[str] = Counter()
    with pytest.MonkeyPatch.context() as patch:
        for cases in (*CASES.values(), *ELSEWHERE.values()):
            for name, case in cases.items():
                _count(patch, seen, name, case)
        return lines_alone(LINES, MONTHS[setting], *SETTINGS[setting]), seen


# --- the same, month after month ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("line", LINES)
def test_the_line_does_what_its_twin_does(line, setting):
    found = beside_the_model(setting)[0][line]
    assert found.months == MONTHS[setting]
    assert not found.differences, "\n".join(map(str, found.differences))


@pytest.mark.parametrize("protocol", ["urn_ball", "random_pairing"])
def test_other_protocols_match_the_same_people(protocol):
    found = lines_alone(["matching"], 6, f"structure.matching={protocol}", *EVERYTHING)["matching"]
    assert found.months == 6
    assert not found.differences, "\n".join(map(str, found.differences))


@pytest.mark.parametrize("line", LINES)
def test_every_case_of_the_line_comes_about(line):
    seen = beside_the_model("every policy")[1]
    never = [case for case in CASES[line] if not seen[case]]
    assert not never, f"{never}; {seen}"


@pytest.mark.parametrize("setting", ELSEWHERE)
def test_what_is_rare_comes_about_in_a_rush_and_in_a_crowd(setting):
    seen = beside_the_model(setting)[1]
    never = [case for case in ELSEWHERE[setting] if not seen[case]]
    assert not never, f"{never}; {seen}"


# --- the same before the first month -----------------------------------------------------------------------------------------------


@cache
def at_the_start():
    """A model and its twin before the first month."""
    world, config = small_world("2025-09"), compose(["population.scale=0.001", "until=2025-09", "threads=1"])
    return LabourMarket(config, world), ReferenceMarket(config, world)


@pytest.mark.parametrize("line", LINES)
def test_all_tables_are_the_same_at_the_start(line):
    model, twin = at_the_start()
    assert len(twin.openings) == len(model.vacancies) > 0
    assert sum(employer.base_jobs for employer in twin.employers) > sum(twin.world.employers["base_jobs"])
    found = difference(model, twin, line, programmes=False)
    assert found is None, str(found)


def test_what_lines_prepare_is_the_same():
    model, twin = at_the_start()
    demand, vacancies, matching = (twin.lines[line] for line in LINES)
    kernels = {line: model.phase(line) for line in LINES}
    assert demand.closure == kernels["labour_demand"].closure.tolist()
    assert demand.base_by_sector == kernels["labour_demand"].base_by_sector.tolist()
    assert vacancies.licensed == kernels["vacancies"].licensed.tolist()
    assert vacancies.wait == kernels["vacancies"].wait
    assert matching.distance == kernels["matching"].distance.tolist()
    assert matching.workplaces == kernels["matching"].workplaces.tolist()
    assert matching.hours_held == kernels["matching"].new_job.hours_held.tolist()
    assert {SECTORS[sector] for sector in applications.LICENSED} == set(LICENSED_SECTORS)


# --- the comparison can fail -------------------------------------------------------------------------------------------------------


WRONG = {
    "labour_demand": ("takeover", lambda months: months + 1, "employers.closed_until"),
    "vacancies": ("lapse", lambda chance: chance // 2, "number of openings", "openings.key"),
    "matching": ("pension_hours", lambda hours: hours + 1, "people.hours"),
}


@pytest.mark.parametrize("line", WRONG)
def test_a_twin_with_another_number_is_found_out(line):
    name, change, *where = WRONG[line]

    def spoil(twin):
        setattr(twin.lines[line], name, change(getattr(twin.lines[line], name)))

    found = lines_alone([line], 12, *EVERYTHING, wrong=spoil)[line].differences
    assert len(found) > 0
    assert {one.line for one in found} == {line}
    assert {one.where for one in found} <= set(where)
    assert all(one.model != one.twin for one in found)


def test_another_rule_is_found_out(monkeypatch):
    monkeypatch.setattr(applications, "LONG_SPELL", 2)
    assert lines_alone(["matching"], 6, *EVERYTHING)["matching"].differences
