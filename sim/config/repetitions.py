"""The same scenarios again and again: what varies in a run beside what it is about."""

from __future__ import annotations

from collections.abc import Sequence

from sim.config.draws import with_draw
from sim.config.errors import UserError
from sim.config.schema import SimConfig

MOST_RUNS = 1_000_000
"""Of one command: some 100 machine-days at 1:10."""


def repeated(configs: Sequence[SimConfig], seeds: Sequence[int]) -> list[SimConfig]:
    """Every configuration with every seed and, when it asks for draws, with every parameter draw.

    Seeds alternate slowest, then draws, so that the first finished runs already make pairs. A configuration that asks for draws next to one
    that does not would have no pair, so all have as many as the one that asks for most.

    Raises
    ------
    UserError
        A draw has values that a policy refuses, or there are too many runs.
    """
    repetitions = max((config.draws for config in configs), default=0) or 1
    refuse_too_many(len(configs) * len(seeds) * repetitions)
    draws = range(max((config.draws for config in configs), default=0)) or [None]
    by_draw = _with_draws(configs, draws)
    return [with_seed(config, seed) for seed in seeds for drawn in by_draw for config in drawn]


def refuse_too_many(runs: int) -> None:
    """Raise `UserError` for more runs than one command can keep track of, before any of them is made."""
    if runs > MOST_RUNS:
        raise UserError(f"{runs:,} runs: one command does at most {MOST_RUNS:,}. Fewer seeds, draws or values, or several commands.")


def _with_draws(configs: Sequence[SimConfig], draws: Sequence[int | None]) -> list[list[SimConfig]]:
    """The configurations by draw; made once, since all seeds share them."""
    return [[config if draw is None else with_draw(config, draw) for config in configs] for draw in draws]


def with_seed(config: SimConfig, seed: int) -> SimConfig:
    """The same configuration with other luck."""
    return config.model_copy(update={"seed": seed})
