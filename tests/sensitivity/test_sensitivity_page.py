"""The page of a sensitivity analysis, as text and in a real browser."""

from __future__ import annotations

import os
import re
from pathlib import Path

import planted
import pytest
from planted import IDLE, STRONG, write_experiment

from sim.evidence.parameters import load_parameters
from sim.report.charts import tornado
from sim.report.sensitivity import Page, render
from sim.sensitivity.findings import Findings
from sim.sensitivity.run import sensitivity

CHROMIUM = Path("/usr/bin/chromium")
SHOWN = "[data-page]:not([hidden])"
METHODS = {"tornado": "groups: none", "morris": "trajectories: 2", "sobol": "n: 4"}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Findings]:
    """One analysis by each method, in a folder of their own."""
    before, folder = Path.cwd(), tmp_path_factory.mktemp("analyses")
    os.chdir(folder)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(planted.LUCK, "300")
            return {
                method: sensitivity(write_experiment(method, method, 2, f"{STRONG}, {IDLE}", more), load_engine=planted.engine)
                for method, more in METHODS.items()
            }
    finally:
        os.chdir(before)


@pytest.fixture(scope="module")
def html(found: dict[str, Findings]) -> str:
    return render(found["tornado"], "en", "page.csv")


def test_the_page_asks_nothing_of_any_network_and_runs_one_script(html):
    assert "default-src &#39;none&#39;" in html
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", html)


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("method", list(METHODS))
def test_every_bar_is_named_in_words_with_range_unit_and_grade(found, method, language):
    page = Page(language, found[method], None, "page.csv")
    row, index = load_parameters()[STRONG], found[method].tables[0].indices[0]
    assert index.name == STRONG
    assert page.name(index) == row.meaning
    detail = page.detail(index)
    low, high = (f"{end:g}".replace(".", page.say("decimal")) for end in (row.low, row.high))
    assert low in detail
    assert high in detail
    assert row.unit in detail
    assert page.say(f"grades.{row.grade}") in detail
    assert "{" not in page.reading() + page.title(found[method].tables[0]) + page.note(found[method].tables[0])


@pytest.mark.parametrize("method", list(METHODS))
def test_the_largest_stands_on_top_and_what_is_luck_is_faded(found, method):
    indices = list(found[method].tables[0].indices)
    data = tornado.data(method, indices)
    assert data["rows"] == [0, 1]
    assert abs(data["first"][0]) > abs(data["first"][1])
    assert data["opacity"] == [1.0 if index.verdict == "told" else tornado.FADED for index in indices]


def test_a_tornado_has_two_bars_a_row_with_their_intervals(found):
    table = found["tornado"].tables[0]
    data = tornado.data("tornado", list(table.indices))
    assert data["second"][0] == pytest.approx(table.indices[0].at_low.mean, rel=1e-3)
    assert data["first_half"][0] == pytest.approx(table.indices[0].at_high.half_width, rel=1e-3)
    assert data["second"][0] < 0 < data["first"][0]


def test_only_the_largest_are_drawn_and_all_stand_in_the_table(found, monkeypatch):
    monkeypatch.setattr(tornado, "SHOWN", 1)
    page = Page("en", found["morris"], None, "page.csv")
    table = found["morris"].tables[0]
    assert len(tornado.data("morris", list(table.indices))["first"]) == 1
    assert len(page.table(table)["rows"]) == 2
    assert "The 1 largest are drawn" in page.note(table)


def test_a_name_that_attacks_is_text():
    (text,) = tornado.names([("<script>alert(1)</script>", "0 to 1")])
    assert "<script>" not in text["text"]


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="NOT TESTED: no /usr/bin/chromium; install it with: apt-get install chromium")
def test_the_browser_draws_it_without_requests_or_complaints(found, tmp_path):
    playwright = pytest.importorskip("playwright.sync_api", reason="NOT TESTED: playwright is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        for method, analysis in list(found.items())[::2]:  # a tornado and Sobol indices
            file = tmp_path / f"{method}.html"
            file.write_text(render(analysis, "en", "page.csv"), encoding="utf-8")
            page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
            asked, complaints = [], []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.on("console", lambda message, complaints=complaints: complaints.append(message.text))
            page.on("pageerror", lambda error, complaints=complaints: complaints.append(str(error)))
            page.goto(file.as_uri())
            page.wait_for_selector("html[data-ready]", state="attached")
            page.locator(f"{SHOWN} [data-figure=tornado]").scroll_into_view_if_needed()  # charts are drawn when near
            page.wait_for_selector(f"{SHOWN} [data-figure=tornado] svg.main-svg")
            title = page.inner_text(f"{SHOWN} h2[data-text]")
            page.select_option(f"{SHOWN} [data-choice=table]", "t2")
            assert page.inner_text(f"{SHOWN} h2[data-text]") != title
            assert STRONG in page.inner_text(f"{SHOWN} [data-fragment]")
            page.click(f"{SHOWN} [data-language=nl]")
            assert "meer dan toeval" in page.inner_text(f"{SHOWN} .lead")
            assert page.evaluate("document.documentElement.scrollWidth") == 390
            assert [url for url in asked if url.startswith(("http", "ws"))] == []
            assert complaints == []
        browser.close()
