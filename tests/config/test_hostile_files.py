"""A scenario or experiment file from a stranger can neither run code, nor read files, nor take the machine down."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from config_files import HEADING
from typer.testing import CliRunner

from sim.cli import app
from sim.config import plain_yaml, reading, shipped
from sim.config.catalogue import LISTS
from sim.config.compose import compose, compose_full
from sim.config.errors import UserError
from sim.config.experiment import configs_of
from sim.config.files import by_hydra
from sim.config.own_files import ALLOWED, EXPERIMENTS, SCENARIOS, content
from sim.config.visible import UNSEEN


@pytest.fixture(autouse=True)
def nothing_takes_long() -> Iterator[None]:
    """A tenth of the time in which somebody would call it hanging."""

    def late(*_: object) -> None:
        raise TimeoutError("more than 20 s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def refused(text: str | bytes, write, folder: str = SCENARIOS) -> str:
    """What is said of a file, by the loader and by Hydra itself alike."""
    path = write(f"{folder}/mine.yaml", "")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UserError) as error:
        compose_full([f"{folder}=mine"])
    said = str(error.value)
    assert said.startswith(f"{folder}/mine.yaml")
    assert not UNSEEN.search(said)
    assert len(said) < 1000
    return said


INTERPOLATIONS = [
    "${oc.env:SECRET}", "${oc.env:${oc.decode:SECRET}}", "${oc.decode:'1'}", "${oc.create:{a: 1}}", "${oc.select:runs_dir}",
    "${oc.dict.keys:}", "${hydra:runtime.cwd}", "${now:%Y}", "${file:/etc/passwd}", "${runs_dir}", "${.nl}", "${..scenario}",
    "a ${oc.env:SECRET} b", "${", r"\\${oc.env:SECRET}", r"\\\\${oc.env:SECRET}", "???",
]  # fmt: skip


@pytest.mark.parametrize("text", INTERPOLATIONS)
@pytest.mark.parametrize("key", ["label", "source", "until", "policies"])
def test_nothing_is_looked_up(key: str, text: str, write, monkeypatch) -> None:
    monkeypatch.setenv("SECRET", "the password")
    files = {
        "label": HEADING.replace("en: Mine", f'en: "{text}"'),
        "source": HEADING + f'  source: "{text}"\n',
        "until": HEADING + f'until: "{text}"\n',
        "policies": HEADING + f'policies: {{job_bridge: {{start: ["{text}"]}}}}\n',
    }
    said = refused(files[key], write)
    assert "a file holds values, nothing that must be looked up" in said
    assert "line" in said
    assert "the password" not in said


def test_not_even_in_a_key_an_axis_or_a_variant(write, monkeypatch) -> None:
    monkeypatch.setenv("SECRET", "the password")
    assert "not a usable key" in refused(HEADING + '"${oc.env:SECRET}": 1\n', write)
    for text in (
        "hydra: {sweeper: {params: {seed: '${oc.env:SECRET}'}}}\n",
        "variants: {a: {scenario: {label: {en: '${oc.env:SECRET}', nl: x}}}}\nvariant: a\n",
    ):
        assert "looked up" in refused(text, write, EXPERIMENTS)


RUNS_CODE = {
    "callbacks": "hydra: {callbacks: {x: {_target_: os.mkdir, path: ran}}}",
    "job_logging": "hydra: {job_logging: {version: 1, handlers: {x: {class: os.mkdir, path: ran}}, root: {handlers: [x]}}}",
    "hydra_logging": "hydra: {hydra_logging: {version: 1, handlers: {x: {class: os.mkdir, path: ran}}}}",
    "launcher": "hydra: {launcher: {_target_: os.mkdir, path: ran}}",
    "sweeper": "hydra: {sweeper: {_target_: os.mkdir, path: ran}}",
    "searchpath": "hydra: {searchpath: ['file:///etc']}",
    "run.dir": "hydra: {run: {dir: ran}, output_subdir: x}",
    "sweep.dir": "hydra: {sweep: {dir: ran}}",
    "env_set": "hydra: {job: {env_set: {LD_PRELOAD: ran}}}",
    "chdir": "hydra: {job: {chdir: true}}",
    "a list": "hydra: [callbacks]",
    "a word": "hydra: callbacks",
    "beside axes": "hydra: {sweeper: {params: {seed: '1,2'}, _target_: os.mkdir}}",
    "axes of words": "hydra: {sweeper: {params: seed}}",
}


@pytest.mark.parametrize("folder", [SCENARIOS, EXPERIMENTS])
@pytest.mark.parametrize("text", RUNS_CODE.values(), ids=RUNS_CODE)
def test_nothing_of_hydra_but_the_axes_of_an_experiment(text: str, folder: str, write) -> None:
    said = refused(HEADING + text + "\n", write, folder)
    assert "hydra" in said
    with pytest.raises(UserError):
        by_hydra([f"{folder}=mine"])
    assert not Path("ran").exists()


def test_the_hydra_application_reads_them_in_the_same_way(write) -> None:
    write("scenarios/mine.yaml", HEADING + RUNS_CODE["run.dir"] + "\n")
    root = shipped.PACKAGE.parent
    done = subprocess.run(
        [sys.executable, "-m", "sim", "scenarios=mine"],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(root)},
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("scenarios/mine.yaml line 5: hydra: not for a file of scenarios/")
    assert not Path("ran").exists()


@pytest.mark.parametrize("key", ["_target_", "_partial_", "_recursive_", "_convert_", "_args_"])
@pytest.mark.parametrize(
    "place", ["{}", "scenario: {{{}}}", "policies: {{job_bridge: {{{}}}}}", "economy: {{{}}}", "parameters: {{a: {{{}}}}}"]
)
def test_a_target_is_an_unknown_setting(key: str, place: str, write) -> None:
    text = place.format(f"{key}: os.system") + "\n"
    assert key in refused((HEADING if "scenario" not in place else "") + text, write)


TAGS = [
    "!!python/object/apply:os.system ['mkdir ran']", "!!python/name:os.system ''", "!!python/object/new:os.system ['x']",
    "!!python/object/apply:pathlib.Path ['/etc/passwd']", "!!binary aGVsbG8=", "!!set {a}", "!!omap [a: 1]", "!!timestamp 2030-12-01",
    "!!float x", "!!int ''", "!!bool maybe", "!!str 1", "!mine x", "!<tag:yaml.org,2002:int> 3", "! x",
]  # fmt: skip


@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_is_refused(tag: str, write) -> None:
    assert "line 5: a tag (" in refused(HEADING + f"until: {tag}\n", write)
    assert not Path("ran").exists()


def laughs(kind: str) -> str:
    """A few lines that stand for 10^9 values."""
    first, one = {"lists": ("[x, x]", "[{}]"), "settings": ("{x: 1, y: 2}", "{{{}}}"), "merges": ("{x: 1}", "{{<<: [{}]}}")}[kind]
    lines = [f"a0: &a0 {first}"]
    for n in range(1, 10):
        aliases = [f"k{k}: *a{n - 1}" if kind == "settings" else f"*a{n - 1}" for k in range(10)]
        lines.append(f"a{n}: &a{n} {one.format(', '.join(aliases))}")
    return "\n".join(lines) + "\n"


TOO_MUCH = {
    "lists of lists": (laughs("lists"), "too many values: at most 20,000"),
    "settings of settings": (laughs("settings"), "too many values"),
    "merges of merges": (laughs("merges"), "too many values"),
    "inside itself": ("a: &a [*a]\n", "*a stands inside &a itself"),
    "settings inside themselves": ("policies: &a {job_bridge: *a}\n", "stands inside"),
    "merged into itself": ("policies: &a {<<: *a}\n", "stands inside"),
    "an alias of nothing": ("policies: *a\n", "there is no &a before it"),
    "brackets": ("x: " + "[" * 100_000, "nested too deep: at most 20 levels"),
    "closed brackets": ("x: " + "[" * 2000 + "]" * 2000 + "\n", "nested too deep"),
    "braces": ("x: " + "{a: " * 100_000, "nested too deep"),
    "dashes": ("x:\n" + "- " * 100_000 + "\n", "nested too deep"),
    "question marks": ("? " * 100_000 + "\n", "a key must be a name, not a list or settings"),
    "indentation": ("".join(" " * n + "a:\n" for n in range(900)), "nested too deep"),
    "depth by aliases": ("\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 30))]) + "\n", "nested too deep"),
    "a long list": ("x: [" + "1," * 30_000 + "]\n", "too many values"),
    "a long text": ("x: " + "a" * 20_000 + "\n", "a text of 20,000 characters: at most 10,000"),
    "a long key": ("k" * 500 + ": 1\n", "a key of 500 characters: at most 100"),
    "a long number": ("seeds: " + "9" * 5000 + "\n", "a number of 5,000 digits: at most 30"),
    "a long number for a text": ("scenario: {label: " + "9" * 5000 + "}\n", "a number of 5,000 digits"),
    "a long hexadecimal number": ("seeds: 0x" + "f" * 5000 + "\n", "must be a whole number"),
    "a long binary number": ("seeds: 0b" + "1" * 9000 + "\n", "must be a whole number"),
}


@pytest.mark.parametrize(("text", "message"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_too_much_is_refused_at_once(text: str, message: str, write) -> None:
    heading = "" if text.startswith("scenario") else HEADING
    assert message in refused(heading + text, write)


def test_100_mb_are_refused_unread(write) -> None:
    path = write("scenarios/mine.yaml", HEADING)
    os.truncate(path, 100_000_000)
    with pytest.raises(UserError, match=r"scenarios/mine\.yaml: 100\.0 MB is too large for a file of scenarios/: at most 1 MB\."):
        compose(["scenarios=mine"])


STRANGE = {
    "UTF-16": (HEADING.encode("utf-16"), "line 1: not UTF-8 text. Save the file with the encoding UTF-8."),
    "Latin 1": ((HEADING + "  source: café\n").encode("latin-1"), "line 5: not UTF-8 text"),
    "NUL": ((HEADING + "until: a\0b\n").encode(), "line 5: this is not valid YAML"),
    "escaped NUL": (HEADING + 'until: "a\\0b"\n', "a character that cannot be seen (U+0000)"),
    "escape sequence": (HEADING.replace("Mine", '"\\e[31mred"'), "a character that cannot be seen (U+001B)"),
    "C1 sequence": (HEADING.replace("Mine", '"\\x9b31m"'), "a character that cannot be seen (U+009B)"),
    "right to left": (HEADING.replace("Mine", '"\\u202emine"'), "a character that cannot be seen (U+202E)"),
    "escape sequence in a key": (HEADING + '"\\e[31mx": 1\n', "not a usable key"),
    "half a character": (HEADING.replace("Mine", '"\\ud800"'), "invalid Unicode character escape code"),
    "key twice": (HEADING + "seeds: 1\nseeds: 2\n", "line 6: this is not valid YAML: found duplicate key seeds"),
    "tab": (HEADING + "\tseeds: 1\n", "line 5: this is not valid YAML"),
    "two documents": (HEADING + "---\nseeds: 1\n", "found another document"),
    "list": ("- 1\n", "expected settings (key: value), found list"),
    "word": ("hello\n", "expected settings (key: value), found str"),
    "key of a number": (HEADING + "1: 2\n", "line 5: 1: a key must be a name"),
    "key of nothing": (HEADING + "~: 2\n", "a key must be a name"),
    "key that is a truth": (HEADING + "policies: {on: {}}\n", "a key must be a name"),
    "key of a list": (HEADING + "[a, b]: 2\n", "a key must be a name, not a list"),
    "key of an alias": (HEADING + "x: &a b\n*a : 2\n", "a key must be a name, not an alias"),
    "list for settings": (HEADING + "population: [1]\n", "line 5: population: must hold settings"),
    "number by sixty": (HEADING + "seeds: 1:30\n", "seeds: must be a whole number, got '1:30'"),
    "number by eight": (HEADING + "seeds: 010\n", "seeds: must be a whole number, got '010'"),
    "date": (HEADING + "until: 2030-12-01\n", "'2030-12-01' is not a month"),
    "no number": (HEADING + "parameters: {matching: {callback_rate: .nan}}\n", "must be a number, got nan"),
    "without end": (HEADING + "parameters: {matching: {callback_rate: 1e999}}\n", "must be a number, got inf"),
    "on": (HEADING + "seeds: on\n", "must be a whole number, got True"),
    "nothing": (HEADING + "population: null\n", "population: must hold settings"),
    "merge of a word": (HEADING + "policies: {<<: 3}\n", "expected a mapping or list of mappings for merging"),
    "YAML of the future": ("%YAML 9.2\n---\n" + HEADING, "this is not valid YAML"),
}


@pytest.mark.parametrize(("text", "message"), STRANGE.values(), ids=STRANGE)
def test_what_is_strange_is_told_with_its_line(text: str | bytes, message: str, write) -> None:
    assert message in refused(text, write)


def test_what_is_harmless_may_stay(write) -> None:
    text = "\ufeff" + HEADING.replace("Mine", '"$5, {{ 7*7 }} <b>"').replace("\n", "\r\n")
    write("scenarios/mine.yaml", text + "parameters: {matching: &m {callback_rate: 0.2}, search: {}}\r\nuntil: 2026-01\r\nseeds: 1_000\r\n")
    config = compose(["scenarios=mine"])
    assert (config.scenario.label.en, config.until, config.seeds) == ("$5, {{ 7*7 }} <b>", "2026-01", 1000)
    found = plain_yaml.values_of("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: [*a, *a]\n", "here")
    assert found == {"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 3}, "c": [{"x": 1, "y": 2}] * 2}


@pytest.mark.parametrize("key", ["runs_dir", "compute", "report", "hydra", "uncertain", "variant", "variants", "pilots", "sensitivity"])
def test_a_scenario_says_what_is_asked_and_not_where_or_how(key: str, write) -> None:
    assert f"line 5: {key}: not for a file of scenarios/, which may hold only scenario, policies," in refused(
        HEADING + f"{key}: x\n", write
    )


@pytest.mark.parametrize("text", ["runs_dir: /etc", "report: {language: nl}", "compute: {name: ray}", "compute: {address: 'ray://evil:1'}"])
def test_nor_does_an_experiment(text: str, write) -> None:
    assert "Where and how runs are done is said on the command line" in refused(text + "\n", write, EXPERIMENTS)


@pytest.mark.parametrize(
    "item", ["/compute: ray", "override /compute: ray", "override hydra/launcher: basic", "../../etc/passwd", "/economy@x: low",
             "override /economy: ../../etc/passwd", "{override /economy: low, override /population: nl}", "1", "[a]"],
)  # fmt: skip
def test_a_list_of_defaults_only_chooses_among_shipped_files(item: str, write) -> None:
    said = refused(HEADING + f"defaults: [{item}]\n", write)
    assert "this list may only choose among files" in said or "not a usable key" in said


def test_shipped_files_pass_and_use_no_more_than_is_allowed() -> None:
    for folder, allowed in ALLOWED.items():
        for name in shipped.names(folder):
            assert set(content(folder, shipped.find(folder, name))) <= set(allowed)


# --- where a file stands --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name", ["../secret", "../../etc/passwd", "/etc/passwd", "a\0b", "a\nb", "\x1b[31mx", "a" * 5000, "", ".", "..", "a/b"]
)
def test_a_name_leads_nowhere_else(name: str, write) -> None:
    write("secret.yaml", HEADING)
    write("scenarios/a.yaml", HEADING)
    assert shipped.find(SCENARIOS, name) is None
    for words in (["run", name], ["explain", name or "."], ["sweep", name], ["compare", name], ["new", "scenario", name]):
        with pytest.raises(UserError) as error:
            CliRunner().invoke(app, words, catch_exceptions=False)
        assert not UNSEEN.search(str(error.value))
        assert max(map(len, str(error.value).splitlines())) < 2100


def test_a_link_that_leads_out_is_refused(write) -> None:
    write("secret.yaml", HEADING + "policies: {top: secret}\n")
    link = write("scenarios/other.yaml", HEADING).with_name("mine.yaml")
    link.symlink_to("../secret.yaml")
    with pytest.raises(UserError, match=r"scenarios/mine\.yaml: a link to a file elsewhere\. Copy the file itself into scenarios/"):
        compose(["scenarios=mine"])
    link.unlink()
    link.symlink_to("other.yaml")
    assert compose(["scenarios=mine"]).scenario.name == "mine"


@pytest.mark.parametrize("trap", ["pipe", "device", "folder", "dangling", "loop"])
def test_a_trap_in_the_folder_is_not_seen_and_hides_nothing(trap: str, write) -> None:
    path = write("scenarios/good.yaml", HEADING).with_name("trap.yaml")
    {"pipe": lambda: os.mkfifo(path), "device": lambda: path.symlink_to("/dev/zero"), "folder": path.mkdir,
     "dangling": lambda: path.symlink_to("nowhere"), "loop": lambda: path.symlink_to("trap.yaml")}[trap]()  # fmt: skip
    assert "good" in shipped.names(SCENARIOS)
    assert "trap" not in shipped.names(SCENARIOS)
    with pytest.raises(UserError, match="Unknown scenario 'trap'"):
        compose(["scenarios=trap"])
    with pytest.raises(UserError):
        reading.text_of(path, "a scenario")


def test_one_bad_file_does_not_hide_the_others_from_a_list(write) -> None:
    write("scenarios/bad.yaml", "x: !!python/name:os.system ''\n")
    write("scenarios/good.yaml", HEADING)
    write("scenarios/odd.yaml", "scenario: {label: [1], question: 3}\npolicies: [a]\n")
    write("experiments/bad.yaml", "hydra: {sweeper: {params: [1]}}\n")
    meanings = {item["name"]: item["meaning"] for kind in (SCENARIOS, EXPERIMENTS) for item in LISTS[kind]() if item["name"] != "odd"}
    assert meanings["good"] == "Mine"
    assert meanings["bad"].startswith("cannot be used: experiments/bad.yaml line 1: ")
    for words in (["list", "scenarios"], ["explain", "odd"], ["explain", "bad"], ["list", "experiments"]):
        assert CliRunner().invoke(app, words, catch_exceptions=False).exit_code == 0


def test_an_unreadable_file_is_told(write) -> None:
    path = write("scenarios/mine.yaml", HEADING)
    path.chmod(0)
    if os.access(path, os.R_OK):
        shutil.rmtree(path.parent)
        with pytest.raises(UserError, match=r"mine\.yaml: cannot be read: No such file"):
            reading.text_of(path, "a scenario")
        return  # root may read everything: only the message for what is gone can be seen
    with pytest.raises(UserError, match=r"scenarios/mine\.yaml: cannot be read: Permission denied"):
        compose(["scenarios=mine"])


# --- the command line, which is the user's own, and what a file puts on it ---------------------------------------------------------------
@pytest.mark.parametrize(
    "setting",
    [
        "until=${hydra:x}", "until=${nowhere}", "until=${.a}", "until=${file:x}", "runs_dir=${runs_dir}", "until=${", "seed=" + "9" * 5000,
        "economy.crises=" + "[" * 400 + "]" * 400, "+policies.job_bridge=" + "[" * 5000, "seed=" + "a" * 30_000, "scenarios=${oc.env:HOME}",
        "+uncertain.report.x=1",
        "~=0", "=1", "hydra/launcher=0", "hydra/launcher=[1]", "~economy=3", "economy@x=1", "seed=\x1b[31m", "until='a\0b'",
    ],
)  # fmt: skip
def test_a_strange_setting_is_one_message(setting: str) -> None:
    with pytest.raises(UserError) as error:
        compose([setting])
    assert not UNSEEN.search(str(error.value))
    assert len(str(error.value)) < 2100


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ("seed: 'range(1,1e12)'", "more than 100,000 values"),
        ("seed: 'range(1,inf)'", "more than 100,000 values"),
        ("seed: 'range(1,5,0)'", "cannot be listed"),
        ("seed: 'shuffle(range(1,10000000000))'", "more than 100,000 values"),
        ("seed: '1.5,2'", "seed: must be a whole number"),
        ("seed: 'range(0,1001)', population.seed: 'range(0,1001)'", "one command does at most 1,000,000"),
        ("seed: '1,${oc.env:HOME}'", "looked up"),
    ],
)
def test_an_experiment_cannot_ask_for_runs_without_end(params: str, message: str, write) -> None:
    write("experiments/mine.yaml", f"hydra: {{sweeper: {{params: {{{params}}}}}}}\n")
    with pytest.raises(UserError) as error:
        configs_of("mine", [])
    assert message in str(error.value)


def test_seeds_and_draws_cannot_either(write) -> None:
    write("experiments/mine.yaml", "seeds: 10000\ndraws: 16384\nhydra: {sweeper: {params: {scenarios: job_bridge}}}\n")
    with pytest.raises(UserError, match=r"runs: one command does at most 1,000,000\. Fewer seeds, draws or values"):
        configs_of("mine", [])
