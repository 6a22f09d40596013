"""The parts of the dashboard and of the command line about intervals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fake_runs import BASELINE, FAKES, write_runs

from sim.analysis.contrast import Comparison, compare
from sim.analysis.uncertainty import PARTS
from sim.report.charts import parts
from sim.report.dashboard import write_comparison
from sim.report.numbers import Numbers
from sim.report.uncertainty import in_order, lines, section
from sim.report.words import words
from sim.runs import tell

DRAWN = {"policies.job_bridge.net_effect": 0.05, "search.casual_share": 0.4}


@pytest.fixture(scope="module")
def with_draws(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Two seeds by sixteen draws: the runs of 32 invented seeds, renamed."""
    folders = write_runs(tmp_path_factory.mktemp("draws"), (BASELINE, FAKES[1]), seeds=32, months=6)
    for folder in folders:
        file = folder / "run.json"
        record = json.loads(file.read_text(encoding="utf-8"))
        number = record["seed"] - 1
        file.write_text(json.dumps(record | {"seed": 1 + number // 16, "draw": number % 16, "drawn": DRAWN}), encoding="utf-8")
    return compare(folders)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_section_has_a_bar_and_a_table_in_both_languages(with_draws: Comparison, language: str) -> None:
    say = words(language)
    shown = section(say, Numbers(say), with_draws)["parts"]
    assert shown["table"]["columns"] == [say(f"uncertainty.parts.{part}") for part in ("luck", "descriptive", "expert", "together")]
    assert any(say("uncertainty.shortage", group=say("groups.care")) in row["label"] for row in shown["table"]["rows"])
    figure = parts.figure(say, ".,", with_draws.uncertainty, with_draws.scenarios, lambda one: in_order(say, Numbers(say), one))
    assert sum(bar["x"][0] for bar in figure["data"]) == pytest.approx(100, abs=0.2)
    one = with_draws.uncertainty.scenarios["job_bridge"]["net_fte_months"]
    largest = max(one.shares, key=one.shares.get)
    assert say(f"uncertainty.parts.{largest}") in shown["title"]
    assert Numbers(say).share(one.shares[largest]) in shown["title"]


def test_every_part_of_a_bar_is_named_above_it_in_the_order_of_the_bar(with_draws: Comparison) -> None:
    say = words("en")
    one = with_draws.uncertainty.scenarios["job_bridge"]["net_fte_months"]
    said = in_order(say, Numbers(say), one)
    shown = [part for part in PARTS if one.shares.get(part, 0) >= 0.005]
    places = [said.index(say(f"uncertainty.parts.{part}")) for part in shown]
    assert places == sorted(places)
    assert len({parts.COLOURS[part] for part in shown}) == len(shown)


def test_the_command_line_says_it_in_one_line_a_scenario(with_draws: Comparison) -> None:
    english = words("en")
    said = lines(english, Numbers(english), with_draws)
    assert said[0].startswith("Bridge to a growth sector, variance of net FTE-months: ")
    assert any("16 parameter draws (2 seeds)" in line for line in said)
    assert said[0] in tell.finding(with_draws)


def test_with_enough_seeds_the_page_says_what_pairing_buys(tmp_path: Path) -> None:
    comparison = compare(write_runs(tmp_path, (BASELINE, FAKES[1]), seeds=6, months=14))
    say = words("nl")
    shown = section(say, Numbers(say), comparison)
    assert shown["parts"] is None
    assert len(shown["pairing"]["table"]["rows"]) == len(comparison.pairing.figures) > 20
    page = write_comparison(comparison, tmp_path / "page.html", "nl").read_text(encoding="utf-8")
    assert say("sections.pairing") in page
    assert say("sections.uncertainty") not in page


def test_the_page_of_draws_holds_the_section_and_the_settings_before_any_draw(with_draws: Comparison, tmp_path: Path) -> None:
    page = write_comparison(with_draws, tmp_path / "page.html", "en").read_text(encoding="utf-8")
    assert words("en")("sections.uncertainty") in page
