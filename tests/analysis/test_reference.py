"""What a scenario is compared with, and the same scenario with other evidence."""

from __future__ import annotations

import pytest
from small_runs import write_small

from sim.analysis.contrast import compare, load
from sim.analysis.weak_evidence import may_do_nothing, weak_evidence
from sim.config.errors import UserError
from sim.policies.registry import POLICIES

WAVE = {"record": {"against": "pandemic_wave"}}
LOW = {"record": {"evidence": "low"}}


def of(comparison):
    return {result.name: result for result in comparison.scenarios}


def pandemic(root, *, wave=True):
    """A wave that costs care 40 FTE, and a reserve that gives back 10 of them."""
    for seed, luck in ((1, 0.0), (2, 1.0), (3, 2.0)):
        write_small(root, "baseline", seed)
        write_small(root, "care_reserve", seed, care=(70.0 + luck, 70.0 + luck), policies={"care_reserve": {}}, **WAVE)
        if wave:
            write_small(root, "pandemic_wave", seed, care=(60.0, 60.0))


def test_a_scenario_is_compared_with_the_reference_that_it_names(tmp_path):
    pandemic(tmp_path)
    comparison = compare(tmp_path.glob("*/*"))
    found = of(comparison)
    assert found["care_reserve"].against == "pandemic_wave"
    assert found["care_reserve"].net_fte_months.mean == pytest.approx(2 * 11.0)
    assert found["pandemic_wave"].against == "baseline"
    assert found["pandemic_wave"].net_fte_months.mean == pytest.approx(-80.0)
    base, rows = comparison.rows("care_reserve")
    assert {comparison.frames.runs[row].scenario for row in base} == {"pandemic_wave"}
    assert [comparison.frames.runs[row].pair for row in base] == [comparison.frames.runs[row].pair for row in rows]


def test_a_reference_without_runs_is_a_clear_mistake_and_a_scenario_set_aside_on_the_page(tmp_path):
    pandemic(tmp_path, wave=False)
    with pytest.raises(UserError, match=r"'care_reserve' is compared with 'pandemic_wave'.*sim run pandemic_wave"):
        compare(tmp_path.glob("*/*"))
    comparison = load(tmp_path.glob("*/*"))
    assert comparison.scenarios == []
    assert comparison.unpaired == {"care_reserve": "pandemic_wave"}


def ranked(root, *, low):
    """Two policies; their gains in care with central evidence are 20 and 10 FTE, with the evidence at its low end `low`."""
    for seed, luck in ((1, 0.0), (2, 0.1), (3, 0.2)):
        write_small(root, "baseline", seed)
        for name, gain, weak in (("job_bridge", 20.0, low[0]), ("senior_networks", 10.0, low[1])):
            for sub, more, by in (("central", {}, gain), ("low", LOW, weak)):
                care = (100.0 + by + luck * bool(by), 100.0 + by)
                write_small(root / sub, name, seed, care=care, policies={name: {}}, **more)
    return compare([*root.glob("scenario=*/*"), *root.glob("*/scenario=*/*")])


def test_runs_with_weak_evidence_are_a_scenario_of_their_own_with_the_same_baseline(tmp_path):
    found = of(ranked(tmp_path, low=(2.0, 1.0)))
    assert set(found) == {"job_bridge", "senior_networks", "job_bridge (low evidence)", "senior_networks (low evidence)"}
    weak = found["job_bridge (low evidence)"]
    assert (weak.of, weak.evidence, weak.against) == ("job_bridge", "low", "baseline")
    assert weak.net_fte_months.mean == pytest.approx(4.1)
    assert weak.label == {"en": "job_bridge (evidence at its low end)", "nl": "job_bridge (bewijs aan de lage kant)"}


def test_whether_the_ranking_changes_with_weak_evidence(tmp_path):
    same = weak_evidence(ranked(tmp_path / "same", low=(2.0, 1.0)))
    assert same.is_known
    assert not same.changes_order
    assert same.no_longer_clear == ()
    other = weak_evidence(ranked(tmp_path / "other", low=(0.0, 5.0)))
    assert other.changes_order
    assert [result.of for result in other.low] == ["senior_networks", "job_bridge"]
    assert [result.name for result in other.no_longer_clear] == ["job_bridge"]


def test_without_such_runs_it_is_not_known(tmp_path):
    write_small(tmp_path, "baseline", 1)
    write_small(tmp_path, "job_bridge", 1, policies={"job_bridge": {}})
    assert not weak_evidence(compare(tmp_path.glob("*/*"))).is_known


def test_a_policy_whose_low_end_is_nothing_is_named(tmp_path, monkeypatch):
    for name in ("baseline", "job_bridge", "hiring_subsidy"):
        write_small(tmp_path, name, 1, policies={} if name == "baseline" else {name: {}})
    comparison = compare(tmp_path.glob("*/*"))
    monkeypatch.setattr(POLICIES["job_bridge"], "effect", "net_effect")
    monkeypatch.setattr(POLICIES["hiring_subsidy"], "effect", None)
    found = of(comparison)
    assert comparison.parameters["policies.job_bridge.net_effect"].low == 0
    assert may_do_nothing(comparison, found["job_bridge"]) == ["job_bridge"]
    assert may_do_nothing(comparison, found["hiring_subsidy"]) == []
    monkeypatch.setattr(POLICIES["job_bridge"], "effect", "capacity_fill")
    assert may_do_nothing(comparison, found["job_bridge"]) == []
