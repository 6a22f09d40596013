"""What the page and the terminal say of money, of references, of weak evidence, and of values that a user set."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from fake_runs import BASELINE, FAKES, Fake, write_runs

from sim.analysis.contrast import Comparison, compare, load
from sim.policies.registry import POLICIES
from sim.report import costs, ranking, tables
from sim.report.assumptions import policies
from sim.report.callouts import callouts
from sim.report.findings import Findings
from sim.report.numbers import Numbers, rounded
from sim.report.words import words
from sim.runs import tell

SHORT = {"seeds": 3, "months": 14}
BRIDGE = dataclasses.replace(FAKES[1], gains={"Q": 9000.0, "P": 4000.0}, noise=20.0)
NETWORKS = dataclasses.replace(FAKES[2], gains={"Q": 2000.0}, noise=20.0)


def findings(comparison: Comparison, language: str = "en") -> Findings:
    return Findings(words(language), Numbers(words(language)), comparison)


def low(fake: Fake, care: float) -> Fake:
    """The scenario with its evidence at the low end, as the runner records it: the same name and label."""
    return dataclasses.replace(fake, gains={"Q": care}, record={"evidence": "low"})


def written(root: Path, *fakes: Fake) -> Comparison:
    """Baseline and scenarios; those with other evidence in folders of their own."""
    everything = []
    for number, fake in enumerate((BASELINE, *fakes)):
        everything += write_runs(root / str(number), (fake,), **SHORT)
    return compare(everything)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_ranking_has_effect_cost_and_evidence(comparison, language):
    say = words(language)
    for row, result in zip(ranking.rows(say, Numbers(say), comparison.scenarios), comparison.scenarios, strict=True):
        cells = dict(zip(ranking.COLUMNS, row["cells"], strict=True))
        net, price, grade = cells["net"], cells["price"], cells["grade"]
        half = result.net_fte_months.half_width
        assert net["value"] == rounded(result.net_fte_months.mean, half)
        assert cells["net_care"]["value"] == rounded(result.net_by_group["care"].mean, result.net_by_group["care"].half_width)
        assert (price["value"] is None) == (result.net_fte_months.sign <= 0)
        assert price["value"] is None or price["value"] == pytest.approx(result.cost_per_net_fte_month_eur, rel=0.05)
        assert cells["cost"]["text"]
        public = result.budget.net_eur
        assert cells["net_public"]["value"] == rounded(public.mean / 1e6, public.half_width / 1e6)
        assert grade["text"] == say(f"grades.{result.grade}")


def test_costs_add_up_and_the_table_shows_them_rounded(comparison):
    say = words("en")
    table = costs.totals(say, Numbers(say), comparison.scenarios)
    for row, result in zip(table["rows"], comparison.scenarios, strict=True):
        money, programme = result.budget, result.programme
        parts = (money.programme_eur, money.benefits_saved_eur, money.other_saved_eur, money.net_eur)
        spent, benefits, other, net = (part.mean for part in parts)
        assert spent - benefits - other == pytest.approx(net, rel=1e-9)
        assert programme.cost_per_participant_eur * programme.participants == pytest.approx(programme.cost_eur)
        assert row["cells"][0]["value"] == rounded(programme.participants)
        shown = [cell["value"] for cell in row["cells"][3:]]
        assert shown == [rounded(part.mean / 1e6, (part.half_width or 0.0) / 1e6) for part in parts]


def test_prices_stand_where_the_gain_is_clear_and_nowhere_else(comparison):
    say = words("en")
    shown = costs.prices(say, Numbers(say), comparison.scenarios)["rows"]
    for row, result in zip(shown, comparison.scenarios, strict=True):
        assert (row["cells"][0]["value"] is None) == (result.net_fte_months.sign <= 0)
        assert (row["cells"][2]["value"] is None) == (result.shortage_prevented["crucial"].sign <= 0)
    assert any(row["cells"][0]["value"] for row in shown)
    assert findings(comparison).costs().startswith("A prevented month of shortage in the crucial sectors costs least with ")


def test_what_a_place_costs_names_variable_and_standing_costs_and_where_they_come_from(tmp_path):
    own = dataclasses.replace(FAKES[1], policies={"job_bridge": {"start": "2024-01", "cost_per_participant_eur": 9000.0}})
    reserve = Fake("care_reserve", {"en": "Reserve", "nl": "Reserve"}, policies={"senior_networks": {"start": "2024-01"}})
    comparison = written(tmp_path, own, reserve)
    say = words("nl")
    labels = {name: name for name in comparison.positions}
    rows = costs.per_unit(say, Numbers(say), policies(comparison), labels)["rows"]
    of = {row["label"]: [cell["text"] for cell in row["cells"]] for row in rows}
    assert of["job_bridge"][0] == "variabel, bij deelname"
    assert of["job_bridge"][2] == "waarde van de gebruiker"
    assert of["senior_networks"][2] == "aanname"


@pytest.mark.parametrize(("language", "mark"), [("en", "user's value"), ("nl", "waarde van de gebruiker")])
def test_a_value_set_in_yaml_is_marked_as_the_users(tmp_path, language, mark):
    own = dataclasses.replace(FAKES[1], policies={"job_bridge": {"start": "2024-01", "net_effect": 0.08, "months": 12}})
    comparison = written(tmp_path, own)
    say = words(language)
    rows = {row["path"]: row for row in tables.assumptions(say, Numbers(say), policies(comparison), {"job_bridge": "Bridge"})}
    assert rows["policies.job_bridge.net_effect"]["flags"][0] == mark
    assert rows["policies.job_bridge.net_effect"]["status"] == mark
    assert rows["policies.job_bridge.months"]["flags"] == []  # the table's own value
    assert rows["policies.job_bridge.months"]["status"] == say("statuses.assumption")


def test_the_low_end_of_the_evidence_is_not_the_users_value(tmp_path):
    end = load_low("job_bridge", "net_effect")
    weak = dataclasses.replace(low(BRIDGE, 900.0), policies={"job_bridge": {"start": "2024-01", "net_effect": end}})
    comparison = written(tmp_path, BRIDGE, weak)
    say = words("en")
    labels = {name: name for name in comparison.positions}
    rows = [row for row in tables.assumptions(say, Numbers(say), policies(comparison), labels) if row["path"].endswith(".net_effect")]
    assert {tuple(row["flags"]) for row in rows} == {(), ("evidence at its low end",)}


def load_low(policy: str, name: str) -> float:
    from sim.evidence.parameters import load_parameters

    return load_parameters()[f"policies.{policy}.{name}"].low


def test_whether_the_ranking_holds_is_said_when_it_was_looked_at(tmp_path):
    same = written(tmp_path / "same", BRIDGE, NETWORKS, low(BRIDGE, 6000.0), low(NETWORKS, 1500.0))
    assert findings(same).weak_evidence()[0] == "With the evidence at its low end the order of the 2 scenarios looked at stays the same."
    other = written(tmp_path / "other", BRIDGE, NETWORKS, low(BRIDGE, 0.0), low(NETWORKS, 1900.0))
    [said, *_] = findings(other).weak_evidence()
    assert said.startswith("With the evidence at its low end another of the 2 scenarios looked at comes first: Network meetings 58+. ")
    assert "No clear gain any more: Bridge to a growth sector." in said
    assert said in tell.finding(other)
    assert "bewijs aan de lage kant" in findings(other, "nl").weak_evidence()[0]


def test_that_it_was_not_looked_at_is_said_with_the_command(comparison):
    for language in ("en", "nl"):
        assert "sim sweep weak_evidence" in findings(comparison, language).weak_evidence()[0]


def test_a_policy_that_may_do_nothing_is_named_without_any_runs(comparison, monkeypatch):
    monkeypatch.setattr(POLICIES["job_bridge"], "effect", "net_effect")
    monkeypatch.setattr(POLICIES["hiring_subsidy"], "effect", None)
    monkeypatch.setattr(POLICIES["senior_networks"], "effect", "capacity_fill")
    said = findings(comparison).weak_evidence()[-1]
    assert said == "At the low end of its evidence this does nothing but cost: Bridge to a growth sector."


def test_the_page_says_what_a_scenario_is_compared_with(tmp_path):
    wave = Fake("pandemic_wave", {"en": "Wave", "nl": "Golf"}, {"Q": -5000.0}, policies={"job_bridge": {"start": "2024-01"}}, noise=20.0)
    reserve = dataclasses.replace(BRIDGE, name="reserve", label={"en": "Reserve", "nl": "Reserve"}, record={"against": "pandemic_wave"})
    comparison = written(tmp_path, wave, reserve)
    text = "\n".join(callouts(words("en"), Numbers(words("en")), comparison, ()))
    assert "Reserve is compared with Wave, not with the baseline" in text
    say = findings(comparison)
    result = next(result for result in comparison.scenarios if result.name == "reserve")
    cards = tables.cards(say, result)
    assert any("than Wave" in str(card["verdict"]) for card in cards)
    assert all("aseline" not in " ".join([str(card["verdict"]), *card["lines"]]) for card in cards)
    assert "compared with" in tell.ranking(comparison)


def test_a_reference_without_runs_is_called_out(tmp_path):
    reserve = dataclasses.replace(BRIDGE, name="reserve", record={"against": "pandemic_wave"})
    run_dirs = write_runs(tmp_path, (BASELINE, reserve), **SHORT)
    comparison = load(run_dirs)
    assert comparison.scenarios == []
    assert "sim run pandemic_wave" in "\n".join(callouts(words("nl"), Numbers(words("nl")), comparison, ()))


def test_the_terminal_ranks_with_money_beside_effects(comparison):
    text = tell.ranking(comparison)
    for heading in ("of which care", "gross", "comparison group", "net per head, pp", "net public cost, M EUR", "EUR per shortage-month"):
        assert heading in text
