"""Where intervals come from, on runs of two months worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml
from small_runs import write_small

from sim.analysis.contrast import Comparison, compare
from sim.analysis.headline import NET
from sim.evidence.draws import share, vector

EXPERT, DESCRIPTIVE = "policies.job_bridge.net_effect", "policies.job_bridge.capacity_fill"
DRAWN = {EXPERT: 0.05, DESCRIPTIVE: 0.7}
Gain = Callable[[int, int], float]


def write(root: Path, gain: Gain, seeds: int = 2, draws: int = 16, name: str = "job_bridge", **record: object) -> Comparison:
    """Baseline and a scenario that adds `gain` (of seed and draw) FTE in the last month."""
    for seed in range(1, seeds + 1):
        for draw in range(draws):
            about = {"draw": draw, "drawn": DRAWN} | record
            write_small(root / f"{seed}.{draw}", "baseline", seed, record={"draw": draw})
            write_small(
                root / f"{seed}.{draw}", name, seed, care=(100.0, 100.0 + gain(seed, draw)), policies={"job_bridge": {}}, record=about
            )
    return compare(root.glob("*/*/*"))


def of_grade(grade: str, size: float) -> Callable[[int], float]:
    return lambda draw: size * (share("some.row", vector(grade, draw)) - 0.5) * np.sqrt(12)


def test_an_interval_over_draws_is_not_narrowed_by_more_of_them(tmp_path: Path) -> None:
    """Standard deviation 10 by evidence alone: the half width is that of one more world, 16 or 64 draws."""
    expert = of_grade("expert", 10.0)
    for draws in (16, 64):
        comparison = write(tmp_path / str(draws), lambda seed, draw: 50 + expert(draw), draws=draws)
        [result] = comparison.scenarios
        in_strata = 10 / (draws / 4)  # standard deviation within one of as many strata as there are vectors
        assert result.net_fte_months.mean == pytest.approx(50, abs=3 * in_strata / np.sqrt(draws / 4))
        assert result.net_fte_months.half_width > 1.96 * 10
        found = comparison.uncertainty.scenarios["job_bridge"][NET]
        assert found.parts["expert"] == pytest.approx(100 * (1 + 1 / draws), rel=0.25 if draws == 16 else 0.1)
        assert found.shares["expert"] > 0.9
        assert found.parts["luck"] == pytest.approx(0, abs=1e-9)


def test_shares_follow_what_was_planted(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    luck = rng.normal(0, 4.0, (10, 64))
    expert, descriptive = of_grade("expert", 3.0), of_grade("descriptive", 1.0)
    comparison = write(tmp_path, lambda seed, draw: 50 + expert(draw) + descriptive(draw) + luck[seed, draw], seeds=3, draws=32)
    shares = comparison.uncertainty.scenarios["job_bridge"][NET].shares
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["expert"] > 0.6 > 0.25 > shares["descriptive"]
    assert shares["luck"] < 0.1  # of the mean of 96 pairs: 16 / 96 of 10
    assert set(shares) == {"luck", "descriptive", "expert", "together"}


def test_grades_in_which_nothing_is_uncertain_have_no_share(tmp_path: Path) -> None:
    expert = of_grade("expert", 3.0)
    parts = write(tmp_path, lambda seed, draw: expert(draw)).uncertainty.scenarios["job_bridge"][NET].parts
    assert not {"RCT", "statute", "quasi-experimental"} & set(parts)


def test_one_seed_cannot_tell_luck_from_evidence(tmp_path: Path) -> None:
    expert = of_grade("expert", 3.0)
    found = write(tmp_path, lambda seed, draw: expert(draw), seeds=1).uncertainty
    assert found.luck_is_hidden
    assert "luck" not in found.scenarios["job_bridge"][NET].parts
    assert found.to_json()["luck_known"] is False


def test_without_draws_and_settings_there_is_nothing_to_take_apart(tmp_path: Path) -> None:
    for seed in (1, 2, 3):
        write_small(tmp_path, "baseline", seed)
        write_small(tmp_path, "job_bridge", seed, care=(100.0, 105.0 + seed), policies={"job_bridge": {}})
    comparison = compare(tmp_path.glob("*/*"))
    assert comparison.uncertainty is None
    assert comparison.to_json()["uncertainty"] is None


def test_settings_stand_beside_luck(tmp_path: Path) -> None:
    """Gains of 10 and 30 under two ways of matching: variance 200 between them; luck of each mean is that of 9, 10, 11 over 3."""
    for matching, gain in (("deferred_acceptance", 10.0), ("urn_ball", 30.0)):
        for seed in (1, 2, 3):
            for name, more in (("baseline", 0.0), ("job_bridge", gain + seed - 2)):
                policies = {"job_bridge": {}} if more else {}
                record = {"settings_digest": matching, "created": "2030-01-01"}
                folder = write_small(tmp_path / matching, name, seed, care=(100.0, 100.0 + more), policies=policies, record=record)
                config = yaml.safe_load((folder / "config.yaml").read_text()) | {"structure": {"matching": matching}}
                (folder / "config.yaml").write_text(yaml.safe_dump(config))
    found = compare(tmp_path.glob("*/*/*")).uncertainty
    assert set(found.scenarios) == {"job_bridge", "job_bridge (matching = urn_ball)"}
    for outcomes in found.scenarios.values():
        assert outcomes[NET].parts == pytest.approx({"luck": 1 / 3, "settings": 200 - 1 / 3})
        assert outcomes[NET].n_settings == 2


def test_every_draw_has_benefits_of_its_own(tmp_path: Path) -> None:
    """Ten unemployed fewer for two months in two sectors and ages, at the benefit of each draw."""
    for draw, share_of_unemployed in enumerate((0.1, 0.3)):
        about = {"draw": draw, "drawn": {"budget.unemployment_benefit_share": share_of_unemployed, "budget.assistance_share": 0.0}}
        write_small(tmp_path / str(draw), "baseline", 1, unemployed=20.0, record=about)
        write_small(tmp_path / str(draw), "job_bridge", 1, unemployed=10.0, policies={"job_bridge": {}}, record=about)
    [result] = compare(tmp_path.glob("*/*/*")).scenarios
    person_months = 10 * 2 * 2 * 2
    assert result.budget.benefits_saved_eur.mean == pytest.approx(person_months * 0.2 * 1450)
