"""The population follows the counts on 1 January."""

from __future__ import annotations

import numpy as np
import pytest

from sim.codes import month_index
from sim.world import World, sources
from sim.world.demography import expected_entrants, present_at, probabilities


def _simulated_years(start: str, until: str) -> dict[int, np.ndarray]:
    """{year: (2, 60)} people aged 15-74 on 1 January if everybody meets the probabilities exactly."""
    first, last = month_index(start), month_index(until)
    birthdays, immigrants = expected_entrants(first, last)
    death, leave = probabilities(first, last)
    births = np.arange(first - 900, last + 1)
    stock = np.zeros((len(births), 2))
    stock[:720] = present_at(first)[1]
    years = {}
    for month in range(first, last + 1):
        year = month // 12 - first // 12
        stock[births == month - 180] += birthdays[month - first]
        stock += immigrants[month - first].T
        age = (month - births) // 12
        keep = ((1 - death[year]) * (1 - leave[year]))[:, np.clip(age, 0, 75)].T
        stock *= np.where((age >= 15)[:, None], keep, 1.0)
        stock[age > 74] = 0.0
        if month % 12 == 11:
            by_age = np.zeros((60, 2))
            adult = (age >= 15) & (age <= 74)
            np.add.at(by_age, age[adult] - 15, stock[adult])
            years[month // 12 + 1901] = by_age.T
    return years


@pytest.mark.parametrize(("start", "until"), [("2015-01", "2035-12"), ("2023-10", "2035-12")])
def test_single_age_population_stays_within_half_a_per_cent_of_cbs_and_the_projection(start: str, until: str) -> None:
    for year, people in _simulated_years(start, until).items():
        published = sources.population(year)[:, 15:75]
        np.testing.assert_allclose(people, published, rtol=0.005, err_msg=f"1 January {year}")


def test_start_population_lies_between_the_counts_around_it() -> None:
    total = present_at(month_index("2023-10"))[1].sum()
    before, after = (sources.population(year)[:, 15:75].sum() for year in (2023, 2024))
    assert before < total < after


def test_death_is_rare_for_the_young_and_rises_with_age() -> None:
    death, _ = probabilities(month_index("2023-10"), month_index("2024-12"))
    assert death[0, :, 30].max() < 0.0001
    assert (np.diff(death[0, :, 40:76], axis=1) > 0).all()
    assert (death[0, 0, 40:] > death[0, 1, 40:]).all()


def test_entrants_are_sorted_and_enter_at_the_right_age(world: World) -> None:
    later = {name: values[world.n_present :] for name, values in world.people.items()}
    entry, birth = later["entry_month"].astype(int), later["birth_month"].astype(int)
    assert (np.diff(entry) >= 0).all()
    assert entry.min() >= world.start
    assert entry.max() <= world.until
    age = (entry - birth) // 12
    assert age.min() == 15
    assert age.max() <= 74
    assert ((entry - birth == 180).mean()) > 0.5


def test_number_of_entrants_is_that_of_the_country_times_the_scale(world_2023: World) -> None:
    birthdays, immigrants = expected_entrants(world_2023.start, world_2023.until)
    entrants = len(world_2023.people["sex"]) - world_2023.n_present
    assert entrants == pytest.approx((birthdays.sum() + immigrants.sum()) * world_2023.scale, abs=3)


def test_everybody_present_is_between_15_and_74(world: World) -> None:
    age = (world.start - 1 - world.people["birth_month"][: world.n_present].astype(int)) // 12
    assert age.min() == 15
    assert age.max() == 74
