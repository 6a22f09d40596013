"""What is kept, what a new measurement is compared with, and what is flagged."""

from __future__ import annotations

import json
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest

from sim.bench import history
from sim.bench.figures import TARGETS, Figure, figures, of_people
from sim.bench.machine import Machine, Share, machine
from sim.bench.plot import figure, write
from sim.bench.table import change, console, markdown, number, show, verdict
from sim.bench.timing import Spread, Timing, against, spread
from sim.config.errors import UserError
from sim.runs.cores import cores


def figure_of(measured, name):
    return next(figure for figure in figures(measured) if figure.name == name)


def shown(capsys, measured, earlier):
    show(measured, earlier, console())
    return capsys.readouterr().out


def test_kept_and_read_back(measured):
    file = history.history_file()
    documents = [measured(ns).as_json() for ns in (30.0, 40.0)]
    for document in documents:
        history.append(file, document)
    found = history.read(file, measured().machine)
    assert found == json.loads(json.dumps(documents))
    assert history.compared(found[1], "month/0.075/1") == 80.0
    assert history.compared(found[1], "start/warm") == 2.8
    assert history.compared(found[1], "month/1/2") is None


def test_another_machine_is_another_history(measured):
    file = history.history_file()
    history.append(file, measured().as_json())
    history.append(file, measured(machine=Machine("Other", 8, 64)).as_json())
    assert len(history.read(file, measured().machine)) == 1
    assert history.read(file, Machine("Third", 1, 1)) == []


def test_compared_with_the_median_of_the_last_five(measured):
    earlier = [measured(ns).as_json() for ns in (500.0, 500.0, 10.0, 20.0, 30.0, 40.0, 900.0)]
    assert history.before(figure_of(measured(), "month/0.075/1"), earlier) == 60.0
    assert history.before(figure_of(measured(), "month/0.075/1"), []) is None


@pytest.mark.parametrize(("ns", "text"), [(30.0, "+0%"), (38.0, "+27%"), (40.0, "+33% WORSE"), (15.0, "-50%")])
def test_a_slow_down_of_more_than_30_percent_is_flagged(measured, ns, text):
    assert str(change(figure_of(measured(ns), "month/0.075/1"), [measured(30.0).as_json()], False)) == text


def test_fewer_runs_per_second_are_a_slow_down():
    runs = Figure("runs", "runs", "/s", 1.0, more_is_better=True)
    assert runs.slow_down(2.0) == 1.0
    assert runs.slow_down(1.0) == 0.0
    assert runs.slow_down(0.5) == -0.5


def test_a_broken_line_is_named(measured):
    file = history.history_file()
    history.append(file, measured().as_json())
    with file.open("a") as stream:
        stream.write('{"half": \n')
    with pytest.raises(UserError, match="line 2: not a measurement of sim bench; delete that line"):
        history.read(file, measured().machine)


def test_a_place_that_cannot_be_written_is_told(measured, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot write the history"):
        history.append(tmp_path / "file" / "bench.jsonl", measured().as_json())
    with pytest.raises(UserError, match=r"cannot write .* Choose another place with -o"):
        write(measured(), [], tmp_path / "file" / "bench.html")


def test_verdicts(measured):
    of = {figure.name: figure for figure in figures(measured(30.0))}
    assert (str(verdict(of["month/0.075/2"])), str(verdict(of["hazard"])), str(verdict(of["mesa"]))) == ("met", "1.4 x over", "met")
    assert str(verdict(of["start/cold"])) == "3.3 x over"
    assert str(verdict(of["runs"])) == ""
    assert set(TARGETS) >= {name for name, figure in of.items() if figure.target is not None}


def test_the_table_says_it_all_in_plain_text(measured, capsys):
    text = shown(capsys, measured(60.0), [measured(30.0).as_json()])
    assert "\x1b" not in text
    for part in (
        "month, 1 M people, 2 threads",
        "matching",
        "+100% WORSE",
        "Mesa objects",
        "Processor 9000 (made up), 2 cores, 25 GB",
        "1 of 1",
    ):
        assert part in text
    assert "…" not in text, "nothing is cut off"
    assert "WARNING" not in text


@pytest.fixture
def busy(measured):
    """Measurements for which the one thread had half a core; and one for which the second core was taken."""
    [size] = measured().sizes
    one, two = size.by_threads
    return [
        replace(measured(60.0), sizes=[replace(measured(60.0).sizes[0], by_threads=years)])
        for years in ((replace(one, share_of_core=0.5), two), (one, replace(two, calibration_ns=0.45)))
    ]


def test_a_busy_machine_is_told_and_nothing_is_flagged(measured, busy, capsys):
    assert not measured().was_busy
    for disturbed in busy:
        assert disturbed.was_busy
        text = shown(capsys, disturbed, [measured(5.0).as_json()])
        assert "WARNING: other work was running" in text
        assert "% busy" in text
        assert "WORSE" not in text


def test_busy_measurements_are_no_yardstick(measured, busy):
    earlier = [measured(30.0).as_json(), *(disturbed.as_json() for disturbed in busy)]
    assert history.before(figure_of(measured(), "month/0.075/1"), earlier) == 60.0
    assert history.before(figure_of(measured(), "month/0.075/1"), earlier[1:]) is None


def test_the_share_of_a_core():
    """Other threads of this process count too (a page that a test has served), so the bound is the machine, not one core."""
    with Share() as waiting:
        time.sleep(0.3)
    with Share() as working:
        while time.perf_counter() - working._wall < 0.3:
            pass
    assert waiting.value < working.value / 2
    assert 0.1 < working.value <= cores() + 0.1


def test_markdown_has_every_line_and_figure(measured):
    text = markdown(measured(30.0))
    assert "| month, 1 M people, 2 threads | 18 ns | 20.8 |" in text
    assert "| month | 30 | 18 |" in text
    assert len(text.splitlines()) > 25


def test_the_page_needs_no_network_and_shows_the_history(measured, tmp_path):
    documents = [measured(ns).as_json() | {"date": f"2026-11-{day}T12:00:00+00:00"} for day, ns in ((19, 30.0), (20, 32.0), (21, 60.0))]
    page = write(measured(60.0), documents, Path("runs/bench.html"))
    html = page.read_text(encoding="utf-8")
    assert "<script src=" not in html
    assert "<link" not in html
    assert "var(--" not in str(figure(measured(60.0), documents).to_plotly_json())
    lines = [trace for trace in figure(measured(60.0), documents).data if trace.type == "scatter" and trace.mode == "lines+markers"]
    assert [list(line.y) for line in lines] == [[60.0, 64.0, 120.0], [36.0, 38.4, 72.0]]
    lower, upper = (trace for trace in figure(measured(60.0), documents).data if trace.type == "scatter" and trace.mode == "lines")
    assert list(lower.y) == [60.0, 62.0]
    assert list(upper.y) == pytest.approx([78.0, 80.6])


def test_no_name_of_this_machine_or_its_user_is_kept(measured):
    text = json.dumps(measured(machine=machine()).as_json())
    for secret in {socket.gethostname(), str(Path.home()), str(Path.cwd())} - {"/"}:
        assert secret not in text


def test_small_words():
    assert (of_people(101_247), of_people(13_498_000), of_people(20_000)) == ("0.1 M people", "13.5 M people", "20,000 people")
    assert [number(value) for value in (1234.5, 96.4, 2.345, 0.0213, 0.97)] == ["1,234", "96", "2.3", "0.021", "1.0"]
    assert spread([3.0, 1.0, 8.0]) == Spread(median=3.0, best=1.0, mean=4.0)
    assert against([4.0, 9.0, 6.0], [2.0, 1.0, 2.0]) == Timing(Spread(6.0, 4.0, 19 / 3), ratio=3.0, best_ratio=4.0)
