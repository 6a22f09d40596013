"""`sim export`: the figures of the comparison, as numbers with units, in a workbook and in CSV files."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import yaml

from sim import cli
from sim.analysis.contrast import Comparison, compare, load
from sim.config.errors import UserError
from sim.export import csv_files, excel
from sim.export.book import sheets
from sim.export.command import Exported, export
from sim.export.sheet import LOCALE, Column, Material, Sheet, material
from sim.runs.select import newest_set

TOLERANCE = 1e-9


class Book:
    """A workbook as a reader sees it: rows by heading, units cut off."""

    def __init__(self, path: Path) -> None:
        self.pages = openpyxl.load_workbook(path)

    def rows(self, title: str) -> list[dict[str, Any]]:
        heading, *rows = self.pages[title].iter_rows(values_only=True)
        names = [str(name).partition(" (")[0] for name in heading]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def row(self, title: str, **wanted: Any) -> dict[str, Any]:
        [found] = [row for row in self.rows(title) if all(row[key.replace("_", " ")] == value for key, value in wanted.items())]
        return found


@pytest.fixture(scope="module")
def comparison(runs_dir: Path) -> Comparison:
    return compare(newest_set([runs_dir]).folders)


@pytest.fixture(scope="module")
def done(runs_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    folder = tmp_path_factory.mktemp("out")
    return export([runs_dir], xlsx=folder / "results.xlsx", csv=folder / "csv", language="en", all_months=True)


@pytest.fixture(scope="module")
def book(done: Exported) -> Book:
    return Book(done.files[0])


def near(found: Any, expected: float | None, size: float = 1.0) -> None:
    if expected is None:
        assert found is None
    else:
        assert isinstance(found, int | float)
        assert found * size == pytest.approx(expected, rel=TOLERANCE, abs=1e-12)


def test_the_ranking_is_that_of_compare(book: Book, comparison: Comparison) -> None:
    expected = json.loads(json.dumps(comparison.to_json()["scenarios"]))
    rows = book.rows("Ranking")
    assert [row["Scenario"] for row in rows] == [scenario["name"] for scenario in expected]
    assert any(scenario["gross"] is not None for scenario in expected), "nobody was followed: the test would see no gross figures"
    for row, scenario in zip(rows, expected, strict=True):
        for name, interval in (
            ("Net work", scenario["net_fte_months"]),
            ("Of which care", scenario["net_fte_months_by_group"]["care"]),
            ("Crucial shortage prevented", scenario["shortage_months_prevented"]["crucial"]),
        ):
            near(row[name], interval["mean"])
            near(row[f"{name}, 95 % from"], interval["low"])
            near(row[f"{name}, 95 % to"], interval["high"])
        near(row["Programmes"], scenario["cost_eur"], 1e6)
        near(row["Net public cost"], scenario["budget"]["net_eur"]["mean"], 1e6)
        near(row["Participants"], scenario["participants"])
        near(row["Gross"], scenario["gross"], 0.01)
        near(row["Comparison group"], scenario["comparison_group"], 0.01)
        near(row["Net per head"], scenario["net_per_head"] and scenario["net_per_head"]["mean"], 0.01)
        near(row["Price of net work"], scenario["cost_per_net_fte_month_eur"])
        assert row["Pairs"] == scenario["pairs"]


def test_effects_by_group_are_those_of_compare(book: Book, comparison: Comparison) -> None:
    for result in comparison.scenarios:
        row = book.row("Effects", Scenario=result.name, Sectors="care")
        near(row["Net work"], result.net_by_group["care"].mean)
        near(row["Shortage prevented, 95 % from"], result.shortage_prevented["care"].low)
        near(row["Change of the shortage"], result.shortage_change["care"].mean)


def test_the_years_add_up_to_the_whole_period(book: Book, comparison: Comparison) -> None:
    rows = book.rows("Effects by year")
    for result in comparison.scenarios:
        for group, label in (("care", "care"), ("all", "all sectors")):
            mine = [row for row in rows if (row["Scenario"], row["Sectors"]) == (result.name, label)]
            assert [row["Year"] for row in mine] == [2023, 2024, 2025]
            assert sum(row["Months"] for row in mine) == len(comparison.frames.months)
            assert sum(row["Net work"] for row in mine) == pytest.approx(result.net_by_group[group].mean, rel=1e-6, abs=1e-3)
    assert any(row["Net work"] for row in rows)


def test_the_lines_of_a_balance_add_up_to_its_total(book: Book) -> None:
    rows = [row for row in book.rows("Who gains and loses") if row["Scenario"] == "pay_rise"]
    for counted in ("FTE-months", "person-months"):
        for split in ("Sector", "Province", "Age", "Sex"):
            mine = [row for row in rows if (row["Counted in"], row["Split by"]) == (counted, split)]
            *lines, total = mine
            assert total["Line"] == "Total"
            assert sum(line["Net"] for line in lines) == pytest.approx(total["Net"], rel=1e-6, abs=1e-3)


def test_the_shortages_of_the_sectors_add_up_to_the_level_of_all(book: Book) -> None:
    sectors, levels = book.rows("Shortage by sector"), book.rows("Levels")
    for scenario in ("baseline", "pay_rise"):
        total = sum(row["Shortage"] for row in sectors if (row["Scenario"], row["Year"]) == (scenario, 2024))
        [level] = [row for row in levels if (row["Scenario"], row["Year"], row["Metric"]) == (scenario, 2024, "Shortage in all sectors")]
        assert total == pytest.approx(level["Mean"], rel=1e-9)
        assert total > 100_000
        assert level["5 % of runs below"] <= level["Mean"] <= level["95 % of runs below"]
        assert level["Runs"] == 2
    changes = sum(row["Change of the shortage"] or 0 for row in sectors if (row["Scenario"], row["Year"]) == ("pay_rise", 2024))
    assert changes == pytest.approx(
        book.row("Effects by year", Scenario="pay_rise", Year=2024, Sectors="all sectors")["Change of the shortage"]
    )


def test_levels_by_month_are_dated(book: Book, comparison: Comparison) -> None:
    rows = [row for row in book.rows("Levels by month") if (row["Scenario"], row["Metric"]) == ("baseline", "Employed persons")]
    assert [row["Month"] for row in rows] == [dt.datetime(m.year, m.month, 1) for m in comparison.frames.months]
    position = list(comparison.positions["baseline"].values())
    assert rows[-1]["Mean"] == pytest.approx(comparison.values[position, -1, 0].mean())


def test_numbers_are_numbers_and_units_stand_beside_names(book: Book) -> None:
    names = {"Rank", "Year", "Seed", "Pairs", "Months", "Runs"}
    for page in book.pages.worksheets[1:]:
        heading, *rows = page.iter_rows()
        figures = 0
        for column, head in enumerate(heading):
            cells = [row[column] for row in rows if row[column].value is not None]
            for cell in cells:
                is_text_number = isinstance(cell.value, str) and cell.value.replace(".", "", 1).replace("-", "", 1).isdigit()
                assert not is_text_number or head.value in {"Seeds", "Line", "Value"}, (page.title, head.value, cell.value)
                if cell.data_type == "n" and not cell.is_date:
                    figures += 1
                    assert cell.number_format != "@", (page.title, head.value)
        assert figures or page.title in {"Scenarios", "Columns"}, page.title
        assert page.freeze_panes
        assert page.auto_filter.ref == page.dimensions
        assert page.column_dimensions["A"].width >= 9
    units = [cell.value for cell in next(book.pages["Ranking"].iter_rows()) if "(" in cell.value]
    assert {"Net work (FTE-months)", "Gross (%)", "Programmes (million €)", "Net per head (percentage points)"} <= set(units)
    assert names & {cell.value for cell in next(book.pages["Ranking"].iter_rows())}


def test_the_notes_come_first_and_say_what_is_needed_to_read_and_repeat(book: Book, comparison: Comparison) -> None:
    page = book.pages.worksheets[0]
    assert page.title == "Read me"
    text = "\n".join(str(cell) for row in page.iter_rows(values_only=True) for cell in row)
    record = comparison.frames.runs[0].record
    for part in (record["version"], record["code_digest"], record["data_digest"], record["created"][:10], "seeds 1-2", "sim compare",
                 "population.scale=0.001", "until=2025-03", "CC BY 4.0", "CC BY 3.0 IGO", "How to cite", "Gross", "unrounded",
                 "1 simulated person stands for 1,000"):  # fmt: skip
        assert str(part) in text, part


def test_parameters_have_value_range_unit_grade_and_source(book: Book) -> None:
    row = book.row("Parameters", Parameter="policies.job_bridge.net_effect")
    assert (row["Value"], row["Low end"], row["High end"], row["Unit"]) == (0.05, 0.0, 0.15, "share of participants")
    assert row["Grade"]
    assert row["Source"]
    changed = book.row("Parameters", Parameter="policies.job_bridge.places_per_year")
    assert (changed["Value"], changed["Status"]) == (60_000, "user's value")


def test_every_column_of_every_sheet_is_explained(book: Book) -> None:
    listed = [(row["Sheet"], row["Column"]) for row in book_columns(book)]
    there = [(page.title, cell) for page in book.pages.worksheets[1:-1] for cell in next(page.iter_rows(values_only=True))]
    assert listed == there
    assert all(row["Meaning"].endswith(".") for row in book_columns(book))


def book_columns(book: Book) -> list[dict[str, Any]]:
    return book.rows("Columns")


def test_scenarios_say_what_differs(book: Book) -> None:
    assert "policies.job_bridge.places_per_year = 60000" in book.row("Scenarios", Scenario="job_bridge")["Different settings"]
    assert book.row("Scenarios", Scenario="baseline")["Different settings"] is None


@pytest.mark.parametrize("language", ["en", "nl"])
def test_csv_reads_back_to_the_same_figures(language: str, runs_dir: Path, tmp_path: Path, book: Book) -> None:
    done = export([runs_dir], csv=tmp_path / "csv", language=language)
    file = tmp_path / "csv" / {"en": "ranking.csv", "nl": "rangorde.csv"}[language]
    assert file in done.files
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    dutch = language == "nl"
    frame = pl.read_csv(file, separator=";" if dutch else ",", decimal_comma=dutch)
    assert frame.schema[frame.columns[7]] == pl.Float64
    rows = book.rows("Ranking")
    assert frame.columns[7] == ("Netto werk (fte-maanden)" if dutch else "Net work (FTE-months)")
    assert frame[:, 7].to_list() == pytest.approx([row["Net work"] for row in rows], rel=1e-9)
    notes = (tmp_path / "csv" / "notes.txt").read_text(encoding="utf-8-sig")
    assert ("decimalen door ','" if dutch else "decimals by '.'") in notes


def test_dutch_sheets_have_dutch_names(runs_dir: Path, tmp_path: Path) -> None:
    export([runs_dir], xlsx=tmp_path / "uit.xlsx", language="nl")
    pages = openpyxl.load_workbook(tmp_path / "uit.xlsx")
    assert pages.sheetnames[:3] == ["Toelichting", "Rangorde", "Effecten"]
    assert "Niveaus per maand" not in pages.sheetnames
    assert pages["Rangorde"]["C2"].value in {"Loonsverhoging in de zorg", "Loopbrug van werk naar werk (Skilling Consortium)"}


def leaves(tree: dict[str, Any], above: str = "") -> set[str]:
    return {name for key, value in tree.items() for name in (leaves(value, f"{above}{key}.") if isinstance(value, dict) else {above + key})}


def test_the_words_are_the_same_keys_in_both_languages_and_names_fit_excel() -> None:
    english, dutch = (yaml.safe_load((LOCALE / f"{language}.yaml").read_text(encoding="utf-8")) for language in ("en", "nl"))
    assert leaves(english) == leaves(dutch)
    for tree in (english, dutch):
        titles = [sheet["title"] for sheet in tree["sheets"].values()]
        assert len({csv_files.file_name(title) for title in titles}) == len(titles)
        assert all(len(title) <= 31 and not set(title) & set("[]:*?/\\") and title[0] != "'" for title in titles)


def test_no_word_stands_there_unused(comparison: Comparison) -> None:
    of = material(comparison, "en")
    book = sheets(of, all_months=True)
    used = {column.key for sheet in book for column in sheet.columns}
    assert used == set(of.words.raw("columns"))
    assert {column.unit for sheet in book for column in sheet.columns} - {""} == set(of.words.raw("units"))
    assert [*{"notes": 0, **dict.fromkeys(sheet.key for sheet in book)}] == list(of.words.raw("sheets"))


def made(of: Material, rows: Sequence[Any]) -> Sheet:
    return Sheet("scenarios", (Column("label"),), [(row,) for row in rows])


def test_text_that_looks_like_a_formula_stays_text(comparison: Comparison, tmp_path: Path) -> None:
    of = material(comparison, "en")
    hostile = ["=1+1", "@SUM(A1)", "+1", "https://example.org", "12"]
    excel.write(tmp_path / "x.xlsx", of, [made(of, hostile)])
    cells = [row[0] for row in openpyxl.load_workbook(tmp_path / "x.xlsx")["Scenarios"].iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type, cell.hyperlink) for cell in cells] == [(text, "s", None) for text in hostile]
    csv_files.write(tmp_path, of, [made(of, hostile)])
    lines = (tmp_path / "scenarios.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[1:4] == ["'=1+1", "'@SUM(A1)", "'+1"]


def test_more_rows_than_excel_holds_are_told_and_nothing_is_left(runs_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "MOST_ROWS", 3)
    with pytest.raises(UserError, match="use --csv"):
        export([runs_dir], xlsx=tmp_path / "x.xlsx")
    assert not list(tmp_path.iterdir())


def test_without_the_baseline_there_are_levels_only(runs_dir: Path, comparison: Comparison) -> None:
    alone = load([run.path for run in comparison.frames.runs if run.scenario == "pay_rise"])
    assert [sheet.key for sheet in sheets(material(alone, "nl"))] == ["levels", "shortage", "scenarios", "parameters", "runs", "columns"]


def leave(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["sim", "export", *map(str, words)])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return int(end.value.code or 0)


def test_the_verb_writes_and_says_what_comes_next(runs_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    out = tmp_path / "new" / "results.xlsx"
    assert leave(monkeypatch, runs_dir, "--xlsx", out, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["files"] == [out.as_posix()]
    assert (document["runs"], document["left_out"]) == (6, 0)
    assert leave(monkeypatch, runs_dir, "--csv", tmp_path / "csv") == 0
    assert f"Next: open {tmp_path / 'csv'}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "--xlsx results.xlsx"),
        (("--xlsx", "results.csv"), "ends in .xlsx, as results.xlsx. For CSV: --csv results"),
        (("--xlsx", "results"), "as results.xlsx"),
        (("--xlsx", "."), "is a folder"),
        (("--csv", "results.csv"), "takes a folder, as results"),
        (("--xlsx", "x.xlsx", "--lang", "de"), "Unknown language 'de'"),
        (("nowhere", "--xlsx", "x.xlsx"), "There is no folder nowhere"),
        (("empty", "--xlsx", "x.xlsx"), "No finished run in empty"),
    ],
)
def test_mistakes_leave_with_2_and_say_what_would_be_right(
    words: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    assert leave(monkeypatch, *words) == 2
    assert message in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_what_is_there_is_only_replaced_when_asked(runs_dir: Path, tmp_path: Path) -> None:
    out, folder = tmp_path / "x.xlsx", tmp_path / "csv"
    out.write_text("my own notes")
    with pytest.raises(UserError, match="--force replaces it"):
        export([runs_dir], xlsx=out)
    assert out.read_text() == "my own notes"
    export([runs_dir], xlsx=out, csv=folder, all_months=True, language="en", force=True)
    assert out.read_bytes().startswith(b"PK")
    (folder / "mine.csv").write_text("mine")
    with pytest.raises(UserError, match="is there already"):
        export([runs_dir], csv=folder, language="en")
    export([runs_dir], csv=folder, language="en", force=True)
    assert not (folder / "levels_by_month.csv").exists(), "a sheet of the export that was replaced"
    assert (folder / "mine.csv").read_text() == "mine"
    assert not list(tmp_path.rglob(".tmp-*"))


def test_a_place_that_cannot_be_written_is_named(runs_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=r"cannot write to .*file"):
        export([runs_dir], xlsx=tmp_path / "file" / "x.xlsx")


def test_failed_and_other_runs_are_told(runs_dir: Path, tmp_path: Path) -> None:
    copy = tmp_path / "runs"
    shutil.copytree(runs_dir, copy)
    folder = next(copy.glob("scenario=pay_rise/key=*"))
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (folder / "run.json").write_text(json.dumps(record | {"status": "failed", "error": "no luck"}), encoding="utf-8")
    other = next(copy.glob("scenario=job_bridge/key=*"))
    shutil.copytree(other, other.with_name("key=other"))
    old = json.loads((other / "run.json").read_text(encoding="utf-8")) | {
        "settings_digest": "other",
        "created": "2020-01-01T00:00:00+00:00",
    }
    (other.with_name("key=other") / "run.json").write_text(json.dumps(old), encoding="utf-8")
    export([copy], csv=tmp_path / "csv", language="en")
    notes = (tmp_path / "csv" / "notes.txt").read_text(encoding="utf-8-sig")
    assert f"1 runs that failed: pay_rise seed {record['seed']}" in notes
    assert "1 finished runs in the same folders with other settings" in notes
