"""Draws by key: known answers; uniform; independent between streams, months, seeds, people. No finding hangs on the generator."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest
from numba import njit
from scipy import stats

import sim
from sim.numerics.rng import RETIRED_STREAMS, Key, Stream, draw64, draw_block, draw_sub32, key, philox64

GENERATORS = ("fast", "philox")
N = 20_000
UNLIKELY = 1e-5
"""A test below this p-value fails; there are some 60 of them, on fixed draws."""


@njit
def _block(k, first, out):
    draw_block(k, first, out)


@njit
def _one_by_one(k, rows, out):
    for j in range(rows.size):
        out[j] = draw64(k, np.uint64(rows[j]))


@njit
def _turns(k, who, out):
    for turn in range(out.size):
        out[turn] = draw_sub32(k, who, turn)


def block(k, n=N, first=0):
    out = np.empty(n, np.uint64)
    _block(k, first, out)
    return out


def uniform(k, n=N, first=0):
    return block(k, n, first) / 2.0**64


# Random123 1.14, tests/kat_vectors, the lines "philox4x32 10": counter, key, answer
PUBLISHED = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


def words(text):
    return [int(word, 16) for word in text.split()]


def philox_in_words(counter, key_words, bits):
    """Philox4x``bits``-10 of four counter words and two key words, in plain integers, after the paper."""
    multipliers, weyl = {
        32: ((0xD2511F53, 0xCD9E8D57), (0x9E3779B9, 0xBB67AE85)),
        64: ((0xD2E7470EE14C6C93, 0xCA5A826395121157), (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)),
    }[bits]
    mask, c, k = (1 << bits) - 1, list(counter), list(key_words)
    for _ in range(10):
        high, low = zip(*(divmod(m * x, 1 << bits) for m, x in zip(multipliers, c[::2], strict=True)), strict=True)
        c = [high[1] ^ c[1] ^ k[0], low[1], high[0] ^ c[3] ^ k[1], low[0]]
        k = [(x + w) & mask for x, w in zip(k, weyl, strict=True)]
    return c


@pytest.mark.parametrize(("counter", "key_words", "answer"), PUBLISHED)
def test_philox_gives_the_published_answers(counter, key_words, answer):
    c, k, expected = words(counter), words(key_words), words(answer)
    assert philox_in_words(c, k, 32) == expected
    bits = philox64(np.uint64(k[0] | k[1] << 32), np.uint64(c[2] | c[3] << 32), np.uint64(c[0] | c[1] << 32))
    assert int(bits) == expected[0] | expected[1] << 32


def test_the_plain_philox_of_these_tests_is_that_of_numpy_in_64_bits():
    rng = np.random.default_rng(1)
    for _ in range(20):
        counter, key_words = (rng.integers(0, 2**63, n).astype(np.uint64) for n in (4, 2))
        numpy_words = np.random.Philox(counter=counter, key=key_words).random_raw(4)
        numpy_counter = [int(counter[0]) + 1, *map(int, counter[1:])]  # NumPy counts up before it draws
        assert philox_in_words(numpy_counter, map(int, key_words), 64) == [int(word) for word in numpy_words]


def test_a_draw_of_philox_is_that_of_seed_person_month_and_stream():
    rng = np.random.default_rng(2)
    for _ in range(50):
        seed, month, who = (int(rng.integers(0, high)) for high in (2**32, 2000, 2**40))
        stream = list(Stream)[int(rng.integers(0, len(Stream)))]
        expected = philox_in_words([who & 0xFFFFFFFF, who >> 32, month, int(stream)], [seed, 0], 32)
        assert int(block(key(seed, month, stream, "philox"), 1, who)[0]) == expected[0] | expected[1] << 32


@pytest.mark.parametrize("generator", GENERATORS)
def test_a_block_of_draws_is_the_same_draws_one_by_one(generator):
    k, one_by_one = key(5, 1490, Stream.LIFE, generator), np.empty(1000, np.uint64)
    _one_by_one(k, np.arange(17, 1017), one_by_one)
    assert (block(k, 1000, 17) == one_by_one).all()


def test_the_default_generator_is_the_fast_one_and_its_draws_never_change():
    assert key(1, 1485, Stream.LIFE) == key(1, 1485, Stream.LIFE, "fast")
    assert isinstance(key(1, 1485, Stream.LIFE), Key)
    assert block(key(1, 1485, Stream.LIFE), 2, 100).tolist() == [5185326389483258283, 4156090119016771133]


@pytest.mark.parametrize("generator", GENERATORS)
def test_draws_are_uniform_in_their_high_and_low_bits(generator):
    bits = block(key(1, 1485, Stream.LIFE, generator), 8 * N)
    for name, value in (("high", bits >> np.uint64(32)), ("low", bits & np.uint64(0xFFFFFFFF)), ("slot", bits & np.uint64(0xFFFF))):
        size = 2.0**16 if name == "slot" else 2.0**32
        assert stats.kstest(value[:N] / size, "uniform").pvalue > UNLIKELY, name
        assert stats.chisquare(np.bincount((value / size * 256).astype(np.int64), minlength=256)).pvalue > UNLIKELY, name


@pytest.mark.parametrize("generator", GENERATORS)
def test_draws_of_neighbours_streams_months_and_seeds_are_independent(generator):
    def draws(seed=1, month=1485, stream=Stream.LIFE, n=N):
        return uniform(key(seed, month, stream, generator), n)

    here = draws()
    others = {f"stream {other.name}": draws(stream=other) for other in Stream if other != Stream.LIFE}
    others |= {f"{n} months on": draws(month=1485 + n) for n in (1, 2, 12)} | {f"seed {n}": draws(seed=n) for n in (0, 2, 3)}
    others |= {"the next person": draws(n=N + 1)[1:], "lasting": draws(month=0)}
    for name, other in others.items():
        assert stats.pearsonr(here, other).pvalue > UNLIKELY, name
        table = np.histogram2d(here, other, bins=8, range=((0, 1), (0, 1)))[0]
        assert stats.chisquare(table.ravel()).pvalue > UNLIKELY, name


@pytest.mark.parametrize("generator", GENERATORS)
def test_the_luck_of_one_person_does_not_run_in_series_over_months(generator):
    months = np.array([uniform(key(1, month, Stream.SEARCH, generator), 500) for month in range(1400, 1500)])
    correlation = [stats.pearsonr(person[:-1], person[1:]).statistic for person in months.T]
    assert abs(np.mean(correlation) + 1 / 99) < 4.5 / np.sqrt(99 * 500), "a series of 100 is biased by -1/99"
    assert stats.kstest(months.mean(axis=0) * np.sqrt(12 * 100) - np.sqrt(3 * 100), "norm").pvalue > UNLIKELY


@pytest.mark.parametrize("generator", GENERATORS)
def test_nobody_has_the_same_luck_in_every_decision(generator):
    """Person 1 once drew zero in every stream of every month: the two keys were one step apart."""
    draws = np.array([block(key(seed, 1485, stream, generator), 2000) for seed in (1, 2) for stream in Stream])
    assert len(np.unique(draws)) == draws.size


@pytest.mark.parametrize("generator", GENERATORS)
def test_the_turns_of_one_person_differ(generator):
    out = np.empty((400, 32), np.uint32)
    for who in range(400):
        _turns(key(1, 1485, Stream.VACANCY_CHOICE, generator), who, out[who])
    assert stats.kstest(out.ravel() / 2.0**32, "uniform").pvalue > UNLIKELY
    assert stats.pearsonr(out[:, :-1].ravel(), out[:, 1:].ravel()).pvalue > UNLIKELY


# --- the model under both generators -------------------------------------------------------------------------------------------------

SEEDS = range(1, 9)


def headlines(run, *overrides):
    """(seeds, figures) of the last year of the small world."""
    rows = []
    for seed in SEEDS:
        result = run(f"seed={seed}", *overrides)
        flows = result.market.filter(result.market["month"] > result.market["month"].min())
        figures = {name: value for name, value in result.summary.items() if not name.endswith("_care")}
        figures |= {name: flows[name].sum() for name in ("vacancies_new", "vacancies_filled", "vacancies_withdrawn", "hires", "layoffs")}
        rows.append(figures | {"retirements": result.panel["retirements"].sum(), "wage_bill": result.panel["wage_bill_eur"].sum()})
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def least_likely(a, b):
    """Smallest p-value over all figures that two sets of seeds have the same mean (Welch), times their number."""
    tests = {name: stats.ttest_ind(a[name], b[name], equal_var=False).pvalue * len(a) for name in a}
    return min(tests.items(), key=lambda item: item[1])


def test_no_headline_hangs_on_the_generator(run):
    fast, philox = headlines(run), headlines(run, "rng=philox")
    assert len(fast) > 10
    name, p = least_likely(fast, philox)
    assert p > 0.001, f"{name}: {fast[name]} fast, {philox[name]} philox"


def test_that_comparison_sees_a_real_difference(run):
    name, p = least_likely(headlines(run), headlines(run, "+parameters.matching.callback_rate=0.38"))
    assert p < 0.001, name


def test_the_generators_give_other_histories(run):
    assert run("rng=philox").digest != run().digest


# --- the registry of streams ---------------------------------------------------------------------------------------------------------

PACKAGE = Path(sim.__file__).parent
USERS = {
    file: set(re.findall(r"\bStream\.([A-Z_]+)", file.read_text(encoding="utf-8")))
    for file in PACKAGE.rglob("*.py")
    if file.name != "rng.py" and "bench" not in file.parts  # the benchmark is no part of the model
}
PARTS = {"matching": ("matching", "applications", "hiring"), "policies": ("policies", "../policies/programme", "../policies/target")}
"""Lines of the month that are spread over more than one file."""


def test_no_number_of_a_stream_is_used_twice_or_again():
    source = ast.parse((PACKAGE / "numerics" / "rng.py").read_text(encoding="utf-8"))
    [body] = [node.body for node in source.body if isinstance(node, ast.ClassDef) and node.name == "Stream"]
    written = [node.value.value for node in body if isinstance(node, ast.Assign)]  # an alias would not show in `list(Stream)`
    assert len(set(written)) == len(written) == len(Stream)
    assert not set(written) & set(RETIRED_STREAMS)
    assert set(written) | set(RETIRED_STREAMS) == set(range(1, max(written) + 1)), "a number that went must be listed as retired"


def test_every_stream_is_drawn_by_exactly_the_line_that_says_so():
    from sim.model import MONTH

    said, drawn, seen = {}, {}, set()
    for phase in MONTH:
        files = [(PACKAGE / "phases" / f"{part}.py").resolve() for part in PARTS.get(phase.name, (phase.__module__.rsplit(".", 1)[1],))]
        document = ast.get_docstring(ast.parse(files[0].read_text(encoding="utf-8")))
        after_draws = re.sub(r"\(.*?\)", "", document.split("Draws:")[1])  # what stands in brackets is a remark
        said[phase.name] = set(re.findall(r"\b[A-Z][A-Z_]+\b", after_draws)) & set(Stream.__members__)
        drawn[phase.name] = set().union(*(USERS[file] for file in files))
        seen |= set(files)
    assert said == drawn
    for file in (PACKAGE / "follow" / "lines").glob("[a-z]*.py"):  # the questions put again: the draws of the line, and no others
        assert USERS[file] <= drawn[file.stem], file.name
        seen.add(file.resolve())
    assert not [file for file, streams in USERS.items() if streams and file.resolve() not in seen], "a draw outside the month"
    assert sorted(name for streams in drawn.values() for name in streams) == sorted(stream.name for stream in Stream)


def test_entrants_are_fixed_by_the_calendar_whatever_the_scenario(configure, world):
    from sim.model import LabourMarket

    scenarios = (
        ("seed=1",),
        ("seed=2", "rng=philox", "scenarios=job_bridge", "policies.job_bridge.start=2023-10"),
        ("scenarios=senior_networks", "economy.crises=[{start: 2023-12, months: 6, sector: Q, demand_factor: 1.3}]"),
    )
    models = [LabourMarket(configure(*overrides), world) for overrides in scenarios]
    entered = 0
    for _ in range(24):
        before = models[0].n_present
        for model in models:
            model.step()
        first, *others = models
        new = slice(before, first.n_present)
        assert (first.people.entry_month[new] == first.month).all()
        for model in others:
            assert model.n_present == first.n_present
            for column in ("birth_month", "entry_month", "sex", "province"):
                assert (model.people[column] == first.people[column]).all(), column
            arrived = model.people.state_since[new] == model.month
            assert (arrived == (first.people.state_since[new] == first.month)).all()
        entered += first.n_present - before
    assert entered > 100
