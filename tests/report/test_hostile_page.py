"""What strangers write into their files stands on the page as text: no markup, no script, no link, no formula, in both languages."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from browser import SHOWN, Opened, in_browser
from fake_runs import FAKES, write_runs

from sim.export.command import export
from sim.report.dashboard import write_comparison
from sim.runs.select import compared, newest_set
from sim.runs.sweeps import FOLDER, Sweep

RUN = "window.pwned = true"
ATTACKS = {
    "script": f"<script>{RUN}</script>",
    "end of script": f"</script><script>{RUN}</script>",
    "comment": f"<!--<script>{RUN}</script>-->",
    "picture": f"<img src=x onerror='{RUN}'>",
    "attribute": f'" onload=\'{RUN}\' onmouseover="{RUN}" x="',
    "link": f"<a href=\"javascript:{RUN}\">x</a><a href='https://evil.example'>y</a>",
    "drawing": f"<svg><set onbegin='{RUN}'></svg>",
    "template": "{{ 7*7 }}${7*7}<%= 7*7 %>%{hovertext}",
    "line": "a\u2028b\u2029c",
    "style": "</style><style>body{display:none}</style>",
    "formula": '=HYPERLINK("https://evil.example","x")',
    "at": "@SUM(1+1)*cmd|' /C calc'!A0",
}
ALL = " ".join(ATTACKS.values())
SURROGATE = "half \\ud800 a character"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three scenarios whose every text is an attack; one run that failed with one; words in the tables that are none of ours."""
    root = tmp_path_factory.mktemp("attacks") / "runs"
    of = {
        "label": {"en": ALL, "nl": ALL},
        "question": {"en": ALL, "nl": ALL},
        "version": ATTACKS["picture"],
        "git": {"commit": ATTACKS["script"], "dirty": True},
        "platform": ALL,
        "packages": {ATTACKS["script"]: ATTACKS["picture"]},
        "warnings": [ALL],
        "created": f"2026-11-21T12:00:00+00:00{ATTACKS['picture']}",
        "digest": ATTACKS["script"],
        "data_digest": ATTACKS["end of script"],
    }
    heading = {"scenario": {"name": ALL, "label": of["label"], "question": of["question"], "source": ALL}}
    names = {"baseline": ALL, ATTACKS["formula"] + ATTACKS["picture"]: ATTACKS["picture"], ATTACKS["link"]: ATTACKS["attribute"]}
    fakes = [
        dataclasses.replace(fake, label={"en": label, "nl": label}, config=heading, record=of | {"scenario": name})
        for fake, (name, label) in zip(FAKES[:3], names.items(), strict=True)
    ]
    folders = write_runs(root, tuple(fakes), seeds=2, months=27)
    for folder in folders:
        market = pl.read_parquet(folder / "market.parquet", hive_partitioning=False)
        words = pl.when(pl.int_range(pl.len()) % 97 == 0).then(pl.lit(ATTACKS["script"])).otherwise(pl.col("sector").cast(pl.String))
        market.with_columns(words.cast(pl.Categorical).alias("sector")).write_parquet(folder / "market.parquet")
    policies = pl.read_parquet(folders[-1] / "policies.parquet", hive_partitioning=False)
    policies.with_columns(pl.lit(ATTACKS["picture"]).alias("policy")).write_parquet(folders[-1] / "policies.parquet")
    failed = root / "scenario=baseline" / "key=failed"
    failed.mkdir()
    record = json.loads((folders[0] / "run.json").read_text(encoding="utf-8"))
    failed_record = record | {"status": "failed", "key": "failed", "error": ALL, "traceback": ALL, "seed": 99}
    (failed / "run.json").write_text(json.dumps(failed_record).replace("evil.example", SURROGATE), encoding="utf-8")
    (root / FOLDER).mkdir()
    keys = tuple(folder.name.removeprefix("key=") for folder in folders)
    note = Sweep(name=ATTACKS["picture"], command=f"sim compare {ALL}", created="2026-11-01", keys=keys)
    (root / FOLDER / "asked.json").write_text(note.model_dump_json(), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def html(runs: Path) -> Path:
    comparison, selection = compared(newest_set([runs]))
    assert not selection.unreadable
    assert len(selection.failures) == 1
    return write_comparison(comparison, runs / "page.html", "en", selection.failures)


def test_no_markup_of_theirs_is_in_the_file(html: Path) -> None:
    text = html.read_text(encoding="utf-8")
    theirs = (f"<script>{RUN}", "<img src=x", "<!--<script", '<a href="javascript:', "<svg><set", "</style><style>body", "\" onload='")
    for attack in theirs:
        assert attack not in text, attack
    assert "\ud800" not in text


@pytest.fixture(scope="module")
def opened(browser: Any, html: Path) -> Iterator[Opened]:
    page = Opened(browser, html)
    yield page
    page.context.close()


@in_browser
@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_browser_runs_none_of_it(opened: Opened, language: str) -> None:
    opened.choose_language(language)
    opened.open_details()
    for name in opened.charts():
        opened.page.locator(f"{SHOWN} [data-figure={name}]").first.scroll_into_view_if_needed()
    opened.page.wait_for_timeout(300)
    assert opened.page.evaluate("window.pwned") is None
    for selector in (
        "img[src=x]",
        "a[href^='javascript']",
        "a[href*=evil]",
        "[onload]",
        "[onerror]",
        "[onmouseover]",
        "set",
        "body script + img",
    ):
        assert opened.page.locator(selector).count() == 0, selector
    assert opened.complaints == []
    assert [url for url in opened.requests if not url.startswith(("file:", "blob:", "data:"))] == []
    assert "<img src=x onerror" in opened.page.inner_text("body")  # it is there, as text


def begins_a_formula(cell: str) -> bool:
    """Whether a spreadsheet would run a cell; numbers may begin with a sign."""
    try:
        float(cell.replace(",", ".").replace("\u2212", "-"))
    except ValueError:
        return cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    return False


@in_browser
def test_no_formula_in_what_the_page_gives_as_csv(opened: Opened) -> None:
    files = opened.files()
    assert files
    for name, text in files.items():
        for row in csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";" if ";" in text.splitlines()[0] else ","):
            assert not [cell for cell in row if begins_a_formula(cell) and len(cell) > 1], name


@pytest.mark.parametrize("language", ["en", "nl"])
def test_nor_in_what_is_exported(language: str, runs: Path, tmp_path: Path) -> None:
    done = export([runs], csv=tmp_path / "sheets", xlsx=tmp_path / "sheets.xlsx", language=language)
    for file in done.files:
        if file.suffix == ".csv":
            text = file.read_text(encoding="utf-8-sig")
            for row in csv.reader(io.StringIO(text), delimiter=";" if language == "nl" else ","):
                assert not [cell for cell in row if begins_a_formula(cell)], file.name
    openpyxl = pytest.importorskip("openpyxl", reason="NOT TESTED: openpyxl is not installed")
    book = openpyxl.load_workbook(tmp_path / "sheets.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)  # it is there, as text
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
