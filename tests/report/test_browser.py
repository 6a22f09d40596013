"""The page in a real browser: Debian's chromium through playwright."""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from browser import IN_BROWSER, SHOWN, Opened
from fake_runs import BASELINE, FAKES, HOSTILE, write_runs

from sim.report.dashboard import write

pytestmark = IN_BROWSER


@pytest.fixture(scope="module")
def html(page_file: Path) -> Path:
    return page_file


@pytest.fixture(scope="module")
def opened(browser: Any, html: Path) -> Opened:
    return Opened(browser, html)


def test_charts_are_drawn_without_requests_or_complaints(opened):
    opened.chart("paired")
    assert opened.page.locator(f"{SHOWN} [data-figure] svg.main-svg").count() >= 3
    assert [url for url in opened.requests if url.startswith(("http", "ws"))] == []
    assert opened.complaints == []


def test_no_button_uploads_a_chart(opened):
    assert opened.page.locator("[data-title*='Share'], [data-title*='loud']").count() == 0
    assert "Share chart" not in opened.page.content().split('id="payload"')[0]


def test_hostile_names_show_as_text_in_page_and_charts(opened):
    assert HOSTILE in opened.text("table.ranking")
    assert HOSTILE in opened.chart("paired")
    assert opened.page.locator(f"{SHOWN} td script").count() == 0


def test_choices_change_titles_charts_and_tables(opened):
    before = opened.text("[data-said=over-time-title]"), opened.text("[data-fragment^=cards]")
    opened.choose("metric", "shortage_fte")
    opened.choose("group", "care")
    opened.choose("scenario", "s2")
    assert "Shortage in care" in opened.text("[data-said=over-time-title]")
    assert opened.text("[data-fragment^=cards]") != before[1]
    opened.choose("split", "age")
    assert "55–59" in opened.chart("balance")
    assert "Net FTE-months" in opened.chart("balance")
    opened.choose("split", "sex")
    opened.choose("unit", "people")
    chart = opened.chart("balance")
    assert "Women" in chart
    assert "Net person-months at work" in chart
    assert "self-employed included" in opened.text("[data-fragment^=note]")
    assert "Net person-months" in opened.page.text_content(f"{SHOWN} [data-twin=balance]")
    opened.choose("unit", "fte")
    opened.choose("heat", "s1")
    assert opened.text("[data-text^=tightness]").startswith("Bridge to a growth sector")
    opened.choose("scenario", "s1")
    opened.choose("metric", "employed")
    opened.choose("group", "all")
    assert opened.complaints == []


def test_language_toggle_changes_words_numbers_and_lang(browser, html):
    opened = Opened(browser, html)
    opened.page.click(f"{SHOWN} [data-language=nl]")
    assert opened.page.get_attribute("html", "lang") == "nl"
    assert "voegt het meeste werk toe" in opened.text(".lead")
    opened.chart("fan")
    assert re.search(r"\d\.\d{3}\b", opened.page.text_content(f"{SHOWN} [data-figure=fan] .yaxislayer-above"))
    assert "geen effect" in opened.chart("paired")
    assert opened.complaints == []


def test_table_downloads_as_csv(opened, tmp_path):
    with opened.page.expect_download() as download:
        opened.page.click(f"{SHOWN} [data-csv=ranking]")
    download.value.save_as(tmp_path / "ranking.csv")
    lines = (tmp_path / "ranking.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith('"Scenario","Net FTE-months"')
    assert len(lines) == 1 + 3
    assert lines[0].split(",")[2] == '"Net FTE-months (95 % interval)"'
    assert float(lines[1].split(",")[1]) > 0
    assert " to " in lines[1].split('","')[0]


def test_ranking_sorts_by_a_heading(opened):
    column = f"{SHOWN} table.ranking tbody td:nth-child(2)"
    values = lambda: [float(cell.get_attribute("data-value")) for cell in opened.page.locator(column).all()]  # noqa: E731
    button = opened.page.locator(f"{SHOWN} table.ranking thead button").nth(1)
    button.click()
    assert values() == sorted(values(), reverse=True)
    button.click()
    assert values() == sorted(values())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone_does_not_scroll_sideways(browser, html, scheme):
    opened = Opened(browser, html, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    for language in ("nl", "en"):
        opened.page.click(f"{SHOWN} [data-language={language}]")
        assert opened.page.evaluate("document.documentElement.scrollWidth") == 390
    assert opened.complaints == []


def test_balance_is_chosen_with_the_keyboard(browser, html):
    opened = Opened(browser, html)
    opened.page.focus(f"{SHOWN} [data-choice=split]")
    opened.page.keyboard.press("End")
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.dataset.choice") == "unit"
    opened.page.keyboard.press("ArrowDown")
    assert "Net person-months at work" in opened.chart("balance")
    assert "Women" in opened.chart("balance")


def test_a_scenario_is_drawn_beside_its_own_reference(browser, tmp_path):
    wave, reserve = (
        dataclasses.replace(fake, name=name, label={"en": name, "nl": name})
        for fake, name in zip(FAKES[1:3], ("wave", "reserve"), strict=True)
    )
    run_dirs = write_runs(tmp_path, (BASELINE, wave), seeds=3, months=14)
    run_dirs += write_runs(tmp_path, (dataclasses.replace(reserve, record={"against": "wave"}),), seeds=3, months=14)
    opened = Opened(browser, write(run_dirs, tmp_path / "page.html", "en"))
    assert "reserve is compared with wave, not with the baseline" in opened.text(".callouts")
    names = {
        option.inner_text(): option.get_attribute("value") for option in opened.page.locator(f"{SHOWN} [data-choice=scenario] option").all()
    }

    def legend() -> str:
        opened.chart("fan")
        return str(opened.page.text_content(f"{SHOWN} [data-figure=fan] .infolayer"))

    opened.choose("scenario", names["wave"])
    assert "Baseline" in legend()
    opened.choose("scenario", names["reserve"])
    assert "Baseline" not in legend()
    assert "wave" in legend()
    assert "reserve" in legend()
    assert "wave: " in opened.text("[data-fragment^=cards]")
    assert "Baseline" not in opened.text("[data-fragment^=cards]")
    assert opened.complaints == []


def test_dark_scheme_changes_page_and_charts(browser, html):
    opened = Opened(browser, html, color_scheme="light")
    fill = f"getComputedStyle(document.querySelector('{SHOWN} [data-figure=fan] .main-svg')).backgroundColor"
    opened.chart("fan")
    light = opened.page.evaluate(fill)
    opened.page.emulate_media(color_scheme="dark")
    opened.page.wait_for_timeout(300)
    assert opened.page.evaluate(fill) != light
    assert opened.page.evaluate("getComputedStyle(document.body.parentNode).backgroundColor") == "rgb(16, 21, 28)"


def test_prints_light_and_complete(browser, html, tmp_path):
    opened = Opened(browser, html, color_scheme="dark")
    opened.page.pdf(path=str(tmp_path / "page.pdf"), format="A4")
    assert (tmp_path / "page.pdf").stat().st_size > 20_000
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", str(tmp_path / "page.pdf"), "-"], capture_output=True, text=True, check=True).stdout
        assert "adds the most work" in " ".join(text.split())
        assert "Weakest evidence" in " ".join(text.split())
        assert "Netto" not in text


def test_tables_remain_without_script(browser, html):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(html.as_uri())
    text = page.inner_text("body")
    assert "adds the most work" in text
    assert "Without JavaScript this page shows all findings and tables" in text
    assert "clear gain" in text
    assert page.locator("select:visible").count() == 0
