"""Every column of every file of a run is declared: name, type, unit, meaning."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from sim.analysis import columns
from sim.config import catalogue
from sim.config.errors import UserError
from sim.policies.registry import POLICIES
from sim.report.words import LANGUAGES, words
from sim.runs.execute import FRAMES
from sim.runs.record import RunRecord

JSON_TYPES = {"text": str, "whole number": int, "number": (int, float), "object": dict, "list": list, "null": type(None)}


@pytest.fixture(scope="module")
def folder(runs_dir: Path) -> Path:
    return next(iter(sorted(runs_dir.glob("scenario=job_bridge/key=*"))))


def test_the_tables_are_those_that_a_run_leaves() -> None:
    assert [name for name in columns.tables() if name != columns.RECORD] == list(FRAMES)


@pytest.mark.parametrize("name", FRAMES)
def test_the_declaration_is_what_the_file_has_in_order_and_type(name: str, folder: Path) -> None:
    found = pl.read_parquet_schema(folder / f"{name}.parquet")
    assert dict(found) == columns.schema(name)
    assert list(found) == list(columns.schema(name))


def test_the_keys_of_the_record_are_declared(folder: Path) -> None:
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    declared = {column.name: column for column in columns.tables()[columns.RECORD].columns}
    assert list(record) == list(declared) == list(RunRecord.model_fields)
    for name, value in record.items():
        types = tuple(JSON_TYPES[part] for part in declared[name].type.split(" or "))
        assert isinstance(value, types), name


def test_every_column_has_a_unit_and_a_meaning_in_both_languages() -> None:
    for table in columns.tables().values():
        for column in table.columns:
            assert column.kind in columns.KINDS, column.path
            for language in LANGUAGES:
                assert column.unit_in(language), column.path
                assert column.meaning[language].endswith("."), column.path


def test_keys_are_no_figures_and_figures_are_weighted() -> None:
    for table in columns.tables().values():
        for column in table.columns:
            is_figure = column.type == "Float64"
            assert column.weighted == is_figure, column.path
            assert (column.kind == "key") == (not is_figure) or table.name == columns.RECORD, column.path


def test_explain_knows_every_column() -> None:
    for path in columns.names():
        assert columns.explain(path).startswith(f"{path}: column of"), path


def test_no_column_hides_another_name() -> None:
    others = {*catalogue.settings(catalogue.SimConfig), *(str(item["name"]) for kind in catalogue.LISTS.values() for item in kind())}
    others |= {f"policies.{name}.{key}" for name, policy in POLICIES.items() for key in policy.model_fields}
    assert others
    assert not others & set(columns.names())
    assert not [path for path in columns.names() if catalogue.explain_policy(path) or catalogue.explain_parameter(path)]


def test_explain_tells_unit_kind_and_both_languages() -> None:
    text = catalogue.explanation("market.hires")
    for part in ("market.parquet", "Float64", "Jobs that begin", "Banen die beginnen", words("en").unit("jobs"), "flow in the month"):
        assert part in text


def test_a_typo_gets_the_nearest_column() -> None:
    with pytest.raises(UserError, match=r"Did you mean 'panel\.employed'"):
        catalogue.explanation("panel.emploied")
