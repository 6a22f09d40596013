"""The axes of a sweep: which settings take several values, and what that means for the comparison.

A sweep repeats (``seed``), asks several questions (``scenarios`` or ``variant``), moves what a scenario does (``evidence``, parameters of
policies), or changes the setting in which all of them are asked (the economy, the structure of the model, parameters of behaviour). A
setting needs a baseline of its own, since the effect of a policy is the difference within one setting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from hydra.core.override_parser.types import Glob, Override, RangeSweep
from hydra.errors import HydraException

from sim.config.errors import UserError
from sim.config.files import options_of, read_override
from sim.config.visible import shortened

MOST_VALUES = 100_000
"""Of one axis."""
SEED = "seed"
QUESTIONS = ("scenarios", "variant")
POLICIES, EVIDENCE = "policies.", "evidence"
SETTINGS = ("economy", "economy.", "structure.", "parameters.", "population.start", "population.seed", "rng")
"""Settings that every point of a comparison shares; those that end in a dot are sections."""
APART = {"until": "length", "population.scale": "sample size", "population.region": "region", "population": "population"}
"""What all runs of one comparison must have in common."""
NO_RESULT = ("compute", "report", "threads", "runs_dir", "checks", "compute.", "report.")
"""What cannot change a result."""


@dataclass(frozen=True)
class Axis:
    """A setting and its values.

    Attributes
    ----------
    key : dotted key, or ``scenarios``, ``economy`` and the like for a choice of files.
    values : as they stand on a command line.
    place : where the axis is given, for messages.
    """

    key: str
    values: tuple[str, ...]
    place: str

    @property
    def lines(self) -> list[str]:
        """``["seed=1", "seed=2"]``."""
        return [f"{self.key}={value}" for value in self.values]

    @property
    def is_of_policy(self) -> bool:
        """Whether it moves what a scenario does."""
        return self.key == EVIDENCE or self.key.startswith(POLICIES)

    @property
    def is_setting(self) -> bool:
        """Whether every value needs a baseline of its own."""
        return is_in(self.key, SETTINGS)


def names() -> list[str]:
    """Everything that one sweep may vary beside the parameters of policies."""
    from sim.config.schema import SimConfig
    from sim.config.wording import section_of
    from sim.evidence.parameters import load_parameters

    found = [*QUESTIONS, SEED, EVIDENCE]
    for name in SETTINGS:
        if name == "parameters.":
            found += [name + path for path in load_parameters() if not path.startswith(POLICIES)]
        elif name.endswith("."):
            section = section_of(SimConfig, (name.removesuffix("."),))
            found += [name + field for field in (section.model_fields if section else ())]
        else:
            found.append(name)
    return found


def is_in(key: str, names: Sequence[str]) -> bool:
    """Whether `key` is one of `names`, or lies below one that ends in a dot."""
    return any(key == name or (name.endswith(".") and key.startswith(name)) for name in names)


def axes_of(params: Mapping[str, Any], place: str, variants: Sequence[str]) -> list[Axis]:
    """The axes of ``hydra.sweeper.params`` in an experiment file.

    Raises
    ------
    UserError
        A value that cannot be read, or a setting that one sweep cannot vary.
    """
    axes = []
    for key, value in params.items():
        where = f"{place}: hydra.sweeper.params.{key}"
        try:
            override = read_override(f"{key}={value}")
        except HydraException:
            raise UserError(f"{where}: cannot read '{shortened(str(value), 200)}': write values as 1,2,3 or range(1,4).") from None
        axes.append(axis_of(override, where, variants))
    return axes


def axis_of(override: Override, place: str, variants: Sequence[str] = ()) -> Axis:
    """The axis that an override asks for, as `values_of`; raises `UserError` also for a setting that one sweep cannot vary."""
    refuse(override.key_or_group, place)
    return Axis(override.key_or_group, tuple(values_of(override, place, variants)), place)


def values_of(override: Override, place: str, variants: Sequence[str] = ()) -> list[str]:
    """The values that an override asks for; one when it is no sweep.

    Parameters
    ----------
    override : in Hydra's grammar of sweeps: ``1,2``, ``choice(1,2)``, ``range(1,4)``, ``glob(care*)``.
    place : where it stands, for messages.
    variants : names of the variants of the experiment, for ``variant=glob(...)``.

    Raises
    ------
    UserError
        An interval, or a pattern that nothing fits.
    """
    key = override.key_or_group
    if override.is_interval_sweep():
        raise UserError(
            f"{place}: an interval has no values to go through: write {key}=range(start,stop,step) or {key}=a,b,c. "
            "Draws from the ranges of uncertain parameters: draws=N."
        )
    chosen = override.value()
    if isinstance(chosen, Glob):
        known = list(variants) if key == "variant" else options_of(key)
        values = list(chosen.filter(known))
        if not values:
            fits = f"Known: {', '.join(known)}." if known else "glob(...) chooses among files: scenarios, economy."
            raise UserError(f"{place}: nothing fits the pattern. {fits}")
    elif override.is_sweep_override():
        values = listed(override, place)
    else:
        values = [override.get_value_element_as_str()]
    if not values:
        raise UserError(f"{place}: no values.")
    return list(dict.fromkeys(values))


def listed(override: Override, place: str) -> list[str]:
    """The values of ``1,2``, ``choice(...)`` or ``range(...)``; raises `UserError` for more than `MOST_VALUES`."""
    asked = override.value()
    try:
        known = asked.range() if isinstance(asked, RangeSweep) else override.sweep_string_iterator()
        if len(list(islice(known, MOST_VALUES + 1))) > MOST_VALUES:  # counted before anything is shuffled or kept
            raise UserError(f"{place}: more than {MOST_VALUES:,} values: one sweep cannot do so many.")
        return list(override.sweep_string_iterator())
    except (HydraException, ValueError, TypeError, ArithmeticError) as error:
        raise UserError(f"{place}: these values cannot be listed: {error}.") from None


def refuse(key: str, place: str) -> None:
    """Raise `UserError` for a setting that one sweep cannot vary; the message says why."""
    if key in (SEED, EVIDENCE, *QUESTIONS) or key.startswith(POLICIES) or is_in(key, SETTINGS):
        return
    if key in APART:
        raise UserError(f"{place}: runs that differ in {APART[key]} cannot be in one comparison: one sweep per value, with {key}=...")
    if key in ("seeds", "draws"):
        raise UserError(f"{place}: {key} is how often everything is repeated, not an axis: one number, as {key}=20.")
    if is_in(key, NO_RESULT):
        raise UserError(f"{place}: {key} does not change a result, so there is nothing to compare: one value.")
    raise UserError(
        f"{place}: a sweep varies scenarios or variant, seed, evidence, policies.<policy>.<parameter>, and as settings with a baseline of "
        "their own economy, structure.<part>, parameters.<group>.<name>, population.start, population.seed, rng."
    )
