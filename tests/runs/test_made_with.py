"""Whoever holds an output can tell which version, code, data and seeds made it."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from sim.calibration import saved
from sim.cli import app
from sim.runs import jobs
from sim.runs.ending import exit_code
from sim.runs.identity import made_with

TINY = ("population.scale=0.001", "until=2023-12")
Sim = Callable[..., str]


@pytest.fixture
def sim(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sim:
    """A command in this process; gives its standard output."""

    def command(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["sim", *words])
        code = exit_code(app)
        said = capsys.readouterr()
        assert code == 0, said.err
        return said.out

    return command


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> jobs.Compared:
    """A dashboard of two scenarios and two seeds."""
    runs = tmp_path_factory.mktemp("made") / "runs"
    return jobs.compare("job_bridge", overrides=[*TINY, "seeds=2", f"runs_dir={runs}"])


def names_what_made_it(text: str) -> bool:
    """Whether version, code and data of this installation stand in a text, digests as far as they are shown."""
    who = made_with()
    return all(part in text for part in (who["version"], who["code_digest"][:8], who["data_digest"][:8]))


@pytest.mark.parametrize(
    ("words", "seeds"),
    [
        (("run", *TINY, "seed=3"), "seed 3"),
        (("compare", "job_bridge", *TINY, "seed=3", "seeds=2"), "seeds 3 to 4"),
        (("explain", "person", "17", *TINY, "seed=3"), "seed 3"),
    ],
)
def test_what_a_command_prints(words: tuple[str, ...], seeds: str, sim: Sim) -> None:
    said = sim(*words)
    assert names_what_made_it(said)
    assert seeds in said
    document = json.loads(sim(*words, "--json"))
    assert document["made_with"] == made_with()
    assert 3 in seeds_in(document)


def seeds_in(value: Any) -> set[int]:
    """Every value under a key ``seed`` or ``seeds`` of a document."""
    if isinstance(value, list):
        return set().union(*map(seeds_in, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    found = {value["seed"]} if isinstance(value.get("seed"), int) else set()
    return found.union(*map(seeds_in, value.values())) if value else found


def test_the_record_of_a_run(compared: jobs.Compared) -> None:
    for folder in compared.batch.folders:
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        assert {name: record[name] for name in made_with()} == made_with()
        assert record["digest"]
        assert record["world_digest"]
        assert record["seed"] in (1, 2)


def test_the_dashboard(compared: jobs.Compared) -> None:
    assert compared.dashboard is not None
    page = compared.dashboard.read_text(encoding="utf-8")
    assert names_what_made_it(page)
    assert compared.batch.records[0].digest[:8] in page


def test_the_workbook_and_the_csv_files(compared: jobs.Compared, sim: Sim, in_empty_folder: Path) -> None:
    assert compared.dashboard is not None
    sim("export", str(compared.dashboard.parent), "--xlsx", "all.xlsx", "--csv", "all", "--lang", "en")
    book = openpyxl.load_workbook(in_empty_folder / "all.xlsx", read_only=True)
    notes = " ".join(str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row if cell is not None)
    assert names_what_made_it(notes)
    assert names_what_made_it((in_empty_folder / "all" / "notes.txt").read_text(encoding="utf-8"))
    (runs,) = (in_empty_folder / "all").glob("*runs*.csv")
    rows = list(csv.reader(runs.read_text(encoding="utf-8-sig").splitlines()))
    assert any("seed" in cell.lower() for row in rows[:3] for cell in row)


def test_the_note_of_a_sweep(compared: jobs.Compared) -> None:
    assert compared.dashboard is not None
    (note,) = (compared.dashboard.parent / "sweeps").iterdir()
    text = note.read_text(encoding="utf-8")
    assert all(record.key in text for record in compared.batch.records), "each key stands for version, code, data and seed"


def test_the_validation_that_ships() -> None:
    text = next(path for path in Path(saved.__file__).parent.rglob("validation.yaml")).read_text(encoding="utf-8")
    record = yaml.safe_load(text)
    assert all(record[name] for name in (*made_with(), "seeds"))
