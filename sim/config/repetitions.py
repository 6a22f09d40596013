"""The same scenarios again and again: what varies in a run beside what it is about."""

from __future__ import annotations

from collections.abc import Sequence

from sim.config.schema import SimConfig


def repeated(configs: Sequence[SimConfig], seeds: Sequence[int]) -> list[SimConfig]:
    """Every configuration with every seed; the seeds alternate slowest, so that the first finished runs already make pairs."""
    return [with_seed(config, seed) for seed in seeds for config in configs]


def with_seed(config: SimConfig, seed: int) -> SimConfig:
    """The same configuration with other luck."""
    return config.model_copy(update={"seed": seed})
