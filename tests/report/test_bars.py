"""What the page promises of itself: no network, a view in its address, files, print, size and time to be ready."""

from __future__ import annotations

import csv
import dataclasses
import io
import os
import re
import shutil
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from browser import IN_BROWSER, SHOWN, Opened
from fake_runs import BASELINE, FAKES, HOSTILE, clone_run, write_runs

from sim.report import assets
from sim.report.dashboard import write

pytestmark = IN_BROWSER
TITLE = "h2[data-said=over-time-title]"
READY_S = 3.0


@pytest.fixture(scope="module")
def opened(browser: Any, page_file: Path) -> Opened:
    """The page on a machine without network."""
    return Opened(browser, page_file, offline=True)


@pytest.fixture
def fresh(opened: Opened) -> Opened:
    """That page as it opens."""
    opened.page.set_viewport_size({"width": 1280, "height": 900})
    if opened.page.evaluate("location.hash"):
        opened.page.evaluate("new Promise((done) => { addEventListener('hashchange', done, { once: true }); location.hash = ''; })")
    return opened


# --- closed to the network --------------------------------------------------------------------------------------------------------------
def test_offline_from_disk_all_is_drawn_and_nothing_is_asked(opened, page_file):
    for name in opened.charts():
        assert opened.chart(name).strip()
    assert {url.partition("#")[0] for url in opened.requests} == {page_file.as_uri()}
    assert opened.complaints == []


def test_no_part_of_the_script_declares_what_another_has():
    """They share one scope, where the second of two functions of one name would silently win."""
    declared = re.compile(r"^(?:async )?(?:function|const|let) (\w+)", re.MULTILINE)
    names = Counter(name for part in assets.PARTS for name in declared.findall(assets.text(f"script/{part}.js")))
    assert [name for name, times in names.items() if times > 1] == []
    assert set(assets.PARTS) == {file.stem for file in (assets.ASSETS / "script").glob("*.js")}


# --- the address ------------------------------------------------------------------------------------------------------------------------
def test_a_link_opens_the_same_view(browser, page_file):
    """Also of a scenario whose name attacks; scenarios stand there by name, and only what is not shown first."""
    opened = Opened(browser, page_file)
    assert opened.page.evaluate("location.hash") == ""
    sids = {o.inner_text(): o.get_attribute("value") for o in opened.page.locator(f"{SHOWN} select[data-choice=scenario] option").all()}
    opened.choose("scenario", sids[HOSTILE])
    opened.choose("metric", "shortage_fte")
    opened.choose("split", "age")
    opened.page.click(f"{SHOWN} [data-compare] summary")
    opened.page.check(f"{SHOWN} [data-with={sids['Bridge to a growth sector']}]")
    opened.choose_language("nl")
    code = opened.page.evaluate("location.hash")
    assert code.startswith("#language=nl&scenario=%3Cscript%3Ealert%281%29%3C%2Fscript%3E&")
    assert "scenarios=%3Cscript%3Ealert%281%29%3C%2Fscript%3E,job_bridge" in code
    assert "metric=shortage_fte" in code
    assert "split=age" in code
    assert "unit=" not in code
    again = Opened(browser, page_file, hash=code[1:])
    for what in (TITLE, "h2[data-text^=balance]", "h2[data-text^=cards_title]"):
        assert again.text(what) == opened.text(what)
    assert again.chart("fan") == opened.chart("fan")
    assert again.page.evaluate("location.hash") == code
    assert opened.complaints + again.complaints == []


def test_what_an_address_says_in_vain_is_passed_over(browser, page_file, opened):
    odd = Opened(
        browser, page_file, hash="scenario=nobody&metric=toString&split=__proto__&language=xx&__proto__=1&%zz=%zz&group&unit=people"
    )
    assert odd.text(TITLE) == opened.text(TITLE)
    assert odd.page.input_value(f"{SHOWN} [data-choice=split]") == "sector"
    assert odd.page.input_value(f"{SHOWN} [data-choice=unit]") == "people"
    assert odd.complaints == []


def test_the_back_button_opens_the_view_before(fresh):
    fresh.choose("split", "sex")
    fresh.page.evaluate("location.hash = '#split=age&scenario=hiring_subsidy'")
    fresh.page.wait_for_selector("text=Hiring subsidy 56+ clearly changes")
    assert fresh.page.input_value(f"{SHOWN} [data-choice=split]") == "age"
    fresh.page.go_back()
    fresh.page.wait_for_selector("text=Bridge to a growth sector clearly changes")
    assert fresh.page.input_value(f"{SHOWN} [data-choice=split]") == "sex"


def test_places_in_the_page_leave_the_view_in_the_address(fresh):
    fresh.choose("split", "sex")
    fresh.page.evaluate("scrollTo(0, 0)")
    fresh.page.focus(f"{SHOWN} .skip")
    fresh.page.keyboard.press("Enter")
    assert fresh.page.evaluate("document.activeElement.tagName") == "MAIN"
    assert fresh.page.evaluate("location.hash") == "#split=sex"


@pytest.mark.parametrize("clipboard", ["undefined", "{ writeText: async () => { throw Error(); } }"])
def test_where_there_is_no_clipboard_the_link_is_shown_to_be_copied(browser, page_file, clipboard):
    before = f"Object.defineProperty(navigator, 'clipboard', {{ value: {clipboard} }});"
    opened = Opened(browser, page_file, hash="split=sex", before=before)
    opened.page.click(f"{SHOWN} [data-link]")
    opened.page.wait_for_selector(f"{SHOWN} input.by-hand")
    assert opened.page.evaluate("document.activeElement.value") == f"{page_file.as_uri()}#split=sex"
    assert opened.complaints == []


def test_the_link_is_copied(browser, page_file):
    before = "Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.kept = text; } } });"
    opened = Opened(browser, page_file, hash="split=sex", before=before)
    opened.page.click(f"{SHOWN} [data-link]")
    opened.page.wait_for_selector(f"{SHOWN} [data-link]:has-text('Copied')")
    assert opened.page.evaluate("kept") == f"{page_file.as_uri()}#split=sex"


# --- choosing ---------------------------------------------------------------------------------------------------------------------------
def test_controls_of_any_kind_choose_with_the_keyboard(browser, page_file):
    opened = Opened(browser, page_file)
    opened.page.evaluate(
        """document.querySelector('[data-page]:not([hidden]) .choices').insertAdjacentHTML('beforeend', ['sector', 'age', 'sex'].map(
           (value) => `<label><input type=radio name=split value=${value} data-choice=split>${value}</label>`).join('')
           + ['s1', 's2'].map((id) => `<label><input type=checkbox value=${id} data-choice=scenarios>${id}</label>`).join(''))"""
    )
    opened.choose("unit", "people")  # whatever the choice, all controls show what is chosen
    assert opened.page.is_checked("input[type=radio][value=sector]")
    assert opened.page.is_checked("input[type=checkbox][value=s1]")
    opened.page.focus("input[type=radio][value=sector]")
    opened.page.keyboard.press("ArrowDown")
    assert opened.page.input_value(f"{SHOWN} select[data-choice=split]") == "age"
    opened.page.focus("input[type=checkbox][value=s2]")
    opened.page.keyboard.press("Space")
    assert opened.page.locator(f"{SHOWN} [data-figure=fan] .panel").count() == 2
    assert opened.complaints == []


def test_a_change_is_told_and_the_focus_stays(fresh):
    fresh.page.focus(f"{SHOWN} select[data-choice=split]")
    fresh.choose("split", "age")
    assert fresh.page.inner_text("#status") == fresh.text("h2[data-text^=balance]")
    assert fresh.page.evaluate("document.activeElement.dataset.choice") == "split"
    fresh.choose_language("nl")
    assert fresh.page.evaluate("document.activeElement.closest('[data-page]').dataset.page") == "nl"
    assert fresh.page.evaluate("document.activeElement.dataset.language") == "nl"


def test_a_choice_redraws_only_what_it_touches(fresh):
    for name in fresh.charts():
        fresh.chart(name)
    places = "[...document.querySelectorAll('[data-page=en] [data-figure]')]"
    fresh.page.evaluate(f"{places}.forEach((place) => place.on?.('plotly_afterplot', () => (place.again = true)))")
    fresh.choose("split", "age")
    for name in fresh.charts():
        fresh.chart(name)
    again = fresh.page.evaluate(f"{places}.filter((place) => place.again).map((place) => place.dataset.figure)")
    assert again == ["balance"]


def test_charts_follow_the_width_of_the_window(fresh):
    width = f"document.querySelector('{SHOWN} [data-figure=balance] .main-svg').getBoundingClientRect().width"
    fresh.chart("balance")
    wide = fresh.page.evaluate(width)
    fresh.page.set_viewport_size({"width": 500, "height": 900})
    fresh.page.wait_for_timeout(400)
    fresh.chart("balance")
    assert fresh.page.evaluate(width) < 500 < wide


# --- files ------------------------------------------------------------------------------------------------------------------------------
def test_every_table_has_its_file_and_every_chart_its_table(opened):
    opened.open_details()
    lacking = opened.page.evaluate(
        """() => {
          const here = document.querySelector("[data-page]:not([hidden])"), found = new Map();
          for (const button of here.querySelectorAll("[data-csv]")) {
            const tables = [...button.closest("details, figure, section").querySelectorAll("table")];
            const own = tables.filter((table) => table.compareDocumentPosition(button) & 4).at(-1);
            found.set(own, (found.get(own) ?? 0) + 1);
          }
          const name = (element) => element.closest("[aria-labelledby]").getAttribute("aria-labelledby");
          return [
            [...here.querySelectorAll("table")].filter((table) => found.get(table) !== 1).map(name),
            [...here.querySelectorAll("[data-figure]")].filter((chart) => !chart.closest("section").querySelector("table")).map(name),
          ];
        }"""
    )
    assert lacking == [[], []]


def test_files_open_in_the_readers_spreadsheet(fresh):
    for language, comma, decimal in (("en", ",", "."), ("nl", ";", ",")):
        fresh.choose_language(language)
        fresh.open_details()
        files = fresh.files()
        assert len(files) == fresh.page.locator(f"{SHOWN} [data-csv]").count()
        for name, text in files.items():
            assert re.fullmatch(r"loopbrug_[A-Za-z0-9._-]{1,110}\.csv", name)
            assert text.startswith("\ufeff")
            rows = list(csv.reader(io.StringIO(text[1:]), delimiter=comma))
            assert len({len(row) for row in rows}) == 1, name
            assert all(rows[0]), name
        head, first, *_ = csv.reader(io.StringIO(files["loopbrug_balance-sheet_job_bridge_fte_sector.csv"]), delimiter=comma)
        assert head[1] == ("Net FTE-months" if language == "en" else "Netto fte-maanden")
        assert re.fullmatch(r"\d+", first[1])
        fit = next((text for name, text in files.items() if name.startswith("loopbrug_care-shortage")), "")
        assert f"112{decimal}5{comma}" in fit
    assert fresh.complaints == []


def test_no_text_of_a_file_runs_as_a_formula(browser, page_file):
    opened = Opened(browser, page_file)
    opened.page.evaluate(
        """(texts) => {
          const rows = [...document.querySelectorAll("table.ranking tbody tr")];
          rows.forEach((row, at) => row.cells[0].replaceChildren(texts[at]));
          rows[0].cells[1].replaceChildren("+1.5");
          delete rows[0].cells[1].dataset.value;
        }""",
        ["=cmd|' /C calc'!A0", "@SUM(1)", '-2+3"'],
    )
    rows = list(csv.reader(io.StringIO(opened.files()["loopbrug_ranking.csv"][1:])))
    assert [row[0] for row in rows[1:]] == ["'=cmd|' /C calc'!A0", "'@SUM(1)", "'-2+3\""]
    assert rows[1][1] == "+1.5"  # only a number


# --- languages, phone, print, old browsers -----------------------------------------------------------------------------------------------
def test_dutch_numbers_and_dates(fresh):
    fresh.choose_language("nl")
    fresh.open_details()
    words = fresh.page.evaluate(
        """() => {
          const walker = document.createTreeWalker(document.querySelector("[data-page=nl]"), NodeFilter.SHOW_TEXT), found = [];
          while (walker.nextNode()) {
            if (!walker.currentNode.parentNode.closest("[lang=en], pre, code, option, [data-figure]")) found.push(walker.currentNode.data);
          }
          return found.join(" ");
        }"""
    )
    words = words.replace("CC BY 3.0", "").replace("CC BY 4.0", "")
    assert re.search(r"\b\d{1,3}\.\d{3}\b", words)
    assert re.search(r"\d,\d", words)
    assert re.findall(r"\d,\d{3},\d|\d,\d{3}\.\d|(?<![\d.])\d+\.\d{1,2}(?![\d.])", words) == []  # commas of thousands, points of decimals
    assert "21 november 2026" in words
    assert re.findall(r"\b(?:January|February|March|May|June|July|August|October)\b", words) == []


def test_nothing_scrolls_sideways_with_all_details_open(fresh):
    for width, language in ((390, "nl"), (390, "en"), (768, "en"), (1280, "nl")):
        fresh.page.set_viewport_size({"width": width, "height": 844})
        fresh.choose_language(language)
        fresh.open_details()
        assert fresh.page.evaluate("document.documentElement.scrollWidth") == width


def test_print_has_the_headline_and_every_chart(browser, page_file, tmp_path):
    opened = Opened(browser, page_file)
    drawn = opened.page.locator(f"{SHOWN} [data-figure]:has(svg.main-svg)")
    assert drawn.count() < len(opened.charts())  # only those near the screen so far
    opened.page.pdf(path=str(tmp_path / "page.pdf"), format="A4")
    assert drawn.count() == len(opened.charts())
    for name in opened.charts():
        opened.chart(name)
    chart = opened.page.locator(f"{SHOWN} [data-figure=balance]")
    assert chart.evaluate("(place) => place.querySelector('svg').clientWidth === place.clientWidth && place.clientWidth > 680")
    if not shutil.which("pdftotext"):
        pytest.skip("NOT TESTED: no pdftotext; install it with: apt-get install poppler-utils")
    text = subprocess.run(["pdftotext", str(tmp_path / "page.pdf"), "-"], capture_output=True, text=True, check=True).stdout
    printed = bare(text)
    titles = [opened.text(".lead"), *opened.page.locator(f"{SHOWN} figure:has([data-figure]) >> h2, h3.finding").all_inner_texts()]
    assert len(titles) > len(opened.charts()) / 2
    assert [title for title in titles if bare(title) not in printed] == []
    for name in opened.charts():  # words that stand in the drawing
        words = opened.page.locator(f"{SHOWN} [data-figure={name}] svg text").all_text_contents()
        longest = max(words, key=len)
        assert bare(longest) in printed, name


def bare(text: str) -> str:
    """Text without what a line break adds or takes away."""
    return re.sub(r"[\s-]+", "", text)


def test_without_decompression_there_are_tables_and_a_sentence(browser, page_file):
    opened = Opened(browser, page_file, before="delete window.DecompressionStream")
    assert opened.page.get_attribute("html", "data-ready") == "without-charts"
    assert "too old to draw the charts" in opened.page.inner_text("main")
    assert opened.page.locator("main table").count() >= 9
    assert opened.page.locator("main select:visible").count() == 0
    assert opened.complaints == []


# --- accessibility ----------------------------------------------------------------------------------------------------------------------
ONE_OF_A_KIND = """() => {
  for (const body of document.querySelectorAll("tbody")) {
    const seen = new Set();
    for (const row of [...body.rows]) {
      const kinds = [row, ...row.querySelectorAll("*")].map((part) => `${part.tagName} ${part.className} ${part.lang}`);
      if (kinds.every((kind) => seen.has(kind))) row.remove();
      for (const kind of kinds) seen.add(kind);
    }
  }
  for (const mark of document.querySelectorAll(".point ~ .point, .points path ~ path")) mark.remove();
}"""
"""Leaves one row and one mark of every kind in each table and chart: axe would take minutes over thousands of cells that are alike."""


def test_axe_finds_nothing_in_both_schemes_languages_and_widths(browser, page_file):
    """All rules, all impacts, all details open, all charts drawn. axe comes in over the debugging protocol: the policy of the page stays."""
    opened = Opened(browser, page_file)
    opened.page.evaluate(AXE_SCRIPT)
    for scheme, width, language in (("light", 1280, "en"), ("light", 390, "nl"), ("dark", 1280, "nl"), ("dark", 390, "en")):
        opened.page.emulate_media(color_scheme=scheme)
        opened.page.set_viewport_size({"width": width, "height": 900})
        opened.choose_language(language)
        opened.open_details()
        for name in opened.charts():
            opened.chart(name)
        opened.page.evaluate(ONE_OF_A_KIND)
        found = opened.page.evaluate("axe.run({ resultTypes: ['violations'] }).then((found) => found.violations)")
        assert [(one["id"], one["impact"], [node["html"][:200] for node in one["nodes"]]) for one in found] == [], (scheme, width, language)
    assert opened.complaints == []


# --- size and time ----------------------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Thirty scenarios of their own gains, the baseline among them, two seeds, at full length; sorted by scenario."""
    plans = [
        dataclasses.replace(
            FAKES[1 + k % 4],
            name=f"plan_{k:02d}",
            label={"en": f"Plan {k}", "nl": f"Plan {k}"},
            gains={sector: gain * (1 + k / 7) for sector, gain in FAKES[1 + k % 4].gains.items()},
        )
        for k in range(29)
    ]
    return write_runs(tmp_path_factory.mktemp("national"), (BASELINE, *plans), seeds=2, months=87)


@pytest.fixture(scope="module")
def ten(national: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of ten scenarios, ten seeds; eight of the seeds have the figures of the other two, which hardly matters to the size."""
    runs = national[:20]
    runs = runs + [clone_run(folder, seed=int(folder.name[-4:]) + 2 * k) for folder in runs for k in range(1, 5)]
    assert len(runs) == 100
    return write(runs, tmp_path_factory.mktemp("ten") / "page.html")


def test_ten_scenarios_and_ten_seeds_are_small_enough_to_mail(ten):
    assert ten.stat().st_size <= 3_000_000


def test_thirty_scenarios_are_at_most_six_megabytes(national, tmp_path):
    """Two seeds here, for time; eight more add their dots to one chart, which were measured at less than 100 kB."""
    assert write(national, tmp_path / "page.html").stat().st_size <= 6_000_000 - 100_000


@pytest.mark.alone
def test_ready_within_three_seconds(browser, ten):
    """From the address to the first charts, best of three; where others keep the processors busy, the processor time of the page counts."""
    seconds, busy = [], []
    for _ in range(3):
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        meter = page.context.new_cdp_session(page)
        meter.send("Performance.enable", {"timeDomain": "threadTicks"})
        started = time.perf_counter()
        page.goto(ten.as_uri())
        page.wait_for_selector("html[data-ready]", state="attached")
        seconds.append(time.perf_counter() - started)
        busy.append(next(m["value"] for m in meter.send("Performance.getMetrics")["metrics"] if m["name"] == "TaskDuration"))
        page.context.close()
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    figure = min(seconds) if load <= cores else min(busy)
    message = f"ready after {min(seconds):.1f} s, {min(busy):.1f} s of processor time; load {load:.1f} on {cores} processors"
    print(message)
    assert figure <= READY_S, message
