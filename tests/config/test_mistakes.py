"""Every mistake gives one message: what, where (file and line, or command line), and the nearest known name."""

from __future__ import annotations

import pytest
from config_files import HEADING

from sim.config.compose import compose
from sim.config.errors import UserError

COMMAND_LINE = [
    ("seeed=1", "on the command line: seeed: unknown setting; did you mean 'seed'?"),
    ("population.scal=.1", "on the command line: population.scal: unknown setting; did you mean 'scale'?"),
    ("polices.x=1", "on the command line: polices: unknown setting; did you mean 'policies'?"),
    ("seed=1.5", "on the command line: seed: must be a whole number, got 1.5."),
    ("threads=true", "on the command line: threads: must be a whole number, got True."),
    ("seed=-1", "on the command line: seed: must be at least 0, got -1."),
    ("population.scale=2", "on the command line: population.scale: must be at most 1.0, got 2."),
    ("population.scale=much", "on the command line: population.scale: must be a number, got 'much'."),
    ("population.scale=nan", "on the command line: population.scale: must be a number, got nan."),
    ("seeds=0", "on the command line: seeds: must be at least 1, got 0."),
    ("until=2030-13", "on the command line: until: '2030-13' is not a month: write it as 2023-10."),
    ("until=2036-01", "on the command line: until = 2036-01 is beyond 2035-12"),
    ("until=2020-01", "on the command line: until = 2020-01 lies before the first month, population.start = 2023-10"),
    ("population.start=2016-01", "must be one of 2015-01, 2023-10, history; got '2016-01'."),
    ("checks=of", "must be one of off, year, month; got 'of'. Did you mean 'off'?"),
    ("economy=hi", "Unknown economy 'hi'. Did you mean 'high'? Known: high, low, mid."),
    ("scenarios=basline", "Unknown scenario 'basline'. Did you mean 'baseline'?"),
    ("experiments=sedes", "Unknown experiment 'sedes'. Did you mean 'seeds'?"),
    ("scenario=baseline", "the key of the scenario file is scenarios=baseline"),
    ("seed=1,2", "'seed=1,2' asks for several runs. Use `sim compare seeds=N`"),
    ("baseline", "'baseline' is not a setting: write key=value"),
    ("a b=c", "cannot read 'a b=c'"),
    ("population=3", "population must be one of nl; got 3"),
    ("parameters.matching.callback_rat=1", "unknown parameter; did you mean 'matching.callback_rate'?"),
    ("parameters.matching.callback_rate=high", "must be a number, got 'high'"),
    ("parameters.matching.callback_rate=inf", "must be a number, got inf"),
    ("economy.crises=[{start: 2026-01, months: 0, sector: Q, demand_factor: 1}]", "economy.crises.0.months: must be at least 1, got 0."),
    ("economy.crises=[{start: 2026-01, months: 1, sector: ZZ, demand_factor: 1}]", "economy.crises.0.sector: 'ZZ' is not a sector"),
    ("draw=-1", "draw: must be at least 0, got -1"),
    (
        "policies.meetings.share=1",
        "scenario 'baseline' has no policy 'meetings'. To add it to the scenario, write +policies.meetings.share=1",
    ),
    ("policies.meeting.share=1", "Unknown policy 'meeting'. Did you mean 'meetings'?"),
    ("+policies.meeting.share=1", "unknown policy; did you mean 'meetings'?"),
    ("+policies.meetings.shar=1", "on the command line: policies.meetings.shar: unknown setting; did you mean 'share'?"),
    ("+policies.meetings.share=7", "on the command line: policies.meetings.share: must be at most 1.0, got 7."),
    ("hydra.mode=NONSENSE", "The configuration cannot be put together"),
]


@pytest.mark.parametrize(("setting", "message"), COMMAND_LINE, ids=[setting for setting, _ in COMMAND_LINE])
def test_mistake_on_the_command_line(setting: str, message: str, small_policies) -> None:
    with pytest.raises(UserError) as error:
        compose([setting])
    assert message in str(error.value)
    assert "pydantic" not in str(error.value)
    assert len(str(error.value).splitlines()) == 1


FILES = [
    ("polices: {meetings: {}}\n", "scenarios/mine.yaml line 5: polices: unknown setting; did you mean 'policies'?"),
    ("policies:\n  meetings:\n    shar: 1\n", "scenarios/mine.yaml line 7: policies.meetings.shar: unknown setting; did you mean 'share'?"),
    ("policies:\n  meetings:\n    share: lots\n", "scenarios/mine.yaml line 7: policies.meetings.share: must be a number, got 'lots'."),
    ("policies:\n  meeting: {}\n", "scenarios/mine.yaml line 6: policies.meeting: unknown policy; did you mean 'meetings'?"),
    ("policies: {meetings: 3}\n", "scenarios/mine.yaml line 5: policies.meetings: must hold settings"),
    ("until: 2020-01\n", "scenarios/mine.yaml line 5: until = 2020-01 lies before the first month"),
    ("seeds: many\n", "scenarios/mine.yaml line 5: seeds: must be a whole number, got 'many'."),
    ("economy:\n  crises:\n    - {start: 2026-01, months: 1, sector: Q, demand_factor: 1}\n    - {start: 2026-99}\n",
     "scenarios/mine.yaml line 8: economy.crises.1.start: '2026-99' is not a month"),
    ("parameters:\n  matching: {callback: 1}\n", "scenarios/mine.yaml line 6: parameters.matching.callback: unknown parameter"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), FILES, ids=[message for _, message in FILES])
def test_mistake_in_a_file(text: str, message: str, write, small_policies) -> None:
    write("scenarios/mine.yaml", HEADING + text)
    with pytest.raises(UserError) as error:
        compose(["scenarios=mine"])
    assert message in str(error.value)


def test_missing_label_says_that_both_languages_are_needed(write) -> None:
    write("scenarios/mine.yaml", HEADING.replace("{en: Mine, nl: Van mij}", "{en: Mine}"))
    with pytest.raises(UserError, match=r"scenarios/mine\.yaml line 3: scenario\.label\.nl: is missing: every scenario needs a Dutch"):
        compose(["scenarios=mine"])


def test_file_without_a_heading_names_what_is_missing(write) -> None:
    write("scenarios/mine.yaml", "seeds: 3\n")
    with pytest.raises(UserError, match=r"scenarios/mine\.yaml: scenario\.label: is missing"):
        compose(["scenarios=mine"])


def test_broken_yaml_shows_file_line_and_text(write) -> None:
    write("scenarios/mine.yaml", HEADING + "policies: {meetings: [}\n")
    with pytest.raises(UserError) as error:
        compose(["scenarios=mine"])
    assert "scenarios/mine.yaml line 5: this is not valid YAML" in str(error.value)
    assert "policies: {meetings: [}" in str(error.value)


def test_key_that_stands_twice_is_refused(write) -> None:
    write("scenarios/mine.yaml", HEADING + "seeds: 1\nseeds: 2\n")
    with pytest.raises(UserError, match="line 6: this is not valid YAML: found duplicate key seeds"):
        compose(["scenarios=mine"])


def test_file_that_is_a_list_is_refused(write) -> None:
    write("scenarios/mine.yaml", "- 1\n- 2\n")
    with pytest.raises(UserError, match=r"scenarios/mine\.yaml: expected settings"):
        compose(["scenarios=mine"])


def test_name_in_the_file_must_be_that_of_the_file(write) -> None:
    write("scenarios/mine.yaml", HEADING.replace("scenario:\n", "scenario:\n  name: yours\n"))
    with pytest.raises(UserError, match=r"line 3: scenario\.name: the name of a scenario is that of its file, 'mine'"):
        compose(["scenarios=mine"])


def test_name_that_a_reader_could_take_for_a_number_is_refused(write) -> None:
    write("scenarios/2030.yaml", HEADING)
    with pytest.raises(UserError, match="not a usable name"):
        compose(["scenarios='2030'"])


def test_experiment_that_names_an_unknown_scenario(write) -> None:
    write("experiments/mine.yaml", "# @package _global_\ndefaults:\n  - override /scenarios: basline\n")
    with pytest.raises(UserError, match=r"Unknown scenario 'basline'\. Did you mean 'baseline'"):
        compose(["experiments=mine"])


def test_scenario_cannot_run_code(write) -> None:
    write("scenarios/mine.yaml", HEADING + "economy: {_target_: os.system}\n")
    with pytest.raises(UserError, match=r"economy\._target_: unknown setting"):
        compose(["scenarios=mine"])


def test_several_mistakes_are_told_together(write) -> None:
    with pytest.raises(UserError) as error:
        compose(["seed=-1", "threads=-1"])
    assert len(str(error.value).splitlines()) == 2
