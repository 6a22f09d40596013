"""A check with fewer seeds, or with other places and processes for its runs, than the baseline says: ``seeds=4 runs_dir=/tmp/runs``."""

from __future__ import annotations

from collections.abc import Sequence

from sim.baseline.item import Tier
from sim.baseline.store import Baseline, TierSettings
from sim.config.errors import UserError

OF_LUCK: tuple[Tier, ...] = ("statistical", "effects")
"""Tiers with several seeds."""
FREE = {"runs_dir", "compute", "threads"}
"""Settings that change no result."""


def reduced(baseline: Baseline, settings: Sequence[str]) -> Baseline:
    """The baseline with `settings` for its tiers with several seeds; the exact tier has one, and is always whole.

    Raises
    ------
    UserError
        A setting that would change results, or seeds that are not stored.
    """
    if not settings:
        return baseline
    seeds, free = None, []
    for text in settings:
        key, _, value = text.partition("=")
        if key == "seeds":
            if not value.isascii() or not value.isdecimal() or not 1 <= int(value[:9]) <= 10_000:
                raise UserError(f"on the command line: '{text}': seeds= takes a whole number from 1 on.")
            seeds = int(value)
        elif key.partition(".")[0] in FREE:
            free.append(text)
        else:
            raise UserError(
                f"on the command line: '{text}': a check measures what the baseline measured, with its settings; only "
                f"seeds, {', '.join(sorted(FREE))} can be given. Other settings belong into baseline.yaml, before an update."
            )
    return baseline.model_copy(update={"tiers": {tier: _with(of, tier, seeds, free) for tier, of in baseline.tiers.items()}})


def _with(settings: TierSettings, tier: Tier, seeds: int | None, free: Sequence[str]) -> TierSettings:
    if tier not in OF_LUCK:
        return settings
    if seeds is not None and seeds > settings.seeds:
        raise UserError(
            f"on the command line: seeds={seeds}: the baseline holds {settings.seeds} seeds of tier {tier}; take as many or fewer."
        )
    return settings.model_copy(update={"seeds": seeds or settings.seeds, "settings": (*settings.settings, *free)})
