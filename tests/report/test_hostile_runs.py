"""Folders of runs from a stranger: what is foreign, corrupt or a trap is named and left out, and nothing of it runs, hangs or is drawn."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
from fake_runs import BASELINE, FAKES, write_runs
from typer.testing import CliRunner

from sim.analysis import foreign
from sim.analysis.open_runs import open_runs
from sim.cli import app
from sim.config.errors import UserError
from sim.runs import store, sweeps
from sim.runs.select import compared, newest_set
from sim.sensitivity import saved

SECONDS = 60


@pytest.fixture(autouse=True)
def nothing_hangs() -> Iterator[None]:
    def late(*_: object) -> None:
        raise TimeoutError(f"more than {SECONDS} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("whole") / "runs"
    write_runs(root, (BASELINE, FAKES[1]), seeds=2, months=3)
    return root


@pytest.fixture
def runs(whole: Path, tmp_path: Path) -> Path:
    """Two pairs of runs; the second one of job_bridge is `victim`."""
    shutil.copytree(whole, tmp_path / "runs")
    return tmp_path / "runs"


def victim(runs: Path) -> Path:
    return runs / "scenario=job_bridge" / "key=job_0002"


def in_record(**changes: object) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        (folder / "run.json").write_text(json.dumps(record | changes), encoding="utf-8")

    return damage


def as_record(content: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / "run.json").write_bytes(content) and None


def in_table(name: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        file = folder / f"{name}.parquet"
        change(pl.read_parquet(file, hive_partitioning=False)).write_parquet(file)

    return damage


def a_pipe(name: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (folder / name).unlink()
        os.mkfifo(folder / name)

    return damage


def a_folder(name: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    return damage


def a_link(name: str, to: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).symlink_to(to)

    return damage


def far_apart(n: int) -> pl.Series:
    """Months from the first to the last day that Polars knows."""
    return pl.Series("month", [-(2**31), *[0] * (n - 2), 2**31 - 1], dtype=pl.Int32).cast(pl.Date)


def many_rows(folder: Path) -> None:
    pl.select(pl.repeat(dt.date(2023, 10, 1), foreign.MOST_ROWS + 1).alias("month")).with_columns(
        pl.lit(0.0).alias(name) for name in ("persons", "fte", "hours", "employed")
    ).lazy().sink_parquet(folder / "sexes.parquet")


DAMAGE = {
    "record: a list": as_record(b"[1]"),
    "record: a word": as_record(b'"ok"'),
    "record: nothing": as_record(b""),
    "record: of another program": as_record(b'{"status": "ok", "run": 1}'),
    "record: brackets without end": as_record(b"[" * 200_000),
    "record: a number of 5000 digits": as_record(b'{"seed": ' + b"9" * 5000 + b"}"),
    "record: half a character": as_record(b'{"status": "\\ud800"}'),
    "record: not UTF-8": as_record(b"\xff\xfe{}"),
    "record: too large": lambda folder: os.truncate(folder / "run.json", 21_000_000),
    "record: a pipe": a_pipe("run.json"),
    "record: a folder": a_folder("run.json"),
    "record: a device": a_link("run.json", "/dev/zero"),
    "record: seed of words": in_record(seed="one"),
    "record: start of words": in_record(start="../../etc"),
    "record: no label": in_record(label={}),
    "record: label of numbers": in_record(label={"en": 1, "nl": 2}),
    "record: weight of nothing": in_record(weight=0),
    "record: too many months": in_record(months=10**18),
    "record: files elsewhere": in_record(files={"../../../x.parquet": 4}),
    "table: a pipe": a_pipe("panel.parquet"),
    "table: a folder": a_folder("market.parquet"),
    "table: a device": a_link("sexes.parquet", "/dev/zero"),
    "table: of another program": lambda folder: pl.DataFrame({"x": [1]}).write_parquet(folder / "panel.parquet"),
    "table: no rows": in_table("panel", lambda frame: frame.clear()),
    "table: words for numbers": in_table("sexes", lambda frame: frame.with_columns(pl.lit("x").alias(frame.columns[-1]))),
    "table: words for months": in_table("panel", lambda frame: frame.with_columns(pl.lit("x").alias("month"))),
    "table: no months": in_table("panel", lambda frame: frame.with_columns(pl.lit(None, pl.Date).alias("month"))),
    "table: months beyond reason": in_table("market", lambda frame: frame.with_columns(far_apart(frame.height))),
    "table: ages beyond reason": in_table("retirements", lambda frame: frame.with_columns(pl.lit(2_000_000_000).alias("age"))),
    "table: states of nobody": in_table("flows", lambda frame: frame.with_columns(pl.lit("x").alias("from_state"))),
    "table: lists for numbers": in_table("panel", lambda frame: frame.with_columns(pl.lit([[1]]).first().alias(frame.columns[-1]))),
    "table: rows without end": many_rows,
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_trap_is_named_and_left_out(damage: Callable[[Path], None], runs: Path) -> None:
    damage(victim(runs))
    comparison, selection = compared(newest_set([runs]))
    assert [result.pairs for result in comparison.scenarios] == [((1, None),)]
    assert len(selection.unreadable) == 1
    assert "job_0002" in selection.unreadable[0]
    assert len(selection.unreadable[0].splitlines()) == 1


@pytest.mark.parametrize(
    "content", [b"x: &a [*a]", b"[1]", b"\xff", b"x: " + b"[" * 100_000, b"!!python/object/apply:os.system [ls]", b"x: \x1b[31m"]
)
def test_a_configuration_that_is_none_is_told(content: bytes, runs: Path) -> None:
    for path in runs.glob("scenario=*/key=*/config.yaml"):
        path.write_bytes(content)
    with pytest.raises(UserError, match=r"config\.yaml is no YAML"):
        open_runs(runs).runs  # noqa: B018


def test_notes_and_studies_that_are_traps_are_passed_over(runs: Path) -> None:
    for folder in (sweeps.FOLDER, saved.FOLDER):
        place = runs / folder
        place.mkdir()
        (place / "a.json").mkdir()
        os.mkfifo(place / "b.json")
        (place / "c.json").symlink_to("/dev/zero")
        (place / "d.json").write_bytes(b"[" * 200_000)
        (place / "e.json").write_bytes(b"\xff")
        (place / "f.json").write_bytes(b'{"name": ' + b"9" * 5000 + b"}")
    assert sweeps.read_all(runs) == []
    assert saved.beside([runs]) == []
    assert newest_set([runs]).folders


def test_what_steers_a_terminal_is_written_out(runs: Path) -> None:
    for folder in store.folders(runs):
        if "job_bridge" in str(folder):
            in_record(scenario="\x1b[31mred\x07", label={"en": "\x9b31m[bold]x[/bold]", "nl": "\u202ex"}, warnings=["\x1b]0;title\x07"])(
                folder
            )
    as_record(b'{"status": "\\u001b[31m"}')(victim(runs))
    comparison, selection = compared(newest_set([runs]))
    said = [comparison.scenarios[0].name, *comparison.scenarios[0].label.values(), *selection.unreadable]
    assert said[:3] == ["\\x1b[31mred\\x07", "\\x9b31m[bold]x[/bold]", "\\u202ex"]
    done = CliRunner().invoke(app, ["dashboard", str(runs), "-o", str(runs / "page.html")])
    assert done.exit_code == 0
    assert "\x1b" not in done.output
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set((runs / "page.html").read_text(encoding="utf-8").split("<script")[0])


@pytest.mark.parametrize("verb", [["dashboard"], ["export", "--csv", "sheets"]])
@pytest.mark.parametrize("place", ["/dev/zero", "/etc/passwd", "nowhere\x1b[31m", "a" * 5000, "pipe"])
def test_places_that_hold_no_runs_are_told(verb: list[str], place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    with pytest.raises(UserError) as error:
        CliRunner().invoke(app, [verb[0], place, *verb[1:]], catch_exceptions=False)
    assert "\x1b" not in str(error.value)


def test_words_for_codes_are_read_and_only_the_export_names_them(runs: Path) -> None:
    in_table("market", lambda frame: frame.with_columns(pl.col("sector").cast(pl.String)))(victim(runs))
    assert not compared(newest_set([runs]))[1].unreadable
    with pytest.raises(UserError, match=r"job_0002/market\.parquet: column sector holds String, not Categorical"):
        CliRunner().invoke(app, ["export", str(runs), "--csv", str(runs / "sheets")], catch_exceptions=False)
