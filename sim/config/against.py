"""What a scenario is compared with: ``scenario.against`` in its file, else the baseline; and so on from there, up to the baseline."""

from __future__ import annotations

from collections.abc import Mapping

from sim.config import shipped
from sim.config.errors import UserError
from sim.config.own_files import SCENARIOS, content
from sim.config.schema import BASELINE
from sim.config.wording import nearest


def compared_with(name: str, against: str, place: str, variants: Mapping[str, str] | None = None) -> list[str]:
    """The scenarios that `name` leans on, from the baseline up to `against`; empty for the baseline itself.

    Parameters
    ----------
    name, against : of the scenario.
    place : where its ``against`` is set, for messages.
    variants : variants of the experiment -> what they are compared with; they go before scenarios.

    Raises
    ------
    UserError
        An unknown scenario, a scenario compared with itself, or a circle.
    """
    if name == BASELINE:
        if against != BASELINE:
            raise UserError(f"{place}: scenario.against: the baseline is what the others are compared with; leave it out.")
        return []
    line, known = [name], {*shipped.names("scenarios"), *(variants or {})}
    while against != BASELINE:
        if against not in known:
            raise UserError(f"{place}: scenario.against: unknown scenario '{against}'{nearest(against, known)}")
        line.append(against)
        if against in line[:-1]:
            raise UserError(f"{place}: scenario.against: a circle: {' against '.join(line)}. One of them must go against the baseline.")
        if variants and against in variants:
            against = variants[against]
        else:
            against, place = named_in(against)
    return [BASELINE, *reversed(line[1:])]


def named_in(scenario: str) -> tuple[str, str]:
    """What the file of a scenario wants to be compared with, and which file that is."""
    path = shipped.find(SCENARIOS, scenario)
    heading = (content(SCENARIOS, path) if path else {}).get("scenario")
    against = heading.get("against") if isinstance(heading, dict) else None
    return str(against or BASELINE), shipped.shown(path) if path else ""
