"""The section "How well does the baseline fit": there without a validation, with one, and with one of another version."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from browser import Opened, in_browser
from fake_fit import figures, record, write_fit

from sim.analysis.contrast import Comparison
from sim.calibration import saved
from sim.calibration.saved import Saved
from sim.calibration.targets import load_targets
from sim.report import assets
from sim.report.charts.fit import CHARTS, data, date_of, figure, shown
from sim.report.dashboard import render, write
from sim.report.fit import Fit
from sim.report.numbers import Numbers
from sim.report.words import words

Make = Callable[..., str]


@pytest.fixture
def page(comparison: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """The page with an invented validation: ``page(version="1.0")`` changes its record."""

    def make(language: str = "en", **changes: Any) -> str:
        monkeypatch.setattr(saved, "FOLDER", write_fit(tmp_path / "fit", **changes))
        return render(comparison, language)

    return make


def section(html: str, language: str = "en") -> str:
    """Words of the section, without markup."""
    body = payload(html)["pages"][language].get("body", html)  # the languages in which the page does not open are packed
    found = re.search(rf'<section aria-labelledby="{language}-fit">(.*?)</section>', body, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).replace("\N{NO-BREAK SPACE}", " ").split())


def payload(html: str) -> dict[str, Any]:
    packed = re.search(r'id="payload">([^<]*)<', html)
    assert packed
    return dict(json.loads(assets.unpack(packed[1])))


def section_of(comparison: Comparison, language: str = "en", points: Any = None, **changes: Any) -> Fit:
    say = words(language)
    return Fit(say, Numbers(say), Saved(figures() if points is None else points, record(**changes)), comparison)


def test_a_version_that_was_not_validated_says_so_and_shows_no_figure(comparison, tmp_path, monkeypatch):
    monkeypatch.setattr(saved, "FOLDER", tmp_path)
    html = render(comparison)
    assert "Not validated yet" in section(html)
    assert "sim validate --save" in section(html)
    assert "Nog niet gevalideerd" in section(html, "nl")
    assert "%" not in section(html)
    found = payload(html)
    assert "fit" not in found["data"]
    assert not [name for name in found["pages"]["en"]["figures"] if name.startswith("fit_")]


def test_titles_are_findings_in_both_languages(page):
    html = page()
    expected = {
        "en": (
            "The baseline is off by 4.0 % in the median series of 2015-2019 and by 8.0 % in that of 2020-2023; 3 of 5 bars are met",
            "Open vacancies: off by 4.0 % in 2015-2019 and by 8.0 % in 2020-2023 (median of the panels)",
            "furthest off is Culture, sport, by 50 %",
            "Missed : median error of open vacancies by sector and quarter in the check window 31.5 % (bar: at most 12 %)",
            "(bar: 80 to 95 %)",
            "Made with version 0.9.9 on 23 November 2026 (code cccccccc), 10 seeds, 1 simulated person for 100.",
        ),
        "nl": (
            "zit er in de mediane reeks van 2015-2019 4,0 % naast en in die van 2020-2023 8,0 %; 3 van de 5 eisen zijn gehaald",
            "het verst ernaast: Cultuur, sport, met 50 %",
            "Niet gehaald : mediane fout van openstaande vacatures per sector en kwartaal in het toetsvenster 31,5 % (eis: hoogstens 12 %)",
            "(eis: minstens 67 %)",
            "op 23 november 2026",
        ),
    }
    for language, sentences in expected.items():
        for sentence in sentences:
            assert sentence in section(html, language)


def test_titles_follow_the_figures(comparison):
    worse = figures().with_columns(
        simulated=pl.when((pl.col("target") == "vacancies_open") & (pl.col("cell") == "Q") & (pl.col("period") >= "2020"))
        .then(3 * pl.col("observed"))
        .otherwise(pl.col("simulated"))
    )
    assert section_of(comparison, points=worse).finding("vacancies").endswith("furthest off is Care, by 200\N{NO-BREAK SPACE}%")


def test_a_chart_without_figures_after_2019_says_so(comparison):
    early = figures().filter((pl.col("target") != "sector_switch") | (pl.col("period") < "2020"))
    only = early.filter(pl.col("target").is_in(["sector_switch", "vacancies_open"]))
    assert section_of(comparison, points=only).finding("flows") == (
        "Flows: off by 4.0\N{NO-BREAK SPACE}% in 2015-2019; nothing to compare after that"
    )
    assert [chart["name"] for chart in section_of(comparison, points=only).context()["charts"]] == ["vacancies", "flows"]


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ({}, False),
        ({"code_digest": "e" * 20}, True),
        ({"data_digest": "e" * 64}, True),
    ],
)
def test_other_code_or_data_than_the_runs_is_a_warning(comparison, changes, warned):
    for run in comparison.frames.runs:
        run.record["code_digest"] = "c" * 20
    try:
        warnings = section_of(comparison, **changes).warnings()
    finally:
        for run in comparison.frames.runs:
            del run.record["code_digest"]
    assert bool(warnings) is warned
    assert all("other code or data" in warning for warning in warnings)


def test_other_parameters_and_lost_observations_are_warnings(comparison):
    warnings = section_of(comparison, parameters={"matching": {"callback_rate": 0.3}}).warnings()
    assert any("other parameters or structure" in warning for warning in warnings)
    warnings = section_of(comparison, missing=[{"target": "jobs", "cell": "A", "n": 3}, {"target": "jobs", "cell": "B", "n": 4}]).warnings()
    assert any("no figure for 7 observations (jobs)" in warning for warning in warnings)


def test_the_page_of_other_runs_shows_the_warning(page):
    assert "made with other code or data" in section(page())
    assert "met andere code of gegevens gemaakt" in section(page(), "nl")


def test_every_target_stands_in_the_table_with_its_verdict(comparison):
    table = section_of(comparison).context()["targets"]
    assert len(table["rows"]) == len({target for chart in CHARTS.values() for target, _ in chart.series})
    assert [cell["text"] for cell in table["rows"][0]["cells"]] == ["4.0", "8.0", "9.0", "model better", "80"]
    assert any(row["label"].endswith("(shown only)") for row in table["rows"])
    assert section_of(comparison, "nl").context()["targets"]["rows"][0]["label"] == load_targets()["vacancies_open"].meaning_nl


def test_errors_by_panel_are_medians_and_the_naive_one_is_of_the_check_window(comparison):
    rows = {row["label"]: [cell["value"] for cell in row["cells"]] for row in section_of(comparison)._panels("vacancies")["rows"]}
    assert rows["Care"] == pytest.approx([4.0, 8.0, 20.0])
    assert rows["Culture, sport"] == pytest.approx([4.0, 50.0, 20.0])
    assert "Defence" not in rows  # not published
    assert len(rows) == 20


def test_the_lines_are_the_figures():
    points = figures()
    found = data(points)["vacancies"]
    series = shown(CHARTS["vacancies"], points)
    care = found["panel"][str(series.index(("vacancies_open", "Q")))]
    rows = {row["period"]: row for row in points.iter_rows(named=True) if (row["target"], row["cell"]) == ("vacancies_open", "Q")}
    for name in ("observed", "simulated", "low90", "high50"):
        assert care[name] == pytest.approx([rows[period][name] for period in found["periods"]], rel=1e-3)
    assert found["x"] == sorted(found["x"])
    assert len(found["x"]) == 35


def test_ages_are_shown_as_ages():
    points = figures()
    is_it = (points["target"] == "retirement_age_after_55") & (points["period"] == "2015")
    [observed] = points.filter(is_it)["observed"]
    assert data(points)["retirement"]["panel"]["0"]["observed"][0] == pytest.approx(55 + observed, rel=1e-3)


def test_a_gap_stays_a_gap():
    points = figures().filter((pl.col("cell") != "Q") | (pl.col("period") != "2017Q2"))
    found = data(points)["vacancies"]
    panel = found["panel"][str(shown(CHARTS["vacancies"], points).index(("vacancies_open", "Q")))]
    assert panel["observed"][found["periods"].index("2017Q2")] is None
    assert panel["observed"].count(None) == 1


def test_panels_do_not_overlap_and_stand_inside_the_figure():
    for name, chart in CHARTS.items():
        layout = figure(name, [str(n) for n in range(len(chart.series))], ".,", "a", "b")["layout"]
        boxes = [(layout[f"xaxis{n}"]["domain"], layout[f"yaxis{n}"]["domain"]) for n in ("", *range(2, len(chart.series) + 1))]
        assert len(boxes) == len(chart.series) == len(layout["shapes"]) == len(layout["annotations"])
        for k, (x, y) in enumerate(boxes):
            assert 0 <= x[0] < x[1] <= 1
            assert 0 <= y[0] < y[1] <= 1
            assert all(x[1] < a[0] or a[1] < x[0] or y[1] < b[0] or b[1] < y[0] for a, b in boxes[:k])


def test_every_chart_has_words_and_every_series_is_a_target():
    for language in ("en", "nl"):
        say = words(language)
        for name, chart in CHARTS.items():
            assert say(f"fit.charts.{name}")
            assert say(f"fit.notes.{name}")
            assert all(target in load_targets() for target, _ in chart.series)
        assert set(say.raw("fit.panels")) == {t for chart in CHARTS.values() for t, _ in chart.series} - {"vacancies_open"}


@pytest.mark.parametrize(("period", "day"), [("2015Q1", "2015-02-15"), ("2023Q3", "2023-08-15"), ("2018", "2018-07-01")])
def test_periods_stand_in_their_middle(period, day):
    assert date_of(period) == day


def test_references_lead_to_data(page):
    found = payload(page())
    for language in ("en", "nl"):
        own = found["pages"][language]
        paths = re.findall(r'"ref": "(fit/[^"]+)"', json.dumps([own["figures"], own["columns"]]))
        assert len(paths) > 200
        for path in set(paths):
            tree: Any = found["data"]
            for part in path.split("/"):
                tree = tree[part]
            assert tree


def test_the_section_adds_little_to_the_page(page, comparison, tmp_path, monkeypatch):
    with_it = len(page().encode())
    monkeypatch.setattr(saved, "FOLDER", tmp_path / "nothing")
    assert with_it - len(render(comparison).encode()) < 150_000


def test_figures_stay_out_of_the_markup(page):
    """A validation is a file that somebody may have changed: its words are text."""
    html = page(version="<script>alert(1)</script>")
    assert "<script>alert(1)" not in html


@in_browser
@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("width", [390, 1280])
def test_panels_are_drawn_without_complaints_at_any_width(browser, run_dirs, tmp_path, monkeypatch, language, width):
    monkeypatch.setattr(saved, "FOLDER", write_fit(tmp_path / "fit"))
    html = write(run_dirs, tmp_path / "page.html", language)
    opened = Opened(browser, html, viewport={"width": width, "height": 900})
    view = opened.page
    here = f"section[aria-labelledby={language}-fit]"
    for name in ("vacancies", "unemployment", "retirement", "flows"):
        opened.chart(f"fit_{name}")
    assert view.locator(f"{here} [data-figure=fit_vacancies] .subplot.x20y20").count() == 1
    assert view.locator(f"{here} [data-figure=fit_vacancies] .points path").count() == 20 * 35
    assert view.locator(f"{here} [data-figure] svg.main-svg").count() >= 4
    assert view.evaluate("document.documentElement.scrollWidth") == width
    view.locator(f"{here} figure summary").first.click()
    table = view.locator(f"{here} [data-columns=fit_vacancies] table")
    assert table.locator("tbody tr").count() == 35
    assert table.locator("tbody tr").first.locator("th").inner_text() == "2015Q1"
    first = table.locator("tbody tr").first.locator("td").nth(1).inner_text()
    assert ("," if language == "nl" else ".") in first
    assert opened.complaints == []
