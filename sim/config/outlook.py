"""What a projection assumes about the demand for labour after September 2023."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Outlook:
    """Growth after September 2023, shares per year; left alone, demand only follows the number of people.

    Attributes
    ----------
    demand_growth_per_year : of jobs plus open vacancies in the sectors without a driver of their own (all but care, education, defence).
    care_use_per_year, education_use_per_year : of demand per head at a given age.
    defence_growth_per_year : of demand in defence, to the month `defence_growth_until` and nil after it.
    """

    demand_growth_per_year: float = 0.0
    care_use_per_year: float = 0.0
    education_use_per_year: float = 0.0
    defence_growth_per_year: float = 0.0
    defence_growth_until: str = "2035-12"
