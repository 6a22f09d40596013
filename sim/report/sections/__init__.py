"""The sections of the page, one file each, and their order."""

from __future__ import annotations

from sim.report.section import Section
from sim.report.sections.answer import Answer
from sim.report.sections.assumptions import Assumptions
from sim.report.sections.balance import Balance
from sim.report.sections.by_seed import BySeed
from sim.report.sections.costs import Costs
from sim.report.sections.difference import Difference
from sim.report.sections.fit import HowItFits
from sim.report.sections.flows import MovesOfPeople
from sim.report.sections.grid import AlongTheGrid
from sim.report.sections.key_figures import KeyFigures
from sim.report.sections.limits import Limits
from sim.report.sections.over_time import OverTime
from sim.report.sections.programmes import Programmes
from sim.report.sections.ranking import Ranking
from sim.report.sections.reproduce import Reproduce
from sim.report.sections.retirement import AgeAtRetirement
from sim.report.sections.sensitivity import Sensitivity
from sim.report.sections.sources import Sources
from sim.report.sections.tightness import TightnessMap
from sim.report.sections.uncertainty import Intervals
from sim.report.sections.vintages import Vintages

ORDER: tuple[type[Section], ...] = (
    # the answer
    Answer,
    KeyFigures,
    Ranking,
    BySeed,
    Programmes,
    Costs,
    # what happens
    OverTime,
    AlongTheGrid,
    Balance,
    TightnessMap,
    MovesOfPeople,
    AgeAtRetirement,
    # can I trust it
    Intervals,
    Sensitivity,
    HowItFits,
    Vintages,
    Limits,
    # the details
    Difference,
    Assumptions,
    Reproduce,
    Sources,
)
"""All sections, in the order of the page within their part (`sim.report.section.PARTS`)."""
