"""The sampler, on a labour market of a few lines."""

from __future__ import annotations

import numpy as np
import optuna
import pytest
from toy import Toy

from sim.calibration.local import best_step, fit_local
from sim.calibration.sampler import GENERATION, GaussNewtonSampler, distributions

PENALTY = 0.02


def search(toy: Toy, sampler: optuna.samplers.BaseSampler, count: int, kept: dict[int, np.ndarray]) -> optuna.Study:
    """`count` trials in batches of a generation; residual vectors go to `kept`."""
    study = optuna.create_study(sampler=sampler)
    study.enqueue_trial(toy.space.values(toy.space.prior)) if not isinstance(sampler, GaussNewtonSampler) else None
    while len(study.trials) < count:
        trials = [study.ask(distributions(toy.space)) for _ in range(GENERATION)]
        for trial in trials:
            kept[trial.number] = toy.residuals(np.mean([toy.simulate(trial.params, seed) for seed in (1, 2)], axis=0))
            away = toy.space.unit(trial.params) - toy.space.prior
            study.tell(trial, float(np.sum(kept[trial.number] ** 2) + PENALTY * np.sum(away**2)))
    return study


def gauss_newton(toy: Toy, kept: dict[int, np.ndarray], points: int, seed: int = 0, **more) -> GaussNewtonSampler:
    rng = np.random.default_rng(5)
    around = np.clip(toy.space.prior + rng.uniform(-0.25, 0.25, (points - 1, len(toy.space))), 0, 1)
    return GaussNewtonSampler(toy.space, np.vstack([toy.space.prior, around]), lambda t: kept[t.number], PENALTY, seed, **more)


def found(toy: Toy, study: optuna.Study) -> float:
    return toy.loss(toy.space.unit(study.best_params))


def test_sixty_parameters_in_160_evaluations() -> None:
    toy, kept = Toy(), dict[int, np.ndarray]()
    ours = found(toy, search(toy, gauss_newton(toy, kept, 64), 160, kept))
    before, truth = toy.loss(toy.space.prior), toy.loss(toy.truth)
    assert before > 20
    assert ours < 1.1 * truth  # the parameters behind the figures themselves do not do much better
    tpe = found(toy, search(toy, optuna.samplers.TPESampler(seed=1), 160, {}))
    assert ours < 0.1 * tpe


def test_the_same_seed_gives_the_same_proposals_and_another_one_others() -> None:
    toy, ways = Toy(12, 2, 6), []
    for seed in (0, 0, 1):
        kept: dict[int, np.ndarray] = {}
        study = search(toy, gauss_newton(toy, kept, 16, seed), 32, kept)
        ways.append([tuple(trial.params.values()) for trial in study.trials])
    assert ways[0] == ways[1]
    assert ways[0][:16] == ways[2][:16]
    assert ways[0][16:] != ways[2][16:]


def test_a_proposal_knows_only_what_was_finished_before_its_generation() -> None:
    toy, kept = Toy(12, 2, 6), dict[int, np.ndarray]()
    study = search(toy, gauss_newton(toy, kept, 16), 16, kept)
    at_once = [study.ask(distributions(toy.space)).params for _ in range(GENERATION)]
    kept_2: dict[int, np.ndarray] = {}
    study = search(toy, gauss_newton(toy, kept_2, 16), 16, kept_2)
    for n in range(GENERATION):  # here each is finished before the next is asked for
        trial = study.ask(distributions(toy.space))
        assert trial.params == at_once[n]
        kept_2[trial.number] = np.zeros_like(kept_2[0])
        study.tell(trial, 0.0)


def test_frozen_parameters_stay_at_the_prior() -> None:
    toy, kept = Toy(12, 2, 6), dict[int, np.ndarray]()
    still = np.arange(12) % 3 == 0
    study = search(toy, gauss_newton(toy, kept, 16, frozen=lambda: still), 40, kept)
    places = np.array([toy.space.unit(trial.params) for trial in study.trials[16:]])
    assert np.allclose(places[:, still], toy.space.prior[still])
    assert np.all(places[:, ~still].std(axis=0) > 0)


def test_local_model_finds_slopes_through_noise() -> None:
    rng = np.random.default_rng(2)
    slope, centre = rng.normal(size=(5, 30)), np.full(5, 0.4)
    units = rng.uniform(0.2, 0.6, (400, 5))
    residuals = 3.0 + (units - centre) @ slope + rng.normal(0, 0.05, (400, 30))
    model = fit_local(units, residuals, centre, np.array([True] * 5))
    assert model.value == pytest.approx(np.full(30, 3.0), abs=0.03)
    assert np.abs(model.slope - slope).max() < 0.15
    assert np.sqrt(model.noise.mean()) == pytest.approx(0.05, rel=0.2)
    idle = fit_local(units, residuals, centre, np.array([True] * 4 + [False]))
    assert np.all(idle.slope[4] == 0)


def test_curvature_is_not_made_of_noise() -> None:
    """A parameter without effect has none, though its estimated slopes are not zero."""
    rng = np.random.default_rng(2)
    units = rng.random((100, 4))
    residuals = np.outer(units[:, 0], np.ones(500)) + rng.normal(0, 1.0, (100, 500))
    model = fit_local(units, residuals, np.full(4, 0.5), np.array([True] * 4))
    biased = np.sum(model.slope**2, axis=1)
    assert np.all(biased[1:] > 20)
    assert np.all(np.diag(model.curvature())[1:] < 0.3 * biased[1:])
    assert np.diag(model.curvature())[0] > 0.5 * 500


def test_best_step_is_the_minimum_in_the_box() -> None:
    rng = np.random.default_rng(4)
    units = rng.random((200, 3))
    slope, target = rng.normal(size=(3, 20)), np.array([0.3, 0.9, 0.5])
    model = fit_local(units, (units - target) @ slope, np.full(3, 0.5), np.array([True] * 3))
    free = best_step(model, np.full(3, 0.5), 1e-9, np.zeros(3), np.ones(3))
    assert free == pytest.approx(target, abs=0.02)
    held = best_step(model, np.full(3, 0.5), 1e-9, np.array([0.0, 0.0, 0.7]), np.array([1.0, 0.6, 0.7]))
    assert held[2] == 0.7
    assert held[1] <= 0.6
    grid = np.array([[a, b, 0.7] for a in np.linspace(0, 1, 101) for b in np.linspace(0, 0.6, 61)])
    loss = np.sum(((grid - target) @ slope) ** 2, axis=1)
    assert held[:2] == pytest.approx(grid[loss.argmin()][:2], abs=0.03)
