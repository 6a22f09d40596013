"""Whatever stands in a file or on the command line, the loader gives a configuration or one clear message: no traceback, no hang.

The inputs are the same every time. ``LOOPBRUG_FUZZ_MINUTES=30`` takes other ones, at random, for about so long:

    LOOPBRUG_FUZZ_MINUTES=30 uv run pytest tests/config/test_fuzz_configuration.py -n 2
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sim.config import own_files, shipped
from sim.config.axes import axes_of
from sim.config.compose import compose, compose_full, parse
from sim.config.errors import UserError
from sim.config.files import Files
from sim.config.kinds import kind_of
from sim.config.own_files import EXPERIMENTS, SCENARIOS
from sim.config.schema import SimConfig
from sim.config.visible import UNSEEN

MINUTES = float(os.environ.get("LOOPBRUG_FUZZ_MINUTES") or 0)
LIMIT_S = 20 if MINUTES else 10
"""Of one input; the slowest takes a tenth of a second on a machine with nothing else to do."""
OUTCOMES: Counter[str] = Counter()


def fuzz(inputs: st.SearchStrategy[Any], n: int, check: Callable[[Any], None]) -> None:
    """`check` so many inputs, the same in every run of the suite; or others at random, for a quarter of the minutes asked for."""

    @settings(
        max_examples=n,
        derandomize=not MINUTES,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink) if MINUTES else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs)
    def each(value: Any) -> None:
        check(value)

    began = time.monotonic()
    each()
    while time.monotonic() - began < 60 * MINUTES / 4:
        each()


@contextmanager
def no_hang() -> Iterator[None]:
    """End with an error what takes longer than `LIMIT_S`."""

    def late(*_: object) -> None:
        raise TimeoutError(f"more than {LIMIT_S} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, LIMIT_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def outcome(load: Callable[[], object], kind: type = SimConfig) -> object | None:
    """What `load` gives; None after a message, which must be short and hold nothing that steers a terminal."""
    with no_hang():
        try:
            found = load()
        except UserError as error:
            found = error
    if isinstance(found, UserError):
        check_message(str(found))
        OUTCOMES["message"] += 1
        return None
    assert isinstance(found, kind)
    OUTCOMES["accepted"] += 1
    return found


def check_message(text: str) -> None:
    lines = text.splitlines()
    assert text.strip(), "an empty message"
    assert not UNSEEN.search(text)
    assert max(map(len, lines)) < 2_100
    assert len(lines) <= 60, "one line for every mistake"
    assert "Traceback" not in text


@cache
def shipped_files() -> Files:
    """What Hydra made of the shipped files, which do not change meanwhile."""
    return Files()


def files() -> Files:
    """`shipped_files`, without what was merged from the file before."""
    shipped_files()._merged.clear()
    return shipped_files()


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A working directory with folders for the user's own files."""
    before, place = Path.cwd(), tmp_path_factory.mktemp("stranger")
    os.chdir(place)
    for name in (SCENARIOS, EXPERIMENTS):
        (place / name).mkdir()
    yield place
    os.chdir(before)


SHIPPED = {
    group: [path.read_text(encoding="utf-8") for path in sorted(shipped.shipped(group).glob("*.yaml"))]
    for group in (SCENARIOS, EXPERIMENTS)
}
KEYS = st.sampled_from(
    [
        *SimConfig.model_fields, *own_files.ALLOWED[EXPERIMENTS], *own_files.NOT_OF_A_FILE, "label", "question", "against", "source",
        "name", "en", "nl", "crises", "start", "months", "sector", "demand_factor", "scale", "region", "job_bridge", "pay_rise",
        "places_per_year", "rise", "matching", "callback_rate", "sweeper", "params", "of", "programmes", "lots", "method", "scenarios",
        "seed", "range", "_target_", "_partial_", "_recursive_", "<<", "on", "1", "~", "a.b", "callbacks", "job_logging", "searchpath",
        "first_look", "own_crises", "defence_growth_until", "policies.job_bridge.places_per_year", "economy", "processes", "parameters",
        "trajectories", "baseline",
    ]
)  # fmt: skip
NASTY = [
    "${oc.env:HOME}", "${oc.env:${oc.decode:HOME}}", "${oc.create:{a: 1}}", "${hydra:runtime.cwd}", "${now:%Y}", "${.a}", "${..b}",
    "${", "}", r"\${a}", "${file:/etc/passwd}", "???", "../../etc/passwd", "/dev/zero", "<script>alert(1)</script>", "\x1b[31m",
    "\u202e", "\u2028", "\0", "=1+1", "{{ 7*7 }}", "9" * 5000, "0x" + "f" * 400, "1e999", ".nan", ".inf", "-.inf", "1:30", "010", "0b1",
    "1_000", "2024-01-01", "on", "off", "yes", "null", "~", "", " ", "\t", "\n", "'", '"', "''", '"""', "a" * 20_000, "range(1,1e12)",
    "range(1,inf)", "range(1,5,0)", "choice(1,2)", "glob(*)", "glob([)", "interval(0,1)", "shuffle(range(1,10000000000))",
    "sort(3,1,2)", "tag(a,b)", "str([1,2])", "1,2,3", "[1,[2,[3]]]", "{a:{b:1}}", "!!python/object/apply:os.system ['x']",
    "!!binary aGk=", "&a [*a]", "*a", "- x", "# x", "%YAML 9.9", "---", "...", "job_bridge", "baseline", "low", "2030-12", "2036-01",
    "Q", "0.5", "-1", "1e6", "true", "\ufeff", "é", "\U0001f600", "config", "nl", "mid",
]  # fmt: skip
NUMBERS = st.one_of(st.integers(-(10**40), 10**40), st.floats(), st.integers(-3, 3000), st.sampled_from([10**400, 2**32, 2**63, 1e308]))
SCALARS = st.one_of(st.sampled_from(NASTY), NUMBERS, st.booleans(), st.none(), st.text(max_size=8))
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.one_of(KEYS, SCALARS), inner, max_size=4)),
    max_leaves=12,
)
HEADING = {"label": {"en": "Mine", "nl": "Van mij"}, "question": {"en": "What if?", "nl": "Wat als?"}}
WITH_HEADING = st.dictionaries(KEYS, TREES, max_size=4).map(lambda tree: {"scenario": HEADING, **tree})


def written(tree: object) -> bytes:
    """A tree as a YAML file."""
    try:
        return yaml.safe_dump(tree, allow_unicode=True).encode("utf-8", "surrogatepass")
    except (yaml.YAMLError, ValueError):  # a number with more digits than Python writes
        return repr(tree).encode("utf-8", "backslashreplace") if not isinstance(tree, dict) else b"seed: " + b"9" * 5000


@st.composite
def mutated(draw: st.DrawFn, texts: list[str]) -> bytes:
    """A shipped file with pieces taken out, put in, doubled or exchanged."""
    text = draw(st.sampled_from(texts)).encode()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 30)))
        piece = draw(
            st.one_of(
                st.sampled_from(NASTY).map(lambda nasty: nasty.encode("utf-8", "surrogatepass")),
                st.binary(max_size=4),
                st.just(text[start:end] * 2),
                st.sampled_from([b"\n", b": ", b"- ", b"&a ", b"*a ", b"{", b"}", b"[", b"]", b"<<: *a", b"\r\n", b"  ", b"\t", b"!x "]),
                KEYS.map(lambda key: f"\n{key}: ".encode()),
            )
        )
        text = text[:start] + piece + text[end:]
    return text


def bytes_for(group: str) -> st.SearchStrategy[bytes]:
    """Files of a stranger."""
    return st.one_of(
        mutated(SHIPPED[group]),
        mutated(SHIPPED[group]),
        TREES.map(written),
        WITH_HEADING.map(written),
        WITH_HEADING.map(written),
        st.binary(max_size=60),
        st.text(alphabet="ab:-?[]{}&*!|>'\"%@`#,\n \t<$~.0", max_size=60).map(str.encode),
    )


def put(group: str, content: bytes) -> str:
    Path(group, "x.yaml").write_bytes(content)
    return "x"


def test_bytes_become_settings_or_a_message() -> None:
    """The function that every verb reads a file with."""

    def check(asked: tuple[str, bytes]) -> None:
        group, content = asked
        path = Path(group, f"{put(group, content)}.yaml").absolute()
        outcome(lambda: own_files.content(group, path), dict)

    fuzz(st.sampled_from([SCENARIOS, EXPERIMENTS]).flatmap(lambda group: st.tuples(st.just(group), bytes_for(group))), 3200, check)


def test_a_scenario_file_composes_or_gives_a_message() -> None:
    def check(content: bytes) -> None:
        put(SCENARIOS, content)
        outcome(lambda: compose(["scenarios=x"], files()))

    fuzz(bytes_for(SCENARIOS), 1200, check)


def test_an_experiment_file_composes_or_gives_a_message() -> None:
    def load() -> SimConfig:
        mine = files()
        found = compose_full(["experiments=x"], kind=kind_of("x"), files=mine)
        axes_of(found.sweep, "experiments/x.yaml", tuple(found.variants))
        for variant in list(found.variants)[:1]:
            compose(["experiments=x", f"variant={variant}"], mine)
        return found.config

    def check(content: bytes) -> None:
        put(EXPERIMENTS, content)
        outcome(load)

    fuzz(bytes_for(EXPERIMENTS), 600, check)


VALUES = st.one_of(
    st.sampled_from(NASTY),
    SCALARS.map(lambda value: str(value) if not isinstance(value, int) or abs(value) < 10**300 else "9" * 400),
    st.text(alphabet="[]{}(),:'\"$\\ .=-~a1", max_size=20),
)
NAMES = st.one_of(
    KEYS, st.tuples(KEYS, KEYS).map(".".join), st.tuples(KEYS, KEYS, KEYS).map(".".join), st.text(max_size=6),
    st.sampled_from(["scenarios", "experiments", "hydra.run.dir", "hydra.mode", "economy@x", "hydra/launcher", "economy", "variant"]),
)  # fmt: skip
OVERRIDES = st.one_of(
    st.tuples(st.sampled_from(["", "+", "++", "~"]), NAMES, VALUES).map(lambda parts: f"{parts[0]}{parts[1]}={parts[2]}"),
    st.text(max_size=12),
)


def test_a_command_line_composes_or_gives_a_message() -> None:
    def check(overrides: list[str]) -> None:
        def load() -> SimConfig:
            parse(overrides, sweeps=True)
            return compose(overrides, files())

        outcome(load)

    fuzz(st.lists(OVERRIDES, min_size=1, max_size=2), 600, check)


def test_both_outcomes_were_met() -> None:
    print(dict(OUTCOMES))
    assert OUTCOMES["message"] > 1000
    assert OUTCOMES["accepted"] > 100, OUTCOMES
