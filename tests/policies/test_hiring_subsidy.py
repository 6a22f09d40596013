"""The subsidy raises the ranking of older unemployed applicants, and nothing else."""

from sim.codes import State
from sim.model import LabourMarket

WIDE = ("+policies.hiring_subsidy.start=2023-10", "+policies.hiring_subsidy.places_per_year=300000")


def test_only_unemployed_people_of_the_minimum_age_are_eligible(configure, world):
    model = LabourMarket(configure(*WIDE), world)
    for _ in range(3):
        model.step()
    people, rows = model.people, model.programmes[0].policy.eligible(model)
    age = model.month - people.birth_month[rows].astype(int)
    assert rows.size > 0
    assert (people.state[rows] == State.UNEMPLOYED).all()
    assert (age >= 56 * 12).all()
    assert (age < model.now.pension_age).all()


def test_a_score_of_nothing_changes_nothing(run):
    from every import same

    same(run(*WIDE, "+policies.hiring_subsidy.score=0"), run())


def test_employers_rank_participants_higher_by_the_score_and_nothing_else_changes(configure, world):
    model = LabourMarket(configure(*WIDE, "+policies.hiring_subsidy.score=0.5"), world)
    for _ in range(4):
        model.step()
    line, licences, asked = model.phase("matching"), model.vacancies.needs_licence, 0
    for row in model.programmes[0].participants:
        model.levers.hiring_score[0] = 32768
        (raised, found), lever = line.ask(int(row), line.rules, licences), model.levers.hiring_score
        lever[0] = 0
        plain, _ = line.ask(int(row), line.rules, licences)
        if found:
            listed = plain.choice[0] >= 0
            assert (raised.choice[0] == plain.choice[0]).all()
            assert (raised.offer[0][listed] == plain.offer[0][listed]).all()
            assert ((raised.points[0][listed] >> 46).astype(int) - (plain.points[0][listed] >> 46).astype(int) == 32768).all()
            asked += 1
    assert asked > 5
