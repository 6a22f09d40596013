"""A baseline is a folder of small text files, made to be read in a review: what was measured, with which settings, and why it changed.

    baseline.yaml      format, name, settings of every tier, history of updates (`Baseline`)
    TIER files         written and read by the module of the tier (`exact`, `statistical`, `effects`), named after it

The one that comes with Loopbrug stands in `SHIPPED`; `sim baseline init` makes one for the scenarios of somebody else's repository.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from sim.baseline.item import Tier

FORMAT = 1
FILE_NAME = "baseline.yaml"
SHIPPED = Path(__file__).with_name("shipped")
"""The baseline of this version."""


class TierSettings(BaseModel):
    """How a tier is measured. scenarios : names, as every verb takes them. settings : key=value. seeds : how many."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scenarios: tuple[str, ...] = ("baseline",)
    settings: tuple[str, ...] = ()
    seeds: int = 1


class Update(BaseModel):
    """One update: when, by which version, why, and which tiers were measured anew."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: str
    version: str
    reason: str
    code_digest: str
    data_digest: str
    tiers: tuple[Tier, ...]
    moved: tuple[str, ...] = ()
    """Sentences on what moved, the largest first."""


class Baseline(BaseModel):
    """What ``baseline.yaml`` holds. tiers : those that this baseline has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = FORMAT
    name: str
    tiers: dict[Tier, TierSettings]
    history: tuple[Update, ...] = ()
