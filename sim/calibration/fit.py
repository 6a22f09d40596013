"""The fit, from the luck of the prior to a file: luck, screening, search, fresh seeds, profiles.

1. *Luck.* The prior with some seeds: how much single runs differ, which says what a residual is worth.
2. *Screening* (`sim.calibration.screen`) and *search* (`sim.calibration.sampler`), as trials of one Optuna study by ask and tell.
3. *Fresh seeds.* The best trials, the mean of the best, and the minima of the linear model are simulated again with seeds that the search
   never saw, since the best of many is partly the luckiest. The lowest of them is the fit.
4. *Profiles* (`sim.calibration.profile`) and the result.

The search ends when it has converged, when its time is up, or, to repeat a fit exactly on another machine, after a given number of
evaluations: everything else is the same whatever the clock says.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.calibration import profile, result
from sim.calibration.archive import Archive
from sim.calibration.evaluate import Evaluator, Problem
from sim.calibration.local import LocalModel, best_step, fit_local
from sim.calibration.loss import Moments
from sim.calibration.progress import Progress
from sim.calibration.study import Folder, left_running
from sim.calibration.workers import Workers

if TYPE_CHECKING:
    import optuna

    from sim.calibration.sampler import GaussNewtonSampler
    from sim.calibration.screen import Screening

PENALTY = 0.02
"""Weight of the prior: the loss of a parameter that lies a whole range away from it. A weak one: it decides where the targets do not."""
LUCK_SEEDS = tuple(range(11, 27))
FRESH_SEED = 101
PROGRESS = 0.01
"""Progress: the best loss falls by this share."""
MANY_FAILED = 0.05
"""Share of failed evaluations at which a fit gives up."""
CHUNK = 32
"""Points of the screening handed out at a time."""


@dataclass(frozen=True)
class Plan:
    """How much to do.

    Attributes
    ----------
    minutes : time for everything. trajectories : of the screening. seeds : paired seeds of every evaluation.
    fresh : seeds of the last comparison. end_seeds : of the runs at the ends of the profiles; 0: the linear model only.
    candidates : trials in the last comparison. patience : evaluations per parameter without progress (`PROGRESS`) that end the search.
    evaluations : stop the search after so many, whatever the clock says.
    seed : of the design and the proposals.
    """

    minutes: float
    trajectories: int
    seeds: tuple[int, ...] = (1, 2)
    fresh: int = 8
    end_seeds: int = 4
    candidates: int = 4
    patience: int = 10
    evaluations: int | None = None
    seed: int = 0


QUICK = Plan(minutes=5, trajectories=2, seeds=(1,), fresh=4, end_seeds=0, candidates=3, patience=4)
"""One seed: twice as many points, and the regression averages their luck."""
FULL = Plan(minutes=115, trajectories=4)
"""Five minutes less than two hours, for what cannot be foreseen."""


class Interrupted(Exception):
    """The user pressed Ctrl-C; what was finished is kept."""


def calibrate(problem: Problem, plan: Plan, folder: Path, progress: Progress, *, restart: bool = False) -> result.Result:
    """Fit the parameters of `problem`; goes on where an earlier call with the same `folder` stopped.

    Raises
    ------
    UserError : the folder is another fit's or in use.
    Interrupted : Ctrl-C.
    RuntimeError : too many evaluations fail.
    """
    content = problem.identity | {
        "parameters": problem.space.rows(),
        "targets": [[*key, o, e, w] for key, o, e, w in zip(problem.moments.keys, *_lists(problem.moments), strict=True)],
        "design": [plan.trajectories, list(plan.seeds), plan.seed, list(LUCK_SEEDS), PENALTY],
    }
    with Folder(folder, content, restart) as place:
        problem.prepare(progress.note)
        with Workers(problem.processes, problem.load) as workers:
            archive = Archive(place.path / "runs.f32", len(problem.moments.keys))
            fit = Fit(problem, plan, place, Evaluator(problem.moments, archive, workers), progress)
            try:
                return fit.run()
            except KeyboardInterrupt:
                raise Interrupted(f"Interrupted. {fit.finished()} evaluations are finished and kept in {folder}.") from None
            finally:
                progress.end()


def _lists(moments: Moments) -> tuple[list[float], list[float], list[float]]:
    return moments.observed.tolist(), moments.error.tolist(), moments.weight.tolist()


class Fit:
    """One fit under way; see `calibrate`."""

    luck_seeds = LUCK_SEEDS

    def __init__(self, problem: Problem, plan: Plan, place: Folder, evaluator: Evaluator, progress: Progress) -> None:
        self.problem, self.plan, self.place, self.evaluator, self.progress = problem, plan, place, evaluator, progress
        self.space, self.archive = problem.space, evaluator.archive
        self.study: optuna.Study | None = None
        self._screening: Screening | None = None

    def run(self) -> result.Result:
        """All steps."""
        self.measure_luck()
        self.sampler, self.study = self.open_study()
        stopped = self.search()
        self.progress.note("Comparing the best with fresh seeds ...")
        values = self.choose()
        document = result.document(self, values, stopped)
        return result.Result(document, result.write(document, self.place.path))

    def finished(self) -> int:
        """Evaluations that are complete."""
        return len(self.complete()) if self.study is not None else 0

    def complete(self) -> list[optuna.trial.FrozenTrial]:
        """Finished trials, in order of number."""
        from optuna.trial import TrialState

        assert self.study is not None
        return self.study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))

    # --- 1: luck ----------------------------------------------------------------------------------------------------------------------
    def measure_luck(self) -> None:
        """Runs of the prior: which figures the model measures at all, and the luck of each."""
        prior = self.space.values(self.space.prior)
        self.evaluator.must([prior], LUCK_SEEDS)
        runs = np.array([self.archive.get(prior, seed) for seed in LUCK_SEEDS], np.float64)
        self.measured = np.isfinite(runs).any(axis=0)
        if not self.measured.any():
            raise RuntimeError("the simulation measures none of the published figures")
        self.moments = self.problem.moments.only(self.measured)
        luck = self.moments.luck(runs[:, self.measured])
        self.luck = luck / len(self.plan.seeds)
        self.lucky = self.moments.residuals(runs[:, self.measured], self.luck)

    def residuals(self, values: dict[str, float], seeds: tuple[int, ...]) -> np.ndarray:
        """Residuals of an evaluation that was done, shape (measured moments,)."""
        return self.moments.residuals(self.archive.mean(values, seeds)[self.measured], self.luck)

    def loss(self, values: dict[str, float], seeds: tuple[int, ...]) -> float:
        """Loss without the prior."""
        return float(np.sum(self.residuals(values, seeds) ** 2))

    def prior_loss(self, values: dict[str, float]) -> float:
        """What the prior adds."""
        return PENALTY * float(np.sum((self.space.unit(values) - self.space.prior) ** 2))

    # --- 2: screening and search ------------------------------------------------------------------------------------------------------
    def open_study(self) -> tuple[GaussNewtonSampler, optuna.Study]:
        """The sampler and the study, new or as it was left."""
        from sim.calibration.sampler import GaussNewtonSampler
        from sim.calibration.screen import design

        points = design(self.space.paths, self.space.prior, self.plan.trajectories, self.plan.seed)
        sampler = GaussNewtonSampler(
            self.space, points, lambda trial: self.residuals(trial.params, self.plan.seeds), PENALTY, self.plan.seed,
            lambda: self.screening().moves_nothing(),
        )  # fmt: skip
        return sampler, self.place.study(sampler)

    def screening(self) -> Screening:
        """Analysis of the design, once it is finished; trajectories with a failed run are left out."""
        if self._screening is None:
            from sim.calibration.screen import analyse

            done = {trial.number: trial for trial in self.complete() if trial.number < len(self.sampler.design)}
            size = len(self.space) + 1
            starts = range(1, len(self.sampler.design), size)
            numbers = [n for start in starts if all(start + k in done for k in range(size)) for n in range(start, start + size)]
            if not numbers:
                raise RuntimeError("every trajectory of the screening has a failed run: see the user attribute `error` of the trials")
            residuals = np.array([self.residuals(done[n].params, self.plan.seeds) for n in numbers])
            self._screening = analyse(
                self.space.paths, self.space.prior, self.sampler.design[numbers], np.sum(residuals**2, axis=1),
                self.moments.by_cell(residuals), self.moments.by_cell(self.lucky), len(self.plan.seeds),
            )  # fmt: skip
        return self._screening

    def search(self) -> str:
        """Ask, simulate, tell, until there is enough; returns why it stopped."""
        from sim.calibration.sampler import GENERATION, distributions

        assert self.study is not None
        ranges, first = distributions(self.space), len(self.sampler.design)
        while True:
            batch = left_running(self.study, ranges)
            asked = len(self.study.get_trials(deepcopy=False))
            if not batch and asked >= first and (reason := self.enough()):
                return reason
            end = min(asked + CHUNK, first) if asked < first else asked + GENERATION - (asked - first) % GENERATION
            if asked == first and not batch:
                nothing = self.screening().moves_nothing()
                self.progress.note(f"Screening: {nothing.sum()} of {len(nothing)} parameters move nothing and stay at their prior.")
            if not batch or (asked - first) % GENERATION:
                batch += [self.study.ask(ranges) for _ in range(asked, end)]
            self.evaluate(batch)
            self.place.note_spent()

    def evaluate(self, batch: list[optuna.Trial]) -> None:
        """Simulate trials and tell what came out."""
        from optuna.trial import TrialState

        assert self.study is not None
        study, points = self.study, [dict(trial.params) for trial in batch]

        def tell(n: int, error: str | None) -> None:
            if error is None:
                study.tell(batch[n].number, self.loss(points[n], self.plan.seeds) + self.prior_loss(points[n]))
            else:
                batch[n].set_user_attr("error", error)
                study.tell(batch[n].number, state=TrialState.FAIL)
                self.progress.note(f"evaluation {batch[n].number} failed: {error}")
            self.show()

        self.evaluator.run(points, self.plan.seeds, tell)
        failed = len(study.get_trials(deepcopy=False, states=(TrialState.FAIL,)))
        if failed > max(4, MANY_FAILED * len(study.get_trials(deepcopy=False))):
            raise RuntimeError(f"{failed} evaluations failed, the last with: {study.get_trials(False, (TrialState.FAIL,))[-1].user_attrs}")

    def show(self) -> None:
        """How far the search is."""
        best = min((trial.value or 0.0 for trial in self.complete()), default=float("nan"))
        self.progress.evaluation(self.finished(), best, max(0.0, 60 * self.plan.minutes - self.place.spent()))

    def enough(self) -> str:
        """Why the search should end, or nothing."""
        values = [trial.value or 0.0 for trial in self.complete()]
        if self.plan.evaluations is not None:
            return "evaluations" if len(values) >= self.plan.evaluations else ""
        since = self.plan.patience * len(self.space)
        if len(values) - since > len(self.sampler.design) and min(values) > (1 - PROGRESS) * min(values[:-since]):
            return "converged"
        return "time" if self.place.spent() + self.reserve() >= 60 * self.plan.minutes else ""

    def reserve(self) -> float:
        """Seconds that the steps after the search will take, from what runs took so far."""
        runs = (self.plan.candidates + 4) * self.plan.fresh + 4 * len(self.space) * self.plan.end_seeds
        return 1.1 * runs * self.place.spent() / max(1, len(self.archive))

    # --- 3: fresh seeds ---------------------------------------------------------------------------------------------------------------
    @property
    def fresh(self) -> tuple[int, ...]:
        """Seeds that the search never saw."""
        return tuple(range(FRESH_SEED, FRESH_SEED + self.plan.fresh))

    def local(self, centre: np.ndarray) -> LocalModel:
        """The linear model of the residuals around a point, from all finished evaluations."""
        assert self.study is not None
        return fit_local(*self.sampler.finished(self.study), centre, ~self.sampler.frozen)

    def choose(self) -> dict[str, float]:
        """The fit: the best of some candidates on fresh seeds, rounded as it is published."""
        from sim.calibration.sampler import RADII

        still, prior = self.sampler.frozen, self.space.prior
        trials = sorted(self.complete(), key=lambda trial: (trial.value, trial.number))
        tops = [np.where(still, prior, self.space.unit(trial.params)) for trial in trials[: max(10, len(self.space) // 2)]]
        points = [*tops[: self.plan.candidates], np.mean(tops, axis=0), prior]
        model = self.local(points[-2])
        for radius in RADII[1:]:
            low, high = np.maximum(model.centre - radius, 0), np.minimum(model.centre + radius, 1)
            points.append(best_step(model, prior, PENALTY, np.where(still, prior, low), np.where(still, prior, high)))
        candidates = [self.space.rounded(self.space.values(point)) for point in points]
        self.evaluator.must([*candidates, self.space.values(prior)], self.fresh)
        return min(candidates, key=lambda values: self.loss(values, self.fresh) + self.prior_loss(values))

    # --- 4: profiles and the result ---------------------------------------------------------------------------------------------------
    def profiles(self, values: dict[str, float]) -> list[profile.Profile]:
        """Profiles around the fit; with runs at their ends when the plan has them."""
        place, loss, model = self.space.unit(values), self.loss(values, self.fresh), self.local(self.space.unit(values))
        errors = profile.errors_of(model, self.moments, self.residuals(values, self.fresh), PENALTY)
        found = profile.profiles(model, self.space.prior, PENALTY, loss, errors)
        seeds = self.fresh[: self.plan.end_seeds]
        chosen = [n for n, still in enumerate(self.sampler.frozen) if not still] if seeds else []
        if not chosen:
            return found
        self.progress.note(f"Simulating both ends of {len(chosen)} profiles ...")
        ends: dict[tuple[int, int], list[dict[str, float]]] = {}
        for n in chosen:
            for k in (0, 1):
                moved = self.space.values(found[n].ends[k])
                ends[n, k] = [moved, values | {self.space.paths[n]: moved[self.space.paths[n]]}]
        self.evaluator.must([point for both in ends.values() for point in both], seeds)
        for n in chosen:
            low, high = (min(self.rise(values, point, seeds) for point in ends[n, k]) for k in (0, 1))
            found[n] = profile.confirmed(found[n], place[n], (low[0], high[0]), (low[1], high[1]), errors.needed[n])
        return found

    def rise(self, values: dict[str, float], other: dict[str, float], seeds: tuple[int, ...]) -> tuple[float, float]:
        """Loss of `other` above that of `values`, and its standard error between seeds (jackknife)."""
        without = [tuple(s for s in seeds if s != seed) for seed in seeds]
        rises = [self.loss(other, some) - self.loss(values, some) for some in (seeds, *without)]
        return rises[0], float(np.sqrt((len(seeds) - 1) * np.var(rises[1:])))

    def loss_error(self, values: dict[str, float], seeds: tuple[int, ...]) -> float:
        """Standard error of the loss of a mean over seeds: jackknife."""
        without = [self.loss(values, tuple(s for s in seeds if s != seed)) for seed in seeds]
        return float(np.sqrt((len(seeds) - 1) * np.var(without)))
