"""The sentences of the report follow from the figures; warnings appear when they should and stay away when they should."""

from __future__ import annotations

import dataclasses

import pytest
from fake_runs import BASELINE, FAKES, Fake, write_run, write_runs

from sim.analysis.contrast import Comparison, compare, load
from sim.report.assumptions import behaviour, beyond_policies, differences, policies
from sim.report.callouts import callouts, listed
from sim.report.findings import Findings
from sim.report.numbers import Numbers
from sim.report.provenance import strip
from sim.report.words import words
from sim.runs import tell

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
    price, *_ = findings(comparison).more()
    assert "per net FTE-month" in price
    assert words("en")(f"grades.{best.grade}") in price


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_answer_is_three_plain_sentences(comparison, language):
    said = [findings(comparison, language).answer(), *findings(comparison, language).more()]
    assert len(said) <= 3
    labels = [result.label[language] for result in comparison.scenarios]
    for sentence in said:
        for label in labels:
            sentence = sentence.replace(label, "it")
        assert len(sentence.split()) <= 35
    assert len(set(said)) == len(said)


def test_the_answer_is_about_care_when_the_policy_is(tmp_path):
    rise = scenario(name="rise", policies={"pay_rise": {"sector": "Q", "start": "2024-01"}}, gains={"Q": 9000.0, "G": -9500.0}, noise=20.0)
    write_runs(tmp_path, (BASELINE, rise), **SHORT)
    comparison = compare(tmp_path.glob("*/*"))
    answer, more = findings(comparison).answer(), findings(comparison).more()
    (result,) = comparison.scenarios
    assert "net FTE-months of work in care from" in answer
    assert Numbers(words("en")).interval(result.net_by_group["care"]) in answer
    assert "the sector that loses most is trade" in more[0]
    assert "effect on work: " in more[1]
    assert "werk in de zorg" in findings(comparison, "nl").answer()


def test_a_clear_loss_elsewhere_is_told_with_the_size_of_the_loss(tmp_path):
    write_runs(tmp_path, (BASELINE, scenario(name="a", gains={"Q": -9000.0, "G": 9000.0}, noise=20.0), FAKES[4]), **SHORT)
    comparison = compare(tmp_path.glob("*/*"))
    loss = next(result for result in comparison.scenarios if result.name == "a").net_by_group["care"]
    assert loss.sign < 0
    said = findings(comparison).more()[-1]
    assert said.startswith("None clearly adds work in care; Bridge to a growth sector clearly takes away ")
    assert "\N{MINUS SIGN}" not in said


def test_the_lead_the_rest_and_the_warnings_do_not_repeat_each_other(tmp_path):
    write_runs(tmp_path, (BASELINE, FAKES[4]), **SHORT)
    comparison = compare(tmp_path.glob("*/*"))
    said = [findings(comparison).answer(), *findings(comparison).more(), *callouts(words("en"), Numbers(words("en")), comparison, ())]
    assert sum("no clear effect on work from" in sentence for sentence in said) == 1
    assert len(set(said)) == len(said)


def test_the_terminal_says_what_the_page_says(comparison):
    text = tell.finding(comparison)
    assert findings(comparison).answer() in text
    assert all(sentence in text for sentence in findings(comparison).more())


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
    assert "paired seeds in" not in warnings(compare(every))
    assert "Only 9 paired seeds" in warnings(compare([path for path in every if not path.name.endswith("0010")]))


def test_policy_that_starts_after_the_horizon_is_flagged(tmp_path):
    late = scenario(policies={"job_bridge": {"start": "2031-01"}})
    write_runs(tmp_path, (BASELINE, late), **SHORT)
    text = warnings(compare(tmp_path.glob("*/*")))
    assert "job_bridge in Bridge to a growth sector starts in January 2031, outside the period October 2023 to November 2024" in text


def test_policy_that_starts_before_the_period_is_told_apart(tmp_path):
    write_runs(tmp_path, (BASELINE, scenario(policies={"job_bridge": {"start": "2020-01"}})), **SHORT)
    text = warnings(compare(tmp_path.glob("*/*")))
    assert "starts in January 2020, outside the period" in text
    assert "what it did before is not in the figures" in text


def test_policy_that_starts_in_the_last_year_or_stops_early_is_flagged(tmp_path):
    late = scenario(policies={"job_bridge": {"start": "2024-05"}})
    short = dataclasses.replace(FAKES[2], policies={"senior_networks": {"start": "2023-10", "end": "2024-03"}})
    over = dataclasses.replace(FAKES[3], policies={"dual_track": {"start": "2020-01", "end": "2020-12"}})
    write_runs(tmp_path, (BASELINE, late, short, over), **SHORT)
    text = warnings(compare(tmp_path.glob("*/*")))
    assert "job_bridge in Bridge to a growth sector starts in May 2024, 7 months before the period ends" in text
    assert "senior_networks in Network meetings 58+ stops enrolling in March 2024" in text
    assert "dual_track in Dual-track jobs stops enrolling in December 2020, before the period" in text


def test_no_clear_effect_names_the_scenario_and_the_seeds_that_would_tell(tmp_path):
    write_runs(tmp_path, (BASELINE, FAKES[4]), **SHORT)
    text = warnings(compare(tmp_path.glob("*/*")))
    assert "Read neither a gain nor a loss of total work into these: Hiring subsidy 56+." in text
    assert "seeds=12" in text


def test_runs_of_other_code_or_a_dirty_checkout_are_named_with_their_scenarios(tmp_path):
    other = scenario(record={"git": {"commit": "fedcba9876543210", "dirty": True}, "data_digest": "e" * 64})
    write_runs(tmp_path / "mixed", (BASELINE, other), **SHORT)
    text = warnings(compare((tmp_path / "mixed").glob("*/*")))
    assert "01234567: No new policy; fedcba98 with uncommitted changes: Bridge to a growth sector" in text
    assert "different input data" in text
    dirty = [dataclasses.replace(fake, record={"git": {"commit": "a" * 40, "dirty": True}}) for fake in (BASELINE, FAKES[1])]
    write_runs(tmp_path / "dirty", tuple(dirty), **SHORT)
    text = warnings(compare((tmp_path / "dirty").glob("*/*")))
    assert "uncommitted changes in the code, so that others cannot make exactly the same: No new policy, Bridge" in text
    assert "different states of the code" not in text


def test_clean_runs_with_enough_seeds_and_a_clear_effect_have_no_warning(tmp_path):
    write_runs(tmp_path, (BASELINE, scenario(gains={"Q": 9000.0}, noise=20.0)), seeds=10, months=24)
    uncalibrated = "have not been calibrated yet"
    assert [line for line in warnings(compare(tmp_path.glob("*/*"))).splitlines() if uncalibrated not in line] == []


def test_many_names_are_cut_short():
    assert listed(words("en"), [f"s{n}" for n in range(30)]) == "s0, s1, s2, s3, s4 and 25 more"


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
    assert "Outside the range of the evidence: matching.callback_rate = 0.999 in Bridge to a growth sector" in warnings(comparison)


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
