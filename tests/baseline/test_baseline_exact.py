"""The exact tier: everything that a tiny run leaves, as digests that are the same each time and on every machine."""

import numpy as np
import polars as pl
import pytest

from sim.baseline import exact, store, trace
from sim.baseline.store import Baseline, NoBaseline, TierSettings
from sim.config.errors import UserError
from sim.model import MONTH
from sim.state.employers import Employers
from sim.state.institutes import Institutes
from sim.state.people import People
from sim.state.vacancies import Vacancies

SETTINGS = TierSettings(
    scenarios=("job_bridge",), settings=("population.scale=0.001", "until=2023-11", "policies.job_bridge.start=2023-10"),
    variants={"urn_ball": ("structure.matching=urn_ball",)},
)  # fmt: skip
BASELINE = Baseline(name="test", tiers={"exact": SETTINGS})


def quiet(line):
    """Nobody listens."""


@pytest.fixture(scope="module")
def measured():
    return exact.measure(BASELINE, quiet)


def test_the_same_code_gives_the_same_values(measured):
    again = exact.measure(BASELINE, quiet)
    assert again.values == measured.values
    assert not [item for item in exact.compare(measured, again) if item.moved]


def test_every_column_of_state_and_tables_is_compared(measured):
    names = {(table, column) for run, table, column in measured.values if run == "job_bridge"}
    for table, columns in zip(exact.STATE, (People, Employers, Institutes, Vacancies), strict=True):
        assert {column for of, column in names if of == table} == set(columns.columns), table
    from sim.analysis.columns import tables

    for table in exact.RECORDED:
        assert {column for of, column in names if of == table} == {column.name for column in tables()[table].columns}, table
    assert ("world", "") in names
    assert any(table == "figures" for table, _ in names)


def test_a_variant_is_run_and_is_another_history(measured):
    assert {table for run, table, _ in measured.values if run == "urn_ball"} == {"world", "figures", *exact.STATE, *exact.RECORDED}
    assert measured.values["urn_ball", "world", ""] == measured.values["job_bridge", "world", ""]
    whole = exact.by_table({key[1:]: value for key, value in measured.values.items() if key[0] == "job_bridge"})
    assert whole["people", ""] != measured.values["urn_ball", "people", ""]


def test_one_number_of_one_person_changes_one_item(measured):
    values = dict(measured.values)
    values["job_bridge", "people", "hours"] = "0" * 16
    (item,) = [item for item in exact.compare(exact.Exact(values, measured.trace), measured) if item.moved]
    assert item.id == "exact.job_bridge.people.hours"
    assert item.sentence == (
        "Column hours of people at the end of run 'job_bridge' (contract hours of the current or last main job): not the same."
    )


def test_other_settings_are_said_to_be_other_settings(measured):
    other = exact.Exact(dict(measured.values) | {exact.SETTINGS: "other"}, measured.trace)
    (item,) = [item for item in exact.compare(other, measured) if item.moved]
    assert (item.id, item.sentence) == ("exact.settings", "The settings of the exact tier were changed since it was stored.")


def test_what_is_new_and_what_is_gone_has_moved(measured):
    fewer = {key: value for key, value in measured.values.items() if key != ("job_bridge", "panel", "fte")}
    for stored, now, word in ((fewer, measured.values, "New, not stored yet: "), (measured.values, fewer, "Stored, and gone now: ")):
        moved = [item for item in exact.compare(exact.Exact(stored, measured.trace), exact.Exact(now, measured.trace)) if item.moved]
        assert [item.id for item in moved] == ["exact.job_bridge.panel.fte"]
        assert moved[0].sentence.startswith(word)


def test_a_figure_that_is_not_defined_is_kept_apart_from_one_that_is_gone(measured):
    key = ("job_bridge", "figures", "mean_retirement_age")
    none = exact.Exact(dict(measured.values) | {key: None}, measured.trace)
    assert not [item for item in exact.compare(none, none) if item.moved]
    assert [item.id for item in exact.compare(none, measured) if item.moved] == ["exact.job_bridge.figures.mean_retirement_age"]


def test_saving_gives_the_same_bytes_each_time_and_loading_gives_all_back(measured, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        exact.save(measured, tmp_path / name)
    for file in (exact.FILE, exact.TRACE):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    back = exact.load(tmp_path / "one")
    assert back.values == measured.values
    assert back.trace.digest() == measured.trace.digest()


def test_a_trace_rebuilds_the_state_at_its_end():
    from sim.model import LabourMarket

    config = exact.runs(SETTINGS)["job_bridge"]
    model = LabourMarket(config, exact.world_of(config, exact.TRACED_SCALE))
    tracer = trace.Tracer(model, "job_bridge")
    model.run_for(2)
    found = tracer.trace()
    for name in ("people.wage_cents", "people.state", "employers.shock", "vacancies.taker"):
        mine = found.column == found.columns.index(name)
        table, column = name.split(".")
        built = np.zeros(found.row[mine].max() + 1, np.int64)
        built[found.row[mine]] = found.value[mine]  # later entries replace earlier ones
        now = getattr(model, table)[column]
        assert (built[: len(now)] == now).all(), name
    assert found.phases == tuple(phase.name for phase in MONTH)


def test_the_trace_changes_nothing_in_the_model():
    from sim.model import LabourMarket

    config = exact.runs(SETTINGS)["job_bridge"]
    models = [LabourMarket(config, exact.world_of(config, exact.TRACED_SCALE)) for _ in range(2)]
    trace.Tracer(models[0], "watched")
    for model in models:
        model.run_for(1)
    assert models[0].digest() == models[1].digest()


def test_rounding_hides_the_last_bits_and_nothing_more():
    numbers = np.array([1e9 / 3, 0.1 + 0.2, 0.99999999999, np.nan, np.inf])
    nudged = np.nextafter(numbers, np.inf, where=np.isfinite(numbers), out=numbers.copy())
    assert exact.hash_of(exact.rounded(numbers)) == exact.hash_of(exact.rounded(nudged))
    assert exact.hash_of(exact.rounded(numbers)) != exact.hash_of(exact.rounded(numbers * (1 + 1e-8)))
    assert exact.hash_of(exact.rounded(np.array([-0.0]))) == exact.hash_of(exact.rounded(np.array([0.0])))
    assert exact.hash_of_series(pl.Series([1, 2])) != exact.hash_of_series(pl.Series([2, 1]))


@pytest.mark.parametrize(("file", "content", "says"), [
    (exact.FILE, None, "is missing"),
    (exact.FILE, b"\xff\xfe", "not text in UTF-8"),
    (exact.FILE, b"a,b\n1,2\n", "its columns should be run, table, column, value"),
    (exact.FILE, b"run,table,column,value\nx,figures,employed,many\n", "line 2: 'many' is not a number"),
    (exact.FILE, b"run,table,column,value\nx,y\n", "line 2 has 2 fields, not 4"),
    (exact.FILE, b"", "is damaged"),
    (exact.TRACE, None, "is missing"),
    (exact.TRACE, b"not a zip file", "is damaged"),
    (exact.TRACE, b"PK\x05\x06" + 18 * b"\0", "is damaged"),
])  # fmt: skip
def test_a_damaged_file_is_named_and_said_how_to_mend(measured, tmp_path, file, content, says):
    exact.save(measured, tmp_path)
    (tmp_path / file).unlink()
    if content is not None:
        (tmp_path / file).write_bytes(content)
    with pytest.raises(NoBaseline) as error:
        exact.load(tmp_path)
    print(error.value)
    assert says in str(error.value)
    assert str(tmp_path / file) in str(error.value)
    assert "sim baseline update --tier exact" in str(error.value)


def test_a_trace_that_was_cut_short_is_damaged(measured, tmp_path):
    exact.save(measured, tmp_path)
    whole = (tmp_path / exact.TRACE).read_bytes()
    for part in (whole[: len(whole) // 2], whole[:1000] + bytes(50) + whole[1050:]):
        (tmp_path / exact.TRACE).write_bytes(part)
        with pytest.raises(NoBaseline, match="is damaged"):
            exact.load(tmp_path)


def test_two_runs_with_one_name_are_refused():
    with pytest.raises(UserError, match="a scenario and a variant with the name 'job_bridge'"):
        exact.runs(SETTINGS.model_copy(update={"variants": {"job_bridge": ()}}))


def test_several_seeds_are_runs_of_their_own():
    found = exact.runs(SETTINGS.model_copy(update={"seeds": 2}))
    assert {name: config.seed for name, config in found.items()} == {"job_bridge": 1, "job_bridge-seed-2": 2, "urn_ball": 1}


def test_the_shipped_runs_have_every_policy_a_crisis_and_all_ways_of_matching():
    from sim.policies.registry import POLICIES

    configs = exact.runs(store.load(store.SHIPPED).tiers["exact"])
    package = configs[exact.traced(configs)]
    assert set(package.policies) == set(POLICIES)
    assert package.economy.crises
    assert {config.structure.matching for config in configs.values()} == {"deferred_acceptance", "urn_ball", "random_pairing"}
    assert not configs["no_policies"].policies
    assert {config.population.start for config in configs.values()} == {"2015-01", "2023-10", "history"}
