"""The sentences of the report follow from the figures; warnings appear when they should and stay away when they should."""

from __future__ import annotations

import dataclasses

import pytest
from fake_runs import BASELINE, FAKES, Fake, write_run, write_runs

from sim.analysis.contrast import Comparison, compare, load
from sim.report.assumptions import behaviour, beyond_policies, differences, policies
from sim.report.callouts import callouts
from sim.report.findings import Findings
from sim.report.numbers import Numbers
from sim.report.provenance import strip
from sim.report.words import words

SHORT = {"seeds": 3, "months": 14}


def findings(comparison: Comparison, language: str = "en") -> Findings:
    return Findings(words(language), Numbers(words(language)), comparison)


def warnings(comparison: Comparison, failures: tuple[dict, ...] = ()) -> str:
    return "\n".join(callouts(words("en"), Numbers(words("en")), comparison, failures))


def scenario(**changes: object) -> Fake:
    return dataclasses.replace(FAKES[1], **changes)


def test_answer_names_the_best_its_interval_and_its_price(comparison):
    answer = findings(comparison).answer()
    best = comparison.scenarios[0]
    assert best.name == "job_bridge"
    assert answer.startswith("Bridge to a growth sector adds the most work: ")
    assert Numbers(words("en")).interval(best.net_fte_months) in answer
    assert "4 paired seeds" in answer
    assert "per net FTE-month" in answer


def test_answer_says_when_nothing_is_clear(tmp_path):
    write_runs(tmp_path, (BASELINE, FAKES[4]), **SHORT)
    comparison = compare(tmp_path.glob("*/*"))
    assert "no clear effect" in findings(comparison).answer()
    assert "geen duidelijk effect" in findings(comparison, "nl").answer()
    assert findings(comparison).ranking().startswith("No scenario clearly adds work")


def test_answer_without_a_baseline_gives_levels(tmp_path):
    write_runs(tmp_path, (FAKES[1],), **SHORT)
    comparison = load(tmp_path.glob("*/*"))
    assert "levels only" in findings(comparison).answer()
    assert "No runs of the baseline" in warnings(comparison)


def test_single_seed_has_no_interval(tmp_path):
    write_runs(tmp_path, (BASELINE, FAKES[1]), seeds=1, months=14)
    comparison = compare(tmp_path.glob("*/*"))
    assert findings(comparison).answer().startswith("One seed only, so without an interval")


def test_identical_scenario_is_flagged_and_not_called_unclear(tmp_path):
    write_runs(tmp_path, (BASELINE, Fake("none", {"en": "Nothing", "nl": "Niets"})), **SHORT)
    comparison = compare(tmp_path.glob("*/*"))
    assert comparison.scenarios[0].is_identical
    assert "Identical to the baseline in every month, without participants: Nothing" in warnings(comparison)
    assert "No clear effect" not in warnings(comparison)
    assert "exactly the same outcome" in findings(comparison).answer()


def test_few_seeds_are_flagged_and_ten_are_not(tmp_path):
    write_runs(tmp_path, (BASELINE, FAKES[1]), seeds=10, months=13)
    every = sorted(tmp_path.glob("*/*"))
    assert "paired seeds. Intervals are wide" not in warnings(compare(every))
    assert "Only 9 paired seeds" in warnings(compare([path for path in every if not path.name.endswith("0010")]))


def test_policy_that_starts_after_the_horizon_is_flagged(tmp_path):
    late = scenario(policies={"job_bridge": {"start": "2031-01"}})
    write_runs(tmp_path, (BASELINE, late), **SHORT)
    text = warnings(compare(tmp_path.glob("*/*")))
    assert "job_bridge in Bridge to a growth sector starts in January 2031, outside the period October 2023 to November 2024" in text


def test_policy_within_the_horizon_is_not_flagged(comparison):
    assert "outside the period" not in warnings(comparison)


def test_failed_and_missing_runs_are_named(tmp_path):
    write_runs(tmp_path, (BASELINE, FAKES[1]), **SHORT)
    write_run(tmp_path, BASELINE, 7, months=14)
    text = warnings(compare(tmp_path.glob("*/*")), ({"scenario": "dual_track", "seed": 3, "error": "broke"},))
    assert "1 runs failed and are missing from every figure: dual_track (seed 3)" in text
    assert "seeds 7 are missing" in text


def test_other_changes_than_policies_are_flagged(tmp_path):
    write_runs(tmp_path, (BASELINE, scenario(config={"economy": {"name": "low", "demand_growth_per_year": -0.002, "crises": []}})), **SHORT)
    comparison = compare(tmp_path.glob("*/*"))
    assert "more than its policies (economy.name, economy.demand_growth_per_year)" in warnings(comparison)


def test_overrides_are_shown_and_flagged_when_outside_the_evidence(tmp_path):
    changed = {"parameters": {"matching": {"callback_rate": 0.999}}}
    write_runs(tmp_path, (BASELINE, scenario(config=changed)), **SHORT)
    comparison = compare(tmp_path.glob("*/*"))
    rows = [row for row in behaviour(comparison) if row.path == "matching.callback_rate"]
    assert {row.is_changed for row in rows} == {True, False}
    assert next(row.scenarios for row in rows if row.is_changed) == ("job_bridge",)
    assert "Outside the range of the evidence: matching.callback_rate" in warnings(comparison)


def test_parameters_of_the_policies_compared_are_listed_and_no_others(comparison):
    paths = {row.path for row in policies(comparison)}
    assert "policies.job_bridge.takers_per_year" in paths
    assert any(row.parameter for row in policies(comparison))
    assert not any(path.startswith("policies.pension_age") for path in paths)


def test_uncalibrated_parameters_are_counted(comparison):
    n = sum(p.status == "uncalibrated" for p in comparison.parameters.values())
    assert (f"{n} of {len(comparison.parameters)} parameters" in warnings(comparison)) == (n > 0)


def test_provenance_says_how_much_the_data_tell_of_the_fitted_parameters(comparison):
    fits = [p.fitted.identified for p in comparison.parameters.values() if p.fitted]
    assert 0 < fits.count("yes") < len(fits)
    said = dict(strip(words("en"), Numbers(words("en")), comparison))["Calibration"]
    assert said.startswith(f"{len(fits)} parameters fitted")
    assert f"the data tell {fits.count('yes')} of them" in said


def test_difference_with_the_baseline_leaves_out_what_cannot_matter():
    base = {"seed": 1, "runs_dir": "a", "policies": {}, "economy": {"name": "mid"}}
    ours = {"seed": 2, "runs_dir": "b", "policies": {"job_bridge": {"seats": 5}}, "economy": {"name": "mid"}}
    assert [setting.path for setting in differences(base, ours)] == ["policies.job_bridge.seats"]
    assert beyond_policies(differences(base, ours)) == []
    assert beyond_policies(differences(base, base | {"economy": {"name": "low"}})) == ["economy.name"]


def test_titles_of_charts_are_findings(comparison):
    say = findings(comparison)
    best = comparison.scenarios[0]
    assert "lower with Bridge to a growth sector" in say.over_time("shortage_fte.care", best)
    assert say.by_seed("net_fte_months").startswith("1 of 3 scenarios have a clear effect") or "of 3 scenarios" in say.by_seed(
        "net_fte_months"
    )
    assert say.over_time("employed", None).endswith("persons on average over the last twelve months")


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_title_can_be_written(comparison, language):
    from sim.analysis.metrics import METRICS
    from sim.report.charts.paired import OUTCOMES

    say = findings(comparison, language)
    assert all(say.over_time(metric, result) for metric in METRICS for result in (*comparison.scenarios, None))
    assert all(say.by_seed(outcome) for outcome in OUTCOMES)
