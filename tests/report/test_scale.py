"""One scenario or many, few runs or many, whole folders or damaged ones: the page stays legible, small and honest."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import SHOWN, Opened, in_browser
from fake_runs import BASELINE, FAKES, Fake, clone_run, write_run, write_runs
from typer.testing import CliRunner

from sim.analysis.contrast import Comparison, compare
from sim.analysis.intervals import Interval
from sim.cli.app import app
from sim.config.errors import UserError
from sim.export.command import export
from sim.report import assets, provenance, tables
from sim.report.charts import balance, paired
from sim.report.dashboard import render, write_comparison
from sim.report.facts import Facts
from sim.report.findings import Findings
from sim.report.numbers import Numbers, is_nil, places, rounded
from sim.report.words import words
from sim.runs import jobs
from sim.runs.select import compared, newest_set

MANY = 14
"""Scenarios beside the baseline: more than the rows that a table shows first."""
LONG = "Brug naar een groeisector met begeleiding door regionale mobiliteitsteams en loopbaancheques"


def payload(html: str) -> dict[str, Any]:
    packed = re.search(r'id="payload">([^<]*)<', html)
    assert packed
    return dict(json.loads(assets.unpack(packed[1])))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Fourteen scenarios with long names, two seeds, a year and two months."""
    root = tmp_path_factory.mktemp("many")
    clear = dataclasses.replace(FAKES[1], gains={"Q": 9000.0, "G": -300.0}, noise=20.0)
    written = write_runs(root, (BASELINE, clear), seeds=2, months=14)
    more = [dataclasses.replace(FAKES[2 + k % 3], name=f"more_{k}", label={"en": f"{LONG} {k}", "nl": f"{LONG} {k}"}) for k in range(2)]
    written += write_runs(root, tuple(more), seeds=2, months=14)
    return written + [clone_run(folder, scenario=f"twin_{k}") for k in range(MANY - 3) for folder in written[-2:]]


@pytest.fixture(scope="module")
def many(folders: list[Path]) -> Comparison:
    return compare(folders)


@pytest.fixture(scope="module")
def html(many: Comparison) -> str:
    return render(many, "nl")


# --- one figure, one rounding ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "half", "expected"),
    [(12345.6, 812.0, 12350), (-0.01234, 0.0031, -0.0123), (12345.6, None, 12300), (3.0, 0.0, 3), (25.6455, 1e-14, 25.6), (0.0, None, 0)],
)
def test_a_figure_is_rounded_to_two_digits_of_its_uncertainty(value: float, half: float | None, expected: float) -> None:
    assert rounded(value, half) == expected
    shown = Numbers(words("en")).uncertain(value, half)
    assert float(shown.replace(",", "").replace("\N{MINUS SIGN}", "-")) == expected
    assert places(value, half) == len(shown.partition(".")[2])


def test_what_summing_can_make_of_nil_is_nil_and_no_interval() -> None:
    assert is_nil(4.0, 1e-12)
    assert not is_nil(0.0, 1e-12)
    cell = tables.change(Numbers(words("en")), Interval(4.0, 4.0 - 1e-12, 4.0 + 1e-12, 10))
    assert (cell["text"], cell["below"]) == ("+4.00", "")


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_same_net_effect_stands_in_card_ranking_chart_balance_and_json(many: Comparison, language: str) -> None:
    numbers, result = Numbers(words(language)), many.scenarios[0]
    net = result.to_json()["net_fte_months"]
    half = (net["high"] - net["low"]) / 2
    expected = rounded(net["mean"], half)
    facts = Facts(many)
    card = tables.cards(Findings(words(language), numbers, many), result)[0]
    assert card["value"] == numbers.uncertain(net["mean"], half, signed=True)
    from sim.report import ranking

    row = ranking.rows(words(language), numbers, many.scenarios)[0]["cells"][0]
    assert (row["value"], row["text"]) == (expected, card["value"])
    dots = paired.data(many)["paired"][paired.NET]
    assert dots["drawn"]["mean"][0] == dots["all"]["mean"][0] == expected
    assert [dots["all"][end][0] for end in ("low", "high")] == [rounded(net[end], half) for end in ("low", "high")]
    bars = balance.data({"s1": facts.sheets[result.name]})["balance"]["s1"]["fte"]["sector"]
    assert bars["total"]["mean"] == expected
    total = tables.balance(words(language), numbers, facts.sheets[result.name]["fte"]["sector"])["rows"][-1]["cells"]
    assert [cell["value"] for cell in total] == [expected, *(rounded(net[end], half) for end in ("low", "high"))]


def test_euros_that_somebody_set_are_shown_as_they_are() -> None:
    dutch = Numbers(words("nl"))
    assert dutch.exact_eur(4255) == "€\N{NO-BREAK SPACE}4.255"
    assert dutch.exact_eur(13.5) == "€\N{NO-BREAK SPACE}13,50"


# --- many scenarios -------------------------------------------------------------------------------------------------------------------
@in_browser
def test_all_rows_are_in_the_page_and_the_first_are_shown(browser: Any, html: str, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    opened = Opened(browser, tmp_path / "page.html")
    rows = opened.page.locator(f"{SHOWN} table.ranking tbody tr")
    assert (rows.count(), rows.filter(visible=True).count()) == (MANY, 12)
    button = opened.page.locator(f"{SHOWN} figure:has(table.ranking) [data-all-rows]")
    assert button.inner_text() == words("nl")("page.all_rows", n=MANY)
    button.click()
    assert rows.filter(visible=True).count() == MANY
    assert button.get_attribute("aria-expanded") == "true"
    opened.page.emulate_media(media="print")
    button.evaluate("button => button.click()")
    assert rows.filter(visible=True).count() == MANY
    opened.page.emulate_media(media="screen")
    assert rows.filter(visible=True).count() == 12
    table = opened.page.locator(f"{SHOWN} [data-twin=paired]")
    first = table.locator("tbody tr").first.locator("td").first
    net = json.dumps(payload(html)["data"]["paired"][paired.NET]["all"]["mean"][0])
    assert first.get_attribute("data-value") == net
    assert first.text_content() == "+" + f"{int(net):,}".replace(",", ".")
    opened.choose("outcome", "unemployment_rate")
    assert words("nl").unit("percent", difference=True) in str(table.locator("thead").text_content())
    assert re.search(r"\d,\d", str(table.locator("tbody").text_content()))
    assert opened.complaints == []


def test_strips_stand_closer_when_there_are_many_and_long_names_keep_their_end(many: Comparison) -> None:
    figure = paired.figure(words("nl"), ",.", many.scenarios)
    assert figure["layout"]["height"] < 54 * MANY
    names = [note["text"] for note in figure["layout"]["annotations"][:-1]]
    assert len(names) == len(set(names)) == MANY
    assert max(map(len, names)) <= paired.LONGEST_NAME + 1


def test_of_a_ranking_without_end_both_ends_are_drawn_and_the_table_has_all(many: Comparison) -> None:
    results = many.scenarios * 5
    shown = paired.drawn(results)
    assert len(shown) == paired.MOST_ROWS < len(results)
    assert shown[0] is results[0]
    assert shown[-1] is results[-1]
    table = tables.outcomes(words("en"), Numbers(words("en")), results, paired.NET)
    assert len(table["rows"]) == len(results)


def test_dots_give_way_to_bands_when_a_scenario_has_very_many_pairs() -> None:
    values = np.arange(101.0)
    found = paired._of_bands([values], [Interval(50.0, 49.0, 51.0, 101)])
    assert found == {"band90": [5, 95, None], "band50": [25, 75, None]}


def test_configurations_and_digests_are_bounded_and_every_scenario_has_a_digest_of_its_runs(
    many: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = list(many.positions)
    assert len(provenance.configurations(many, names)) == MANY + 1
    assert len(provenance.digests(many, names)) == 2 * (MANY + 1)
    monkeypatch.setattr(provenance, "MOST_DIGESTS", 5)
    monkeypatch.setattr(provenance, "MOST_CONFIGURATIONS", 3)
    assert provenance.digests(many, names) == []
    assert [found["scenario"] for found in provenance.configurations(many, names)] == names[:3]
    whole = hashlib.sha256(f"{1:064x}\n{2:064x}\n".encode()).hexdigest()
    assert provenance.digests_by_scenario(many, ["baseline"]) == [
        {"scenario": "baseline", "runs": "2", "digest": whole[: provenance.DIGEST_LENGTH]}
    ]


def test_many_names_in_one_line_are_counted() -> None:
    assert words("nl").listed(["a", "b", "c"], most=2) == "a, b en nog 1"
    assert words("en").listed(["a", "b"], most=2) == "a, b"


# --- damaged folders ------------------------------------------------------------------------------------------------------------------
@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """Five folders of runs, of which one has half a record, one a table of noise within, and one a table cut short."""
    small: tuple[Fake, ...] = (BASELINE, FAKES[1])
    write_runs(tmp_path / "runs", small, seeds=4, months=13)
    of = {seed: tmp_path / "runs" / "scenario=job_bridge" / f"key=job_{seed:04d}" for seed in range(1, 5)}
    (of[2] / "run.json").write_text('{"status": "ok"', encoding="utf-8")
    noise = bytearray((of[3] / "panel.parquet").read_bytes())
    noise[100:20_000] = np.random.default_rng(1).bytes(19_900)
    (of[3] / "panel.parquet").write_bytes(noise)
    (of[4] / "market.parquet").write_bytes(b"PAR1")
    return tmp_path / "runs"


def test_damaged_runs_are_named_and_left_out(damaged: Path) -> None:
    comparison, selection = compared(newest_set([damaged]))
    assert [result.pairs for result in comparison.scenarios] == [((1, None),)]
    assert len(selection.unreadable) == 3
    for part in ("job_0002/run.json: not a run record", "job_0003 cannot be read", "job_0004/market.parquet is cut short"):
        assert any(part in why for why in selection.unreadable), part
    html = write_comparison(comparison, damaged / "page.html", "nl", selection.failures).read_text(encoding="utf-8")
    said = words("nl")("callouts.unreadable", n=3, runs=", ".join(f"scenario=job_bridge/key=job_000{seed}" for seed in (2, 3, 4)))
    assert said in html
    assert str(damaged) not in html.split("<script")[0]  # where the folders lie is nobody's business upward


def test_the_command_says_what_it_left_out_and_export_too(damaged: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["dashboard", str(damaged), "-o", str(tmp_path / "new" / "page.html")])
    assert done.exit_code == 0, done.output
    assert done.output.count("Left out, unreadable: ") == 3
    assert (tmp_path / "new" / "page.html").is_file()
    assert len(export([damaged], csv=tmp_path / "sheets").unreadable) == 3


def test_when_no_run_can_be_read_the_first_reason_is_told(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "runs", BASELINE, 1, months=3)
    (folder / "run.json").write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match=r"No finished run in .*1 cannot be read: .*run\.json"):
        newest_set([tmp_path / "runs"])
    shutil.rmtree(folder)
    folder = write_run(tmp_path / "runs", BASELINE, 1, months=3)
    (folder / "sexes.parquet").unlink()
    with pytest.raises(UserError, match=r"sexes\.parquet"):
        compared(newest_set([tmp_path / "runs"]))


# --- places that are none -------------------------------------------------------------------------------------------------------------
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for out, message in ((tmp_path, "it is a folder. Name a file in it: -o "), (tmp_path / "file" / "page.html", "file is no folder")):
        with pytest.raises(UserError, match=message):
            jobs.dashboard([tmp_path / "nowhere"], out=out)
    with pytest.raises(UserError, match="is no folder: name the folder that the runs are in"):
        jobs.dashboard([tmp_path / "file"])


def test_dashboard_and_export_take_the_same_sweep(damaged: Path, tmp_path: Path) -> None:
    for verb, *rest in (("dashboard",), ("export", "--csv", str(tmp_path / "sheets"))):
        with pytest.raises(UserError, match="Unknown sweep 'none'"):
            CliRunner().invoke(app, [verb, str(damaged), "--sweep", "none", *rest], catch_exceptions=False)
