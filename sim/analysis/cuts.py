"""Metrics over time by group of sectors, province and age: which cuts exist, in which periods, and why.

A cut is ``GROUP.PROVINCE.AGE`` with ``all`` where it is not split. People out of work have the sector of their last job: "unemployed in
care" are those who last worked in care. What is not offered, and why:

- Province by age: at 1:100 a province's age band holds some hundreds of simulated people, a dozen of them unemployed.
- Unemployment and tension by group and province or age: of those who last worked in defence, two or three simulated people are unemployed
  in a province.
- Metrics of the labour market (vacancies, hires, notices, shortage, work done) by age: a position has no age; its province is that of
  the work. Those of people have the province of residence, so tension by province sets vacancies against people living there.
- FTE of people's main jobs by group or province: work done says more, reserve hours included.
- Participation by group: its denominator is everybody, and those who never worked have no group.
- Retirement age by age band (it would repeat the band) and by province (too few retire).
- Notices and the wage bill by province: so that the page stays small.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.codes import AGE_BANDS, PROVINCES, SECTOR_GROUPS, SECTORS

GROUPS: dict[str, tuple[str, ...]] = SECTOR_GROUPS | {
    "crucial": tuple(key for group, keys in SECTOR_GROUPS.items() if group != "rest" for key in keys),
    "all": SECTORS,
}
"""Groups of sectors for reporting: the five crucial ones, the rest, the crucial ones together and all."""
GROUP_SUMS = ("shortage_fte", "filled_fte")
"""Metrics by group of sectors that are kept by month: shortage, and work done (filled positions and reserve hours), in FTE."""
LAST_MONTHS = 12
"""Months over which "at the end of the horizon" is averaged."""
NATIONAL = "all.all.all"
SPLIT_GROUPS = (*SECTOR_GROUPS, "crucial")
"""Groups that a cut can have, those that do not overlap first."""
MONTH, QUARTER, YEAR = "month", "quarter", "year"
LENGTH = {MONTH: 1, QUARTER: 3, YEAR: 12}
"""Months of a period, by resolution."""
CELLS: dict[str, tuple[str, ...]] = {
    "all": (NATIONAL,),
    "group": tuple(f"{group}.all.all" for group in SPLIT_GROUPS),
    "province": tuple(f"all.{province}.all" for province in PROVINCES),
    "age": tuple(f"all.all.{age}" for age in AGE_BANDS),
    "group_province": tuple(f"{group}.{province}.all" for group in SPLIT_GROUPS for province in PROVINCES),
    "group_age": tuple(f"{group}.all.{age}" for group in SPLIT_GROUPS for age in AGE_BANDS),
}
"""Kinds of cuts, and the cuts of each in the order of the arrays."""
RESOLUTION = {"all": MONTH, "group": QUARTER, "province": QUARTER, "age": QUARTER, "group_province": YEAR, "group_age": YEAR}
"""Length of the periods of a kind of cuts: the finer the cut, the longer, for the file to stay small and the noise of few people too."""


@dataclass(frozen=True)
class Family:
    """A metric over time: a sum, or the ratio of two sums.

    Attributes
    ----------
    unit : key of the unit of a level. sum_unit : of the sum over months; None when a sum means nothing (rates, ages).
    over : sums that are added up. under : those it is divided by; empty for a sum. factor : what the result is multiplied by.
    months : over which both are summed, looking back.
    kinds : of cuts it has beside the national one.
    decimals : decimals at which a level is shown at most.
    """

    id: str
    unit: str
    sum_unit: str | None
    over: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    under: tuple[str, ...] = ()
    factor: float = 1.0
    months: int = 1
    decimals: int = 0

    @property
    def has_sum(self) -> bool:
        """Whether its months can be added up."""
        return self.sum_unit is not None

    @property
    def cuts(self) -> dict[str, str]:
        """Every cut with its kind."""
        return {cut: kind for kind in ("all", *self.kinds) for cut in CELLS[kind]}


_ONE, _PLACES = ("group", "province", "age"), ("group", "province", "group_province")
_RATE = ("group", "province")
FAMILIES: dict[str, Family] = {
    family.id: family
    for family in (
        Family("employed", "persons", "person_months", ("employed",), (*_ONE, "group_province", "group_age")),
        Family("unemployed", "persons", "person_months", ("unemployed",), _ONE),
        Family("fte", "fte", "fte_months", ("fte",), ("age", "group_age")),
        Family("unemployment_rate", "percent", None, ("unemployed",), _ONE, ("employed", "unemployed"), 100, decimals=1),
        Family("net_participation", "percent", None, ("employed",), ("province", "age"), ("population",), 100, decimals=1),
        Family("shortage_fte", "fte", "fte_months", ("shortage_fte",), _PLACES),
        Family("filled_fte", "fte", "fte_months", ("filled_fte",), _PLACES),
        Family("vacancies_open", "vacancies", "vacancy_months", ("vacancies_open",), _PLACES),
        Family("tension", "vacancies_per_100_unemployed", None, ("vacancies_open",), _RATE, ("unemployed",), 100),
        Family("hires", "persons_per_month", "persons", ("hires",), _RATE),
        Family("layoffs", "persons_per_month", "persons", ("layoffs",), ("group",)),
        Family("wage_bill", "million_eur_per_month", "million_eur", ("wage_bill_eur",), ("group", "age"), factor=1e-6),
        Family("retirements", "persons_per_month", "persons", ("retirements",), (*_ONE, "group_age")),
        Family("retirement_age", "years", None, ("retirement_age_months",), ("group",), ("retirements",), 1 / 12, 12, decimals=2),
    )
}
"""All metrics over time, in the order in which they are offered."""


def _needed(kind: str) -> tuple[str, ...]:
    names = dict.fromkeys(name for family in FAMILIES.values() if kind in family.kinds for name in (*family.over, *family.under))
    return tuple(name for name in names if kind != "group" or name not in GROUP_SUMS)


CUT_SUMS = {kind: _needed(kind) for kind in RESOLUTION if kind != "all"}
"""Sums that a kind of cuts needs, beside those kept by month."""


@dataclass(frozen=True)
class Periods:
    """Periods of equal length, counted back from the last month: the last ones are the last twelve months, and the first may be short.

    Attributes
    ----------
    of : (n_months,) number of the period of every month.
    """

    of: np.ndarray

    def __len__(self) -> int:
        return int(self.of[-1]) + 1

    @property
    def n_months(self) -> np.ndarray:
        """Months of each period, (n_periods,)."""
        return np.bincount(self.of)

    @property
    def first(self) -> np.ndarray:
        """Number of the first month of each period, (n_periods,)."""
        return np.flatnonzero(np.diff(self.of, prepend=-1))


@cache
def periods(n_months: int, resolution: str) -> Periods:
    """The periods of `n_months` months."""
    back = np.arange(n_months)[::-1] // LENGTH[resolution]
    return Periods(back.max() - back)
