"""The net effect of a programme, and what a pilot would need to see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.evidence.parameters import load_parameters
from sim.pilots import power
from sim.pilots.spread import Repetitions

MONTHS = "months"
"""Unit of an effect that is a delay."""


@dataclass(frozen=True)
class Needed:
    """What a pilot would need to see an effect.

    Attributes
    ----------
    effect : share of participants, or months. participants : as many again in a comparison group; None: no number is enough.
    power : chance that the pilot, as large as it was and with a comparison group of that size, finds it.
    """

    effect: float
    participants: int | None
    power: float


def effect_of(name: str, settings: Mapping[str, Any]) -> tuple[str, float | None]:
    """Unit of the net effect of a policy (``share`` or ``months``), and its size as set; None when the policy has no effect of its own."""
    from sim.policies.registry import POLICIES

    effect = POLICIES[name].effect
    if effect is None:
        return "share", None
    unit = MONTHS if load_parameters()[f"policies.{name}.{effect}"].unit == MONTHS else "share"
    return unit, float(settings[effect])


def needed_for(effect: float | None, unit: str, size: float, comparison: float, sd: float) -> Needed | None:
    """What it takes to see an effect; None when there is none to look for."""
    if effect is None:
        return None
    if unit == MONTHS:
        return Needed(effect, power.participants_for_means(sd, effect), power.power_of_means(size, sd, effect))
    return Needed(effect, power.participants_for_shares(comparison, effect), power.power_of_shares(size, comparison, effect))


def pooled_sd(reps: Repetitions) -> float:
    """Standard deviation between people of the months that they stay, participants and comparison group together, each about its mean."""
    total = 0.0
    for people, sums, squares in (("participants", "stay", "stay_squared"), ("controls", "control_stay", "control_stay_squared")):
        n = max(reps[people].sum(), 1)
        total += reps[squares].sum() / n - (reps[sums].sum() / n) ** 2
    return float(np.sqrt(max(total / 2, 0.0)))
