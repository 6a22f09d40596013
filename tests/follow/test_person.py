"""`sim explain person`: what it prints, and what it says to mistakes."""

import json
import sys
from dataclasses import replace

import pytest

from sim import cli
from sim.codes import month_label
from sim.config.errors import UserError
from sim.follow.person import follow
from sim.follow.tell import text

TINY = ("population.scale=0.001", "until=2024-03")


def leave(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["sim", *arguments])
    try:
        cli.main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_a_life_ends_with_the_month_asked_for(world, configure):
    whole, part = follow(5000, configure(), world), follow(5000, configure(), world, "2024-06")
    assert month_label(part.until) == "2024-06"
    assert part.events == [event for event in whole.events if event.month <= part.until]
    assert {reason.line for reason in part.reasons} >= {"demography"}


def test_reasons_of_a_month_do_not_depend_on_how_far_the_run_goes(world, configure):
    whole = follow(5000, configure(), world)
    assert follow(5000, configure(), world, month_label(whole.month)).reasons == whole.reasons


def test_somebody_who_arrives_is_followed_from_the_arrival(world, configure):
    uid = world.n_present + 3
    life = follow(uid, configure(), world)
    assert life.events[0].kind == "arrives"
    assert life.who["enters"] == month_label(life.events[0].month)
    assert "not in the population" in text(life).splitlines()[2]


def test_mistakes(world, configure):
    highest = len(world.people["entry_month"]) - 1
    late = int(world.people["entry_month"][highest])
    cases = [
        (
            (highest + 5, None),
            f"There is no person {highest + 5}: the people of this run have the numbers 0 to {highest}; the nearest is {highest}.",
        ),
        ((17, "2031-01"), "--month 2031-01 lies outside this run, which goes from 2023-10 to 2025-09; the nearest is 2025-09."),
        ((17, "2019-01"), "--month 2019-01 lies outside this run, which goes from 2023-10 to 2025-09; the nearest is 2023-10."),
        ((17, "may"), "--month: 'may' is not a month: write it as 2025-09"),
        ((highest, "2023-10"), f"Person {highest} is not there yet in 2023-10; the first month is {month_label(late)}."),
    ]
    for (uid, month), message in cases:
        with pytest.raises(UserError) as caught:
            follow(uid, configure(), world, month)
        assert str(caught.value) == message


def test_a_world_without_the_person_is_refused_before_the_run(world, configure):
    broken = replace(world, open_vacancies=None)  # a model of it cannot be made
    with pytest.raises(UserError, match="There is no person"):
        follow(10**9, configure(), broken)


# --- the command line -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["person", "999999999", *TINY], "There is no person 999999999"),
        (["person", "x", *TINY], "takes the number of a person, from 0 on, got 'x'"),
        (["person", "17", "job_brigde", *TINY], "Did you mean 'job_bridge'?"),
        (["person", "17", "baseline", "job_bridge"], "takes one scenario, got baseline job_bridge"),
        (["person", "17", "--month", "2035-01", *TINY], "the nearest is 2024-03"),
        (["person", "17", "seeed=2"], "did you mean 'seed'?"),
        (["population.scale", "seed"], "Usage: sim explain KEY"),
        (["population.scale", "--month", "2024-01"], "Usage: sim explain KEY"),
        (["person"], "Nothing is called 'person'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_mistakes_give_2_and_one_line(arguments, message, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert leave(monkeypatch, "explain", *arguments) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert message in error
    assert [line for line in error.splitlines() if not line.startswith("Compiling")] == [error.splitlines()[-1]]


def test_what_is_printed(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert leave(monkeypatch, "explain", "person", "9000", *TINY, "--month", "2024-02") == 0
    printed = capsys.readouterr().out
    lines = printed.splitlines()
    assert lines[0] == "Person 9000 in baseline, seed 1: stands for 1,000 people"
    assert "Life to 2024-02" in lines
    assert any(line.startswith("  demography") and "drew 0." in line for line in lines)
    assert lines[-1].startswith("Next: sim explain ")
    assert not list(tmp_path.iterdir()), "leaves no folder"


def test_the_json_document_and_the_text_tell_the_same(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert leave(monkeypatch, "explain", "person", "9000", "--json", *TINY) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {
        "person", "scenario", "seed", "scale", "start", "until", "who", "at_start", "events", "at_end", "month", "reasons", "made_with",
    }  # fmt: skip
    assert (told["person"], told["until"]) == (9000, "2024-03")
    assert leave(monkeypatch, "explain", "person", "9000", *TINY) == 0
    printed = capsys.readouterr().out
    assert told["at_end"] in printed
    for event in told["events"]:
        assert event["text"] in printed or event["kind"] in {"searches", "rests"}
    for reason in told["reasons"]:
        assert reason["question"] in printed


def test_a_key_is_still_explained(monkeypatch, capsys):
    assert leave(monkeypatch, "explain", "population.scale") == 0
    text = capsys.readouterr().out
    assert text.startswith("population.scale: setting")
    assert leave(monkeypatch, "explain", "population.scale", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"name": "population.scale", "explanation": text.rstrip("\n")}
