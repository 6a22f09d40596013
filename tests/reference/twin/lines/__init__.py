"""The lines of the month, in causal order, one file each."""

from __future__ import annotations

from twin.lines.accounts import Accounts
from twin.lines.calendar import Calendar
from twin.lines.demography import Demography
from twin.lines.hours import Hours
from twin.lines.labour_demand import LabourDemand
from twin.lines.matching import Matching
from twin.lines.policies import Policies
from twin.lines.reserves import Reserves
from twin.lines.retirement import Retirement
from twin.lines.search import Search
from twin.lines.separations import Separations
from twin.lines.training import Training
from twin.lines.vacancies import Vacancies
from twin.lines.wages import Wages

LINES = (
    Calendar,
    Demography,
    LabourDemand,
    Policies,
    Separations,
    Retirement,
    Training,
    Vacancies,
    Search,
    Matching,
    Wages,
    Reserves,
    Hours,
    Accounts,
)
START_ORDER = (
    "accounts",
    "labour_demand",
    "vacancies",
    "search",
    "wages",
    "matching",
    "calendar",
    "demography",
    "policies",
    "separations",
    "retirement",
    "training",
    "reserves",
    "hours",
)  # fmt: skip
"""The order in which lines are set up."""
