"""Gross against net: every policy beside its comparison group, and what is left per participant after displacement."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import polars as pl
import pytest
from fake_runs import BASELINE, FAKES, Fake, write_runs

from sim.analysis.contrast import Comparison, compare
from sim.report.charts import programmes
from sim.report.numbers import Numbers
from sim.report.programmes import ALONE, EARLY, NOBODY, RULE, TRIAL, Row, Tellings, rows
from sim.report.words import words

PACKAGE = Fake(
    "package",
    {"en": "Package", "nl": "Pakket"},
    {"Q": 900.0},
    policies={name: {"start": "2024-01"} for name in ("job_bridge", "care_reserve", "pay_rise", "more_hours")},
)
NETWORKS = dataclasses.replace(FAKES[2], gains={"Q": 9000.0}, noise=20.0)


def tell(language: str = "en") -> Tellings:
    return Tellings(words(language), Numbers(words(language)))


def rewrite(folder: Path, policy: str, **columns: float) -> None:
    """Set columns of one policy in a run folder."""
    file = folder / "policies.parquet"
    frame = pl.read_parquet(file)
    mine = pl.col("policy") == policy
    frame.with_columns(pl.when(mine).then(value).otherwise(pl.col(name)).alias(name) for name, value in columns.items()).write_parquet(file)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """A scenario of one policy, and one with a reserve (no comparison group), a rule (nobody enrols) and a policy that finds nobody."""
    folders = write_runs(tmp_path_factory.mktemp("programmes"), (BASELINE, NETWORKS, PACKAGE), seeds=3, months=24)
    nobody = dict.fromkeys(("participants_new", "participants_active", "participants_total", "gross_outcome", "gross_count"), 0.0)
    for folder in folders:
        for policy in ("care_reserve", "pay_rise", "more_hours"):
            rewrite(folder, policy, control_outcome=0.0, control_count=0.0)
        for policy in ("pay_rise", "more_hours"):
            rewrite(folder, policy, **nobody)
    return compare(folders)


@pytest.fixture(scope="module")
def found(mixed: Comparison) -> dict[str, Row]:
    return {row.policy: row for row in rows(mixed)}


def test_each_policy_is_told_apart_by_what_there_is_to_see(found):
    kinds = {policy: row.kind for policy, row in found.items()}
    expected = {"senior_networks": TRIAL, "job_bridge": TRIAL, "care_reserve": ALONE, "pay_rise": RULE, "more_hours": NOBODY}
    assert kinds == expected


def test_gross_less_comparison_group_is_net_per_head(found):
    for policy in ("senior_networks", "job_bridge"):
        one = found[policy].programme
        assert 100 * (one.gross_share - one.control_share) == pytest.approx(one.per_head_points.mean, abs=0.05)
        assert one.per_head_points.mean == pytest.approx(4.0, abs=0.1)  # as planted: 62 and 58 of 100


def test_a_policy_without_a_comparison_group_does_not_count_in_the_effect_per_head_of_a_package(mixed, found):
    package = next(result for result in mixed.scenarios if result.name == "package").programme
    assert package.per_head.mean == pytest.approx(found["job_bridge"].programme.per_head.mean)
    assert package.gross_share == pytest.approx(found["job_bridge"].programme.gross_share)
    assert package.participants == pytest.approx(sum(found[policy].programme.participants for policy in ("job_bridge", "care_reserve")))


@pytest.mark.parametrize(
    ("language", "start"), [("en", "Of 100 participants in Network meetings 58+, 62 are"), ("nl", "Van 100 deelnemers")]
)
def test_the_title_says_gross_comparison_group_net_and_verdict(found, language, start):
    title = tell(language).title([found["senior_networks"]])
    assert title.startswith(start)
    assert "58" in title
    assert words(language)("ranking.gain") in title


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("policy", ["care_reserve", "pay_rise", "more_hours"])
def test_what_cannot_be_compared_is_said_and_not_left_blank(mixed, found, policy, language):
    say = tell(language)
    row = found[policy]
    assert row.kind in (ALONE, RULE, NOBODY)
    assert say.detail(row)
    assert say.name(row) in say.title([row])
    line = next(line for line in say.table(rows(mixed))["rows"] if line["label"] == say.name(row))
    assert line["cells"][-1]["text"] == say.detail(row)


def test_a_programme_whose_participants_were_not_followed_yet_says_so(tmp_path):
    comparison = compare(write_runs(tmp_path, (BASELINE, FAKES[1]), seeds=2, months=8))
    (row,) = rows(comparison)
    assert row.kind == EARLY
    assert "no participant was followed for twelve months" in tell().title([row])


def test_net_per_participant_is_the_net_effect_over_participants(mixed):
    result = next(result for result in mixed.scenarios if result.name == "senior_networks")
    line = tell().table(rows(mixed))["rows"][[row.result.name for row in rows(mixed)].index("senior_networks")]
    shown = line["cells"][4]["value"]
    assert shown == pytest.approx(result.net_fte_months.mean / result.programme.participants, rel=0.05)
    figure = programmes.per_head_fte(tell(), ".,", mixed.scenarios)
    assert figure["data"][0]["x"][0] == pytest.approx(
        mixed.scenarios[0].net_fte_months.mean / mixed.scenarios[0].programme.participants, rel=1e-3
    )


def test_a_package_has_a_line_of_its_own(mixed):
    labels = [line["label"] for line in tell().table(rows(mixed))["rows"]]
    assert labels.count("Package, all together") == 1
    assert "job_bridge in Package" in labels


def test_dots_are_those_of_the_analysis_and_their_figures_turn_away_from_each_other(mixed, found):
    shown = programmes.shown(rows(mixed))
    _, ring, dot = programmes.dumbbells(tell(), ".,", rows(mixed))["data"]
    place = [row.policy for row in shown].index("senior_networks")
    assert dot["x"][place] == pytest.approx(100 * found["senior_networks"].programme.gross_share, abs=0.1)
    assert ring["x"][place] == pytest.approx(100 * found["senior_networks"].programme.control_share, abs=0.1)
    assert (dot["textposition"][place], ring["textposition"][place]) == ("middle right", "middle left")
    reserve = [row.policy for row in shown].index("care_reserve")
    assert ring["x"][reserve] is None
    assert len(dot["x"]) == len(shown) == 3


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_shipped_policy_with_participants_says_what_counts_as_its_outcome(language):
    from sim.policies.registry import POLICIES
    from sim.policies.rule import Rule

    known = words(language).raw("programmes.outcomes")
    assert set(known) == {name for name, policy in POLICIES.items() if not issubclass(policy, Rule)}


def test_a_label_that_attacks_is_text(tmp_path):
    hostile = dataclasses.replace(FAKES[1], label={"en": "<b>x</b>", "nl": "<b>x</b>"})
    found = rows(compare(write_runs(tmp_path, (BASELINE, hostile), seeds=2, months=24)))
    texts = [mark["text"] for mark in programmes.dumbbells(tell(), ".,", found)["layout"]["annotations"]]
    assert any("&lt;b&gt;" in text for text in texts)
    assert not any("<b>" in text for text in texts)
