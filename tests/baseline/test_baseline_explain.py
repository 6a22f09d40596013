"""Which month, line, column and person part first; checked against two models that walk side by side."""

from dataclasses import replace

import numpy as np
import pytest

from sim.baseline import exact, explain, store, trace, update
from sim.baseline.diverge import first_divergence, not_comparable, shown
from sim.baseline.store import Baseline, NoBaseline, TierSettings
from sim.config.errors import UserError
from sim.model import LabourMarket

SETTINGS = TierSettings(
    scenarios=("job_bridge",), settings=("population.scale=0.001", "until=2023-12", "policies.job_bridge.start=2023-11")
)
BASELINE = Baseline(name="test", tiers={"exact": SETTINGS})
CHANGES = {
    "a wage rule": ("parameters.wages.growth_per_year_of_tenure=0.02",),
    "a matching rule": ("parameters.matching.callback_rate=0.3",),
    "a policy from its second month": ("policies.job_bridge.places_per_year=400000",),
    "another sample": ("population.seed=1",),
    "other luck": ("seed=2",),
}


def quiet(line):
    """Nobody listens."""


def changed(*more):
    return BASELINE.model_copy(update={"tiers": {"exact": SETTINGS.model_copy(update={"settings": (*SETTINGS.settings, *more)})}})


class Copies:
    """Keeps a copy of all columns after every line."""

    def __init__(self, baseline):
        config = exact.runs(baseline.tiers["exact"])["job_bridge"]
        self.model = LabourMarket(config, exact.world_of(config, exact.TRACED_SCALE))
        self.kept = [("2023-09", "world", self.copy())]
        self.model.observer = self
        self.model.run_for(3)

    def copy(self):
        return {f"{table}.{name}": getattr(self.model, table)[name].copy() for table in trace.TABLES for name in getattr(self.model, table)}

    def before(self, line):
        """Nothing."""

    def after(self, line):
        self.kept.append((f"2023-{self.model.month % 12 + 1}", line.name, self.copy()))


def side_by_side(one, other):
    """(month, line, column, row, stored, now, rows of that column) of the first difference between whole copies of the state."""
    for (month, line, a), (_, _, b) in zip(Copies(one).kept, Copies(other).kept, strict=True):
        for name in a:
            shorter = min(len(a[name]), len(b[name]))
            rows = [*np.flatnonzero(a[name][:shorter] != b[name][:shorter]), *range(shorter, max(len(a[name]), len(b[name])))]
            if rows:
                return month, line, name, rows[0], a[name][rows[0]], b[name][rows[0]], len(rows)
    return None


@pytest.fixture(scope="module")
def before():
    return exact.trace_now(BASELINE)


@pytest.mark.parametrize("change", CHANGES)
def test_the_first_divergence_is_that_of_two_models_side_by_side(before, change):
    found = first_divergence(before, exact.trace_now(changed(*CHANGES[change])))
    expected = side_by_side(BASELINE, changed(*CHANGES[change]))
    print(found.sentence)
    assert expected is not None
    assert (found.month, found.phase, found.column, found.row, found.stored, found.now, found.more + 1) == expected


def test_a_policy_that_begins_later_parts_later(before):
    found = first_divergence(
        before, exact.trace_now(changed("policies.job_bridge.start=2023-12", "policies.job_bridge.places_per_year=400000"))
    )
    assert found is not None
    assert (found.month, found.phase) == ("2023-12", "policies")
    assert found.column.startswith("people.programme")


def test_the_same_code_does_not_diverge(before):
    assert first_divergence(before, exact.trace_now(BASELINE)) is None


def made(**changes):
    """A small trace, by hand: two months of two lines; one person's wage rises in the second line of the second month."""
    columns = ("people.wage_cents", "people.state_since", "vacancies.count")
    whole = {
        "of": "tiny", "opening": 1484, "phases": ("search", "wages"), "columns": columns, "step": [0, 0, 0, 0, 2, 4],
        "column": [0, 0, 1, 2, 2, 0], "row": [0, 1, 0, 0, 0, 1], "value": [2000, 2100, 1480, 5, 6, 2312],
    } | changes  # fmt: skip
    return trace.Trace(**{name: np.array(value) if name in trace.PLANES else value for name, value in whole.items()})


def test_the_sentence_names_month_line_column_person_and_both_values():
    found = first_divergence(made(value=[2000, 2100, 1480, 5, 6, 2298]), made())
    assert found.sentence == "2023-11, wages: people.wage_cents of person 1 is 2,312, stored 2,298; no more of that column"


def test_who_did_not_change_keeps_the_value_of_before():
    less = made(step=[0, 0, 0, 0, 2], column=[0, 0, 1, 2, 2], row=[0, 1, 0, 0, 0], value=[2000, 2100, 1480, 5, 6])
    assert first_divergence(less, made()).sentence.startswith("2023-11, wages: people.wage_cents of person 1 is 2,312, stored 2,100;")
    assert first_divergence(made(), less).sentence.startswith("2023-11, wages: people.wage_cents of person 1 is 2,100, stored 2,312;")


def test_other_columns_and_openings_are_told():
    found = first_divergence(made(), made(value=[2001, 2101, 1481, 5, 6, 2312]))
    assert found.sentence == (
        "2023-09, before the first month: people.wage_cents of person 0 is 2,001, stored 2,000; 1 more of that column; "
        "also people.state_since (1)"
    )
    assert first_divergence(made(), made(value=[2000, 2100, 1480, 5, 7, 2312])).sentence == "2023-10, wages: there are 7 openings, stored 6"


def test_a_column_that_only_one_version_has_is_left_out():
    more = replace(made(), columns=("people.wage_cents", "people.new_column", "vacancies.count"))
    assert first_divergence(made(), more) is None


def test_traces_of_other_runs_months_or_lines_have_no_first_difference():
    assert not_comparable(made(), made()) is None
    assert "another run (tiny)" in not_comparable(made(), made(of="other"))
    assert "begins after 2023-09, this one after 2015-01" in not_comparable(made(), made(opening=1380))
    assert "stored search, wages; now wages, search" in not_comparable(made(), made(phases=("wages", "search")))


def test_codes_months_and_nobody_are_shown_by_name():
    assert shown("people.state", 1) == "unemployed"
    assert shown("people.employer", -1) == "none"
    assert shown("people.state_since", 1485) == "2023-10"
    assert shown("people.displaced_since", -32768) == "never"
    assert shown("people.sector", 20) == "none"
    assert shown("vacancies.key", -1) == "ffffffffffffffff"
    assert shown("people.wage_cents", None) == "not there"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A baseline with two updates, the second after a change of the wage rule."""
    folder = tmp_path_factory.mktemp("explain") / "baseline"
    store.write(folder, BASELINE)
    with pytest.MonkeyPatch.context() as patch:
        with_change(patch, "parameters.wages.growth_per_year_of_tenure=0.02")
        update.update(folder, "first", tell=quiet)
    update.update(folder, "tenure counts less", tell=quiet)
    return folder


def with_change(patch, *more):
    """As if the code had other parameters: the settings stay the same."""
    compose = exact.runs
    patch.setattr(exact, "runs", lambda settings: compose(settings.model_copy(update={"settings": (*settings.settings, *more)})))


def test_an_item_is_shown_through_all_updates(folder):
    found = explain.explain(folder, "people.wage_cents", quiet)
    assert [entry.reason for entry, _ in found.history] == ["first", "tenure counts less"]
    assert found.history[0][1] != found.history[1][1] == found.item.now
    text = explain.text(found)
    print(text)
    assert text.startswith("exact.job_bridge.people.wage_cents\n")
    assert "tenure counts less" in text
    assert "as stored" in text
    assert text.endswith(
        "Nothing diverges in run 'job_bridge' with 2,000 people, 2023-10 to 2023-12: "
        "every column is as stored after every line of every month."
    )


def test_without_an_item_the_first_divergence_is_told(folder, monkeypatch):
    with_change(monkeypatch, "parameters.wages.growth_per_year_of_tenure=0.02")
    found = explain.explain(folder, None, quiet)
    print(explain.text(found))
    assert (found.divergence.month, found.divergence.phase, found.divergence.column) == ("2023-10", "wages", "people.wage_cents")
    assert explain.document(found)["divergence"]["sentence"] == found.divergence.sentence
    assert found.divergence.sentence in explain.text(found)


def test_a_change_that_the_traced_run_does_not_reach_is_told_all_the_same(folder, monkeypatch):
    traced = exact.trace_now(BASELINE)
    monkeypatch.setattr(exact, "trace_now", lambda baseline: traced)
    with_change(monkeypatch, "seed=2")
    found = explain.explain(folder, None, quiet)
    print(explain.text(found))
    assert found.divergence is None
    assert "exact.job_bridge.people.wage_cents" in found.also_moved
    assert "Larger or other runs did move" in explain.text(found)


def test_the_history_alone_measures_nothing(folder, monkeypatch):
    monkeypatch.setattr(exact, "measure", None)
    monkeypatch.setattr(exact, "trace_now", None)
    found = explain.explain(folder, "exact.job_bridge.figures.employed", quiet, only_stored=True)
    print(explain.text(found))
    assert 1 <= len(found.history) <= 2
    with pytest.raises(UserError, match="name it"):
        explain.explain(folder, None, quiet, only_stored=True)


@pytest.mark.parametrize(("target", "says"), [
    ("wage_sents", r"Unknown item 'wage_sents'. Did you mean 'wage_cents'\?"),
    ("programmes", r"'programmes' is the end of 2 items: exact.job_bridge.employers.programmes, exact.job_bridge.people.programmes"),
    ("", "Unknown item ''"),
])  # fmt: skip
def test_a_wrong_name_is_answered_with_the_nearest(folder, target, says):
    with pytest.raises(UserError, match=says) as error:
        explain.explain(folder, target, quiet)
    print(error.value)
    assert not isinstance(error.value, NoBaseline)
