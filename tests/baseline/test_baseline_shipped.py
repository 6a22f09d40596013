"""The results of this code are those of the committed baseline. When a change is meant: ``sim baseline update --reason "..."``."""

import pytest

from sim.baseline import check, tell
from sim.baseline.store import SHIPPED


def same(tier, runs_dir, *settings):
    """Check a tier; what moved is printed as `sim baseline check` prints it."""
    verdict = check.check(SHIPPED, [tier], settings=[f"runs_dir={runs_dir}", *settings])
    assert verdict.exit_code == 0, tell.text(verdict)
    return verdict


def test_the_exact_runs_give_the_stored_bytes(tmp_path):
    assert len(same("exact", tmp_path).items) > 200


@pytest.mark.full_scale
def test_the_calibrated_world_is_the_stored_one(tmp_path, share_of_the_country):
    """Eight of the twenty seeds: the fewest with which spreads are compared."""
    found = same("statistical", tmp_path, f"seeds={20 if share_of_the_country == 1 else 8}")
    assert len(found.items) > 250
    assert any(item.id.endswith(".spread") for item in found.items)


@pytest.mark.full_scale
def test_every_scenario_has_its_stored_effect(tmp_path, share_of_the_country):
    """One of the ten seeds, held against that seed. Its interval is wide: this finds what came, went, failed or turned its sign, and large
    shifts; small ones take all ten (``-m full_scale``), and the exact tier finds any change at all.
    """
    found = same("effects", tmp_path, f"seeds={10 if share_of_the_country == 1 else 1}")
    assert {item.id.split(".")[1] for item in found.items} >= {"job_bridge", "senior_networks", "package", "pandemic_wave_with_reserve"}
