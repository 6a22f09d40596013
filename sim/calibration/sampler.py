"""Where to look next: Gauss-Newton steps on everything that is known, as a sampler of Optuna.

First the design (the prior, then the trajectories of the screening), then proposals: a regression of the residuals of all finished
evaluations (`sim.calibration.local`) around one of the best, a step to its minimum inside a trust region whose size is drawn, and a
little scatter so that the next regression learns something new; now and then a point apart. A proposal depends on the seed, its number
and the evaluations finished before its generation began - not on the clock, the number of processes, or how often the fit was stopped.

Against Optuna's own samplers on a test problem (tests/calibration/toy.py: 60 parameters of which 6 idle, 320 moments with 3 % luck, two
seeds an evaluation; loss without luck of the best trial, two repetitions; the true parameters have 0.57):

    evaluations          150          300          600
    Gauss-Newton      0.57 0.52    0.51 0.49    0.50 0.50    a design of 123 points included
    CMA-ES            22.6 19.1    16.9 13.7     8.4  6.5    from the prior, sigma 0.2
    TPE               18.1 26.2    16.3 21.5    12.1 15.8
    the prior         27.5
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.distributions import BaseDistribution, FloatDistribution
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial, TrialState

from sim.calibration.local import best_step, fit_local
from sim.calibration.space import Space

if TYPE_CHECKING:
    from optuna.study import Study

GENERATION = 8
"""Proposals made from the same knowledge. Fixed, so that a fit does not depend on the machine; enough for eight cores."""
RADII = (0.03, 0.1, 0.3)
"""Trust regions, as shares of the range of every parameter."""
SCATTER = 0.15
"""Standard deviation of the scatter around a step, as a share of the trust region."""
APART = 0.05
"""Share of proposals that explore."""


class GaussNewtonSampler(BaseSampler):
    """See the module.

    Parameters
    ----------
    space : the parameters; trials hold values in their units.
    design : points of the unit cube to do first, shape (points, parameters).
    residuals_of : the residual vector of a finished trial, whose squares (with the penalty) sum to its value.
    penalty : weight of the prior, per squared share of the range.
    frozen : after the design, tells which parameters stay at the prior, shape (parameters,), bool; called once.
    """

    def __init__(
        self,
        space: Space,
        design: np.ndarray,
        residuals_of: Callable[[FrozenTrial], np.ndarray],
        penalty: float,
        seed: int = 0,
        frozen: Callable[[], np.ndarray] | None = None,
    ) -> None:
        self.space, self.design, self.residuals_of, self.penalty, self.seed = space, design, residuals_of, penalty, seed
        self._ask_frozen = frozen
        self._frozen: np.ndarray | None = None
        self._known: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self._stacked: tuple[int | None, np.ndarray, np.ndarray] | None = None

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """All parameters at once."""
        return distributions(self.space)

    def sample_independent(self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution) -> Any:
        """Never needed: all parameters are proposed together."""
        raise ValueError(f"{param_name} is not one of the fitted parameters")

    def sample_relative(self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]) -> dict[str, Any]:
        """The values of trial number `trial.number`."""
        number = trial.number
        if number < len(self.design):
            return dict(self.space.values(self.design[number]))
        began = number - (number - len(self.design)) % GENERATION
        units, residuals = self.finished(study, began)
        rng = np.random.default_rng([self.seed, number])
        return dict(self.space.values(propose(units, residuals, self.space.prior, ~self.frozen, self.penalty, rng)))

    @property
    def frozen(self) -> np.ndarray:
        """Parameters that stay at the prior."""
        if self._frozen is None:
            self._frozen = self._ask_frozen() if self._ask_frozen else np.zeros(len(self.space), bool)
        return self._frozen

    def finished(self, study: Study, before: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Points and residuals of the finished trials with a number below `before`, in order of number."""
        if self._stacked is None or before is None or self._stacked[0] != before:
            for trial in study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)):
                if trial.number not in self._known:
                    self._known[trial.number] = (self.space.unit(trial.params), self.residuals_of(trial))
            numbers = [number for number in sorted(self._known) if before is None or number < before]
            self._stacked = (before, np.array([self._known[n][0] for n in numbers]), np.array([self._known[n][1] for n in numbers]))
        return self._stacked[1:]


def distributions(space: Space) -> dict[str, BaseDistribution]:
    """The ranges as Optuna writes them."""
    return {d.path: FloatDistribution(d.low, d.high) for d in space.dimensions}


def losses(units: np.ndarray, residuals: np.ndarray, prior: np.ndarray, penalty: float) -> np.ndarray:
    """Loss with the prior, shape (evaluations,)."""
    return np.sum(residuals**2, axis=1) + penalty * np.sum((units - prior) ** 2, axis=1)


def propose(
    units: np.ndarray, residuals: np.ndarray, prior: np.ndarray, active: np.ndarray, penalty: float, rng: np.random.Generator
) -> np.ndarray:
    """The next point of the unit cube, shape (parameters,); parameters that are not active stay at the prior."""
    order = np.argsort(losses(units, residuals, prior, penalty), kind="stable")
    centre = np.where(active, units[order[min(int(rng.exponential(2.0)), len(order) - 1)]], prior)
    radius = float(rng.choice(RADII))
    if rng.random() < APART:
        point = centre + rng.uniform(-radius, radius, len(prior))
    else:
        model = fit_local(units, residuals, centre, active)
        low, high = np.maximum(centre - radius, 0.0), np.minimum(centre + radius, 1.0)
        point = best_step(model, prior, penalty, np.where(active, low, prior), np.where(active, high, prior))
        point = point + rng.normal(0.0, SCATTER * radius, len(prior))
    return np.where(active, np.clip(point, 0.0, 1.0), prior)
