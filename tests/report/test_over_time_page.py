"""The charts over time in a browser: scenarios side by side, every cut, the finding above them, and their table."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path
from typing import Any

import pytest
from browser import IN_BROWSER, SHOWN, Opened
from fake_runs import BASELINE, FAKES, HOSTILE, clone_run, write_runs

from sim.analysis.contrast import Comparison
from sim.analysis.cuts import FAMILIES
from sim.analysis.metrics import METRICS
from sim.report import assets
from sim.report.dashboard import write, write_comparison
from sim.report.facts import Facts
from sim.report.findings import Findings
from sim.report.numbers import Numbers
from sim.report.words import LANGUAGES, words

pytestmark = IN_BROWSER
SEEDS = 2
TITLE, FELL, WHY = "[data-said=over-time-title]", "[data-said=over-time-fell]", "[data-said=over-time-why]"
PANEL = f"{SHOWN} [data-figure=fan] .panel"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with nine scenarios and the baseline, two seeds; one has a name that attacks."""
    root = tmp_path_factory.mktemp("many")
    clear = dataclasses.replace(FAKES[1], gains=FAKES[1].gains | {"Q": 9000.0})
    folders = write_runs(root, (BASELINE, clear, *FAKES[2:]), seeds=SEEDS, months=26)
    hostile = dataclasses.replace(FAKES[2], name=HOSTILE, label={"en": HOSTILE, "nl": HOSTILE})
    folders += write_runs(root, (hostile,), seeds=SEEDS, months=26)
    for number in range(4):
        folders += [clone_run(folder, scenario=f"twin_{number}") for folder in folders[3 * SEEDS : 4 * SEEDS]]
    return write(folders, root / "page.html", "en")


@pytest.fixture(scope="module")
def shared(browser: Any, many: Path) -> Opened:
    return Opened(browser, many)


@pytest.fixture
def opened(shared: Opened) -> Opened:
    """The page as it opens: English, one scenario, the first metric of everybody."""
    for choice, value in {"scenario": "s1", "metric": "employed", "group": "all", "show": "both", "sum": "monthly"}.items():
        if shared.page.input_value(f"{SHOWN} [data-choice={choice}]") != value:
            shared.choose(choice, value)
    shared.page.evaluate("for (const box of document.querySelectorAll('[data-compare]')) box.open = true")
    if shared.page.is_enabled(f"{SHOWN} [data-only]"):
        shared.page.click(f"{SHOWN} [data-only]")
    shared.chart("fan")
    return shared


def compare_with(opened: Opened, *ids: str) -> None:
    for sid in ids:
        opened.page.check(f"{SHOWN} [data-with={sid}]")


def headings(opened: Opened) -> list[str]:
    return opened.page.locator(f"{PANEL} h3").all_text_contents()


def names(opened: Opened, *ids: str) -> list[str]:
    return [str(opened.page.text_content(f"{SHOWN} [data-choice=scenario] option[value={sid}]")) for sid in ids]


def enabled(opened: Opened, choice: str) -> list[str]:
    return opened.page.locator(f"{SHOWN} [data-choice={choice}] option:enabled").evaluate_all("found => found.map((one) => one.value)")


# --- scenarios side by side -------------------------------------------------------------------------------------------------------
def test_each_chosen_scenario_has_a_panel_with_its_whole_name(opened):
    assert headings(opened) == names(opened, "s1")
    compare_with(opened, "s3", "s5")
    assert headings(opened) == names(opened, "s1", "s3", "s5")
    assert opened.complaints == []


def test_six_is_the_most_and_that_is_said(opened):
    compare_with(opened, "s2", "s3", "s4", "s5", "s6")
    assert len(headings(opened)) == 6
    assert opened.text("[data-status]").startswith("6 chosen, and that is the most")
    assert opened.page.is_disabled(f"{SHOWN} [data-with=s7]")
    opened.page.uncheck(f"{SHOWN} [data-with=s2]")
    assert opened.text("[data-status]") == "5 chosen; 6 is the most."
    assert opened.page.is_enabled(f"{SHOWN} [data-with=s7]")


def test_the_scenario_in_focus_is_first_and_a_new_focus_keeps_the_list(opened):
    compare_with(opened, "s2", "s3")
    opened.choose("scenario", "s3")
    assert headings(opened) == names(opened, "s3", "s1", "s2")
    opened.choose("scenario", "s7")
    assert headings(opened) == names(opened, "s7", "s3", "s1", "s2")
    assert opened.page.is_disabled(f"{SHOWN} [data-with=s7]")
    assert opened.page.is_checked(f"{SHOWN} [data-with=s7]")


def test_one_scenario_alone_follows_the_focus(opened):
    opened.choose("scenario", "s4")
    assert headings(opened) == names(opened, "s4")


def test_scenarios_are_compared_with_the_keyboard_alone(opened):
    opened.page.evaluate("for (const box of document.querySelectorAll('[data-compare]')) box.open = false")
    opened.page.focus(f"{SHOWN} [data-compare] summary")
    for key in ("Enter", "Tab", "Space", "Tab", "Space"):
        opened.page.keyboard.press(key)
    assert headings(opened) == names(opened, "s1", "s2", "s3")
    opened.page.keyboard.press("Escape")
    assert opened.page.locator(f"{SHOWN} [data-compare][open]").count() == 0
    assert opened.page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_panels_share_their_scale(opened):
    compare_with(opened, "s2")
    ticks = [panel.locator(".ytick text").all_text_contents() for panel in opened.page.locator(PANEL).all()]
    assert ticks[0] == ticks[1] != []
    below = [panel.locator(".y2tick text").all_text_contents() for panel in opened.page.locator(PANEL).all()]
    assert below[0] == below[1] != []
    assert "0" in below[0]


def test_a_name_that_attacks_is_text(opened):
    hostile = opened.page.locator(f"{SHOWN} [data-compare] label", has_text=HOSTILE).locator("input").get_attribute("data-with")
    opened.choose("scenario", hostile)
    assert headings(opened) == [HOSTILE]
    assert opened.page.locator(f"{SHOWN} [data-figure=fan] .infolayer text", has_text="<script>").count() == 1
    assert opened.page.locator(f"{SHOWN} figure:has([data-figure=fan]) script").count() == 0
    assert opened.complaints == []


def test_phone_keeps_most_of_its_screen(opened):
    opened.page.set_viewport_size({"width": 390, "height": 844})
    try:
        box = opened.page.locator(f"{SHOWN} [data-compare] fieldset").bounding_box()
        assert box["height"] < 844 * 0.65
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        compare_with(opened, "s2", "s3")
        opened.page.keyboard.press("Escape")
        assert opened.page.locator(f"{SHOWN} .chooser").bounding_box()["height"] < 844 / 6
        opened.choose("sum", "cumulative")
        opened.chart("fan")
        assert opened.page.evaluate("document.documentElement.scrollWidth") == 390
        charts = [panel.locator(".main-svg").first.bounding_box() for panel in opened.page.locator(PANEL).all()]
        assert len({chart["x"] for chart in charts}) == 1
        assert all(300 < chart["width"] < 390 for chart in charts)
    finally:
        opened.page.set_viewport_size({"width": 1280, "height": 900})


# --- cuts -------------------------------------------------------------------------------------------------------------------------
def test_every_metric_can_be_chosen(opened):
    assert enabled(opened, "metric") == list(FAMILIES)


def test_what_has_no_data_cannot_be_chosen_and_why_is_said(opened):
    opened.choose("metric", "unemployment_rate")
    assert enabled(opened, "sum") == ["monthly"]
    assert "cannot be added up" in opened.text(WHY)
    opened.choose("metric", "shortage_fte")
    assert enabled(opened, "age") == ["all"]
    assert "No figures by" in opened.text(WHY)
    assert "age" in opened.text(WHY)
    assert {"care", "crucial", "all"} <= set(enabled(opened, "group"))
    assert enabled(opened, "sum") == ["monthly", "cumulative"]


def test_a_metric_without_the_chosen_cut_falls_back_and_says_so(opened):
    opened.choose("metric", "shortage_fte")
    opened.choose("group", "care")
    assert opened.page.locator(f"{SHOWN} {FELL}").is_hidden()
    opened.choose("metric", "net_participation")
    assert opened.page.input_value(f"{SHOWN} [data-choice=group]") == "all"
    assert opened.text(FELL) == "There are no figures for “Net participation in care”; shown instead: Net participation."
    opened.choose("show", "level")
    assert "Net participation" in opened.text(FELL)
    opened.choose("metric", "employed")
    assert opened.page.locator(f"{SHOWN} {FELL}").is_hidden()


def test_counting_falls_back_with_a_metric_that_cannot_be_added_up(opened):
    opened.choose("sum", "cumulative")
    opened.choose("metric", "tension")
    assert opened.page.input_value(f"{SHOWN} [data-choice=sum]") == "monthly"
    assert opened.text(FELL) == "Tension cannot be added up; shown per month."


def test_no_chart_is_ever_empty(opened):
    compare_with(opened, "s2")
    for metric in FAMILIES:
        opened.choose("metric", metric)
        assert lines(opened, ".xy") == lines(opened, ".xy2") == [True, True], metric
    for show, expected in (("level", ([True, True], [False, False])), ("difference", ([False, False], [True, True]))):
        opened.choose("show", show)
        assert (lines(opened, ".xy"), lines(opened, ".xy2")) == expected
    assert opened.complaints == []


def lines(opened: Opened, axes: str) -> list[bool]:
    """Whether each panel has a line with points on these axes."""
    drawn = "(panels, axes) => panels.map((one) => [...one.querySelectorAll(axes)].some((line) => line.getAttribute('d').includes('L')))"
    return [bool(one) for one in opened.page.locator(PANEL).evaluate_all(drawn, f"{axes} .js-line")]


# --- the finding ------------------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def composed(browser: Any, comparison: Comparison, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, str], str]:
    """Titles that the script composes, by language, metric and scenario: its parts run on the packed data of a page, without the page."""
    facts = Facts(comparison)
    html = write_comparison(comparison, tmp_path_factory.mktemp("titles") / "page.html").read_text(encoding="utf-8")
    packed = html.split('<script type="text/plain" id="payload">')[1].split("</script>")[0]
    asked = [(language, metric, facts.ids[result.name]) for language in LANGUAGES for metric in METRICS for result in facts.results]
    parts = "\n".join(assets.text(f"script/{name}.js") for name in assets.PARTS)
    page = browser.new_page()
    page.set_content(f'<script type="text/plain" id="payload">{packed}</script>')
    found = page.evaluate(
        f"""async (asked) => {{
            {parts}
            payload = JSON.parse(await unpack("payload"));
            state = payload.state;
            return asked.map(([language, metric, scenario]) => {{
                const [family, group] = metric.split(".");
                state.language = language;
                return overTimeTitle(family, `${{group ?? "all"}}.all.all`, [scenario], false);
            }});
        }}""",
        asked,
    )
    page.close()
    return dict(zip(asked, found, strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_script_rounds_and_says_what_python_does(composed, comparison, language):
    say, facts = Findings(words(language), Numbers(words(language)), comparison), Facts(comparison)
    expected = {(language, m, facts.ids[result.name]): say.over_time(m, result) for m in METRICS for result in facts.results}
    assert {key: title for key, title in composed.items() if key[0] == language} == expected
    assert len(set(expected.values())) > len(METRICS)


def test_the_page_without_script_has_the_same_title(browser, many, opened):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(many.as_uri())
    assert page.inner_text(TITLE) == opened.text(TITLE)


def test_several_scenarios_are_counted_and_the_largest_named(opened):
    opened.choose("metric", "shortage_fte")
    opened.choose("group", "care")
    clear = [sid for sid in ("s1", "s2", "s3") if "no clear effect" not in alone(opened, sid)]
    assert 0 < len(clear) < 3
    opened.choose("scenario", "s1")
    compare_with(opened, "s2", "s3")
    title = opened.text(TITLE)
    assert title.startswith(
        "Shortage in care: of 3 scenarios only" if len(clear) == 1 else f"Shortage in care: {len(clear)} of 3 scenarios"
    )
    assert any(name in title for name in names(opened, *clear))
    assert title.endswith(")")
    assert " interval " in title


def alone(opened: Opened, sid: str) -> str:
    opened.choose("scenario", sid)
    return opened.text(TITLE)


def test_added_up_the_title_is_of_the_whole_period(opened):
    opened.choose("metric", "shortage_fte")
    opened.choose("sum", "cumulative")
    assert "over the whole period" in opened.text(TITLE)
    assert "FTE-months" in opened.text(TITLE)


# --- table and notes --------------------------------------------------------------------------------------------------------------
def test_csv_holds_all_panels_and_names_the_cut(opened, tmp_path):
    compare_with(opened, "s2")
    opened.choose("metric", "shortage_fte")
    opened.choose("group", "care")
    opened.choose("sum", "cumulative")
    opened.page.evaluate(f"document.querySelector('{SHOWN} details:has([data-columns=fan])').open = true")
    with opened.page.expect_download() as download:
        opened.page.click(f"{SHOWN} [data-csv=over-time]")
    assert "over-time_shortage_fte_care_all_all_cumulative" in download.value.suggested_filename
    download.value.save_as(tmp_path / "shown.csv")
    with (tmp_path / "shown.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    one, two = names(opened, "s1", "s2")
    assert {f"{one}: median (FTE-months)", f"{two}: difference (FTE-months)", "No new policy: median (FTE-months)"} <= set(rows[0])
    assert [row[0] for row in rows[1:4]] == ["2023-11", "2024-02", "2024-05"]
    assert len(rows) == 1 + 9
    difference = rows[0].index(f"{one}: difference (FTE-months)")
    assert float(rows[-1][difference]) < float(rows[5][difference]) < 0
    assert opened.text("[data-said=over-time-caption]") == "Shortage in care; Added up; by quarter"


def test_the_table_has_only_what_is_shown(opened):
    heads = lambda: opened.page.locator(f"{SHOWN} [data-columns=fan] thead th").all_text_contents()  # noqa: E731
    opened.choose("show", "difference")
    assert not any("median" in head for head in heads())
    opened.choose("show", "level")
    assert any("median" in head for head in heads())
    assert not any("difference" in head for head in heads())


def test_what_a_metric_means_in_its_cut_is_said(opened):
    opened.choose("metric", "shortage_fte")
    opened.choose("group", "care")
    assert "Sector of the employer." in opened.text("[data-said=over-time-meaning]")
    opened.choose("show", "difference")
    assert "pair by pair" in opened.text("[data-said=over-time-reading]")
    assert "median" not in opened.text("[data-said=over-time-reading]")


def test_levels_alone_have_no_difference_to_show(browser, tmp_path):
    folders = write_runs(tmp_path, FAKES[1:3], seeds=2, months=14)
    page = Opened(browser, write(folders, tmp_path / "page.html", "nl"))
    assert page.page.locator(f"{SHOWN} [data-choice=show]").count() == 0
    assert "gemiddeld" in page.text(TITLE)
    page.page.click(f"{SHOWN} [data-compare] summary")
    page.page.check(f"{SHOWN} [data-with=s1]")
    assert len(headings(page)) == 2
    assert page.page.locator(".xy .scatterlayer .js-line").count() >= 2
    assert page.complaints == []
