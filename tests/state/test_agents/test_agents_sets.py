"""Many agents: the same answers, and the same errors, as Mesa's own agent set over ordinary agents with the same values."""

from __future__ import annotations

import copy
import pickle
import statistics
import warnings
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import mesa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mesa.agentset import AbstractAgentSet, AgentSet, GroupBy
from town import Apprentice, Citizen, PlainTown, Town

from sim.agents import ColumnAgentSet, DisplacedWorker, Employer, OlderWorker, Worker
from sim.codes import SECTORS, State

Set = Any
Pair = tuple[Set, Set]


@pytest.fixture
def pair(town: Town, plain_town: PlainTown) -> Pair:
    """The people of the town as our set and as Mesa's, the same agents in the same order."""
    return town.agents.select(agent_type=Citizen), AgentSet(plain_town.agents, plain_town.random)


def plainly(result: Any) -> Any:
    """A result without the objects in it: agents become their rows, sets become lists of rows."""
    match result:
        case mesa.Agent():
            return ("agent", result.row)
        case AbstractAgentSet():
            return [agent.row for agent in result]
        case GroupBy():
            return [(key, plainly(group)) for key, group in result]
        case list() | tuple():
            return [plainly(value) for value in result]
        case dict():
            return [(key, plainly(value)) for key, value in result.items()]
        case np.generic():
            return (type(result), result.item())
        case _:
            return (type(result), result)


SAME: dict[str, Callable[[Set], Any]] = {
    "length": len,
    "list": lambda s: s.to_list(),
    "slice": lambda s: s[3:9:2],
    "slice backwards": lambda s: s[::-1],
    "first and last": lambda s: (s[0], s[-1]),
    "copy": copy.copy,
    "select nothing asked": lambda s: s.select(),
    "select by function": lambda s: s.select(lambda a: a.wage_cents > 3000),
    "select at most a number": lambda s: s.select(at_most=4),
    "select at most one": lambda s: s.select(at_most=1),
    "select at most all": lambda s: s.select(at_most=1.0),
    "select at most a share": lambda s: s.select(at_most=0.33),
    "select at most a broken number": lambda s: s.select(at_most=2.5),
    "select at most none": lambda s: s.select(at_most=0),
    "select at most fewer than none": lambda s: s.select(at_most=-3),
    "select at most more than there are": lambda s: s.select(at_most=10_000),
    "select first of the matching": lambda s: s.select(lambda a: a.hours < 20, at_most=3),
    "select share counts everybody": lambda s: s.select(lambda a: a.hours < 20, at_most=0.1),
    "select base type": lambda s: s.select(agent_type=mesa.Agent),
    "select other type": lambda s: s.select(agent_type=int),
    "select a positional number": lambda s: s.select(None, 4),
    "select a negative share": lambda s: s.select(at_most=-0.5),
    "select a share of none": lambda s: s.select(at_most=0.0),
    "select at most a number beside a type": lambda s: s.select(agent_type=mesa.Agent, at_most=3),
    "select what is true without being True": lambda s: s.select(lambda a: a.hours % 3),
    "select nothing asked in place": lambda s: (s.select(inplace=True) is s, s),
    "select a number in place": lambda s: (s.select(at_most=5, inplace=True) is s, s),
    "select other type in place": lambda s: (s.select(agent_type=int, inplace=True) is s, len(s)),
    "select in place twice": lambda s: (s.select(lambda a: a.hours < 30, inplace=True).select(at_most=0.5, inplace=True), s),
    "select in place": lambda s: (s.select(lambda a: a.hours < 20, inplace=True) is s, s),
    "get": lambda s: s.get("wage_cents"),
    "get derived": lambda s: s.get("province_name"),
    "get truth": lambda s: s.get("is_older"),
    "get several": lambda s: s.get(["wage_cents", "province_name"]),
    "get one in a list": lambda s: s.get(["wage_cents"]),
    "get none": lambda s: s.get([]),
    "get missing as default": lambda s: s.get("nope", handle_missing="default", default_value=7),
    "get partly missing": lambda s: s.get(["hours", "nope"], "default"),
    "get by a tuple of names": lambda s: s.get(("wage_cents", "hours")),
    "get present with a default": lambda s: s.get("hours", handle_missing="default", default_value=7),
    "get missing as None": lambda s: s.get("nope", handle_missing="default"),
    "get of nobody": lambda s: (s.select(at_most=0).get("nope"), s.select(at_most=0).get(["hours", "nope"])),
    "agg by a generator of functions": lambda s: s.agg("hours", (f for f in (min, max))),
    "agg by no function": lambda s: s.agg("hours", []),
    "agg sorted": lambda s: s.agg("hours", sorted),
    "agg of a set": lambda s: s.agg("sector", set),
    "agg sum": lambda s: s.agg("wage_cents", sum),
    "agg sum of small integers": lambda s: s.agg("hours", sum),
    "agg min": lambda s: s.agg("wage_cents", min),
    "agg of text": lambda s: s.agg("province_name", max),
    "agg of truth": lambda s: s.agg("is_older", sum),
    "agg mean": lambda s: s.agg("hours", np.mean),
    "agg several": lambda s: s.agg("wage_cents", [min, max, sum, len, np.median]),
    "agg by NumPy that wraps small types": lambda s: s.agg("hours", np.diff).tolist(),
    "agg partial": lambda s: s.agg("wage_cents", partial(np.quantile, q=0.25)),
    "agg by a function of lists": lambda s: s.agg("wage_cents", statistics.mean),
    "agg by a lambda": lambda s: s.agg("hours", lambda values: sum(values) + values.count(10)),
    "agg of several attributes": lambda s: s.agg(["hours", "wage_cents"], len),
    "sort": lambda s: s.sort("wage_cents"),
    "sort ascending": lambda s: s.sort("wage_cents", ascending=True),
    "sort with ties": lambda s: s.sort("sector"),
    "sort with ties ascending": lambda s: s.sort("sector", ascending=True),
    "sort text": lambda s: s.sort("province_name"),
    "sort by function": lambda s: s.sort(lambda a: a.hours % 7),
    "sort in place": lambda s: (s.sort("hours", inplace=True) is s, s),
    "sort by function ascending": lambda s: s.sort(lambda a: -a.hours, ascending=True),
    "sort by two things": lambda s: s.sort(lambda a: (a.sector, a.hours)),
    "sort in place ascending": lambda s: (s.sort("province_name", ascending=True, inplace=True) is s, s),
    "group as something else": lambda s: s.groupby("sector", result_type="tuple"),
    "groups in number": lambda s: (len(s.groupby("sector")), list(s.groupby("sector").groups)),
    "group map with arguments": lambda s: s.groupby("sector").map("select", at_most=2),
    "group do function": lambda s: (s.groupby("sector").do(lambda group: group.do("get_raise", 7)), s.get("wage_cents")),
    "group of groups": lambda s: {key: group.groupby("is_older").count() for key, group in s.groupby("sector")},
    "group of nobody": lambda s: (len(s.select(at_most=0).groupby("sector")), s.select(at_most=0).groupby("sector").count()),
    "group by column": lambda s: s.groupby("sector"),
    "group by name": lambda s: s.groupby("province_name"),
    "group by truth": lambda s: s.groupby("is_older"),
    "group by function": lambda s: s.groupby(lambda a: a.hours // 10),
    "group as lists": lambda s: s.groupby("sector", result_type="list"),
    "group count": lambda s: s.groupby("sector").count(),
    "group agg": lambda s: s.groupby("sector").agg("wage_cents", sum),
    "group agg of lists": lambda s: s.groupby("sector", result_type="list").agg("wage_cents", sum),
    "group map": lambda s: s.groupby("sector").map("get", "wage_cents"),
    "group map function": lambda s: s.groupby("sector").map(len),
    "group do": lambda s: [len(s.groupby("sector").do("do", "get_raise", 5)), s.get("wage_cents")],
    "groups of a sorted set": lambda s: s.sort("hours").groupby("sector"),
    "map": lambda s: s.map("earns_more_than", 3000),
    "map function": lambda s: s.map(lambda a, factor: a.hours * factor, factor=2),
    "do": lambda s: (s.do("get_raise", cents=3) is s, s.get("wage_cents")),
    "do function": lambda s: (s.do(lambda a, by: a.get_raise(by), 5) is s, s.get("wage_cents")),
    "shuffle_do": lambda s: (s.shuffle_do("get_raise") is s, s, s.get("wage_cents")),
    "shuffle": lambda s: ((t := s.shuffle()) is s, sorted(plainly(t)), s),
    "shuffle in place": lambda s: (s.shuffle(inplace=True) is s, sorted(plainly(s))),
    "shuffle_do function": lambda s: (s.shuffle_do(lambda a, by: a.get_raise(by), by=9) is s, s, s.get("wage_cents")),
    "do and then select": lambda s: s.do("get_raise", 100).select(lambda a: a.wage_cents > 3000),
    "map with arguments": lambda s: s.map("get_raise", cents=4),
    "map what gives nothing": lambda s: s.map(lambda a: None),
    "backwards": lambda s: list(reversed(s)),
    "last three": lambda s: (s[-3:], s[np.int64(2)]),
    "truth": lambda s: (bool(s), bool(s.select(at_most=0))),
    "a copy is another set": lambda s: (t := copy.copy(s), t.discard(s[0]), s[0] in s, s[0] in t, len(s) - len(t)),
    "a selection is another set": lambda s: (t := s.select(), t.clear(), len(s)),
    "pickle": lambda s: pickle.loads(pickle.dumps(s)),
    "pickle of a selection": lambda s: pickle.loads(pickle.dumps(s.select(lambda a: a.hours < 20).sort("wage_cents"))),
    "deep copy": lambda s: copy.deepcopy(s),
    "with itself": lambda s: (s | s, s & s, s - s, s ^ s),
    "with itself in place": lambda s: (s.__ior__(s), s.__iand__(s), len(s.__isub__(s))),
    "with a plain set": lambda s: (s == set(s), s <= set(s), s.select(at_most=2) < set(s), s.isdisjoint(set()), s >= set()),
    "set": lambda s: (s.set("hours", 12) is s, s.get("hours")),
    "in": lambda s: (s[4] in s, s[4] in s.select(at_most=4), 3 in s),
    "in after a change": lambda s: (a := s[2], a in s, s.discard(a), a in s, s.add(a), a in s, s.pop() in s, s),
    "add again": lambda s: (s.add(s[2]), s),
    "add": lambda s: (t := s.select(at_most=4), t.add(s[9]), t),
    "discard": lambda s: (s.discard(s[2]), s),
    "discard twice": lambda s: (t := s.select(at_most=4), s.discard(t[1]), s.discard(t[1]), s),
    "remove": lambda s: (s.remove(s[2]), s),
    "pop": lambda s: (s.pop(), s),
    "clear": lambda s: (s.clear(), len(s)),
    "empty": lambda s: (s.clear(), s.get("nope"), s.agg("hours", sum), s.sort("nope"), s.groupby("nope"), s.map("nope")),
    "nobody among them": lambda s: (s.isdisjoint(s.select(at_most=4)), s.isdisjoint(s - s)),
    "part of": lambda s: (s.select(at_most=3) <= s, s < copy.copy(s), s >= s.select(at_most=3), s <= s.select(at_most=3)),
    "equal": lambda s: (s == s.sort("hours"), s != s.select(at_most=3), s == 3),
    "with a list": lambda s: (s.select(at_most=3) | [s[8], s[0], s[7]], s & [s[3], s[1]], s - [s[0]], s.select(at_most=3) ^ [s[8], s[0]]),
    "a list with": lambda s: ([s[8], s[0]] | s.select(at_most=3), [s[3], s[1]] & s, s.to_list() - s.select(at_most=50)),
}


@pytest.mark.filterwarnings("ignore:AgentSet.__getitem__", "ignore:No Agents specified")
@pytest.mark.parametrize("ask", SAME.values(), ids=SAME.keys())
def test_the_same_question_has_the_same_answer_as_in_mesa(pair: Pair, ask: Callable[[Set], Any]):
    ours, mesas = pair
    assert plainly(ask(ours)) == plainly(ask(mesas))


ERRORS: dict[str, Callable[[Set], Any]] = {
    "get unknown": lambda s: s.get("nope"),
    "get several, one unknown": lambda s: s.get(["hours", "nope"]),
    "get, unknown way of handling": lambda s: s.get("hours", handle_missing="ignore"),
    "agg unknown": lambda s: s.agg("nope", sum),
    "agg without function": lambda s: s.agg("hours", 3),
    "agg of nobody": lambda s: s.select(at_most=0).agg("hours", min),
    "sort unknown": lambda s: s.sort("nope"),
    "group by unknown": lambda s: s.groupby("nope"),
    "do unknown": lambda s: s.do("nope"),
    "map unknown": lambda s: s.map("nope"),
    "do what is not a method": lambda s: s.do("hours"),
    "select by unknown": lambda s: s.select(lambda a: a.nope),
    "select at most text": lambda s: s.select(at_most="4"),
    "select at most nothing": lambda s: s.select(at_most=None),
    "select by what cannot be called": lambda s: s.select(3),
    "select an unknown argument by position": lambda s: s.select(None, 3, False, None, None, None),
    "get by number": lambda s: s.get(3),
    "get of nobody, unknown way of handling": lambda s: s.select(at_most=0).get("hours", handle_missing="ignore"),
    "agg by a name": lambda s: s.agg("hours", "mean"),
    "sort by what cannot be compared": lambda s: s.sort(lambda a: a),
    "sort by number": lambda s: s.sort(3),
    "group by what cannot be a key": lambda s: s.groupby(lambda a: []),
    "groups without such a method": lambda s: s.groupby("sector").map("nope"),
    "group agg unknown": lambda s: s.groupby("sector").agg("nope", sum),
    "do nothing": lambda s: s.do(None),
    "do with too many arguments": lambda s: s.do("get_raise", 1, 2, 3),
    "map a number": lambda s: s.map(3),
    "shuffle_do unknown": lambda s: s.shuffle_do("nope"),
    "group by nothing": lambda s: s.groupby(None),
    "position by half": lambda s: s[1.5],
    "less than a list": lambda s: s <= [],
    "xor with a number": lambda s: s ^ 3,
    "and in place with a number": lambda s: s.__iand__(3),
    "remove who is not in": lambda s: s.select(at_most=2).remove(s[5]),
    "pop from nobody": lambda s: s.select(at_most=0).pop(),
    "position beyond the end": lambda s: s[10_000],
    "position by name": lambda s: s["hours"],
    "add what is not an agent": lambda s: s.add(3),
    "or with a number": lambda s: s | 3,
    "minus a number": lambda s: s - 3,
    "hash": hash,
}


@pytest.mark.filterwarnings("ignore:AgentSet.__getitem__")
@pytest.mark.parametrize("ask", ERRORS.values(), ids=ERRORS.keys())
def test_the_same_mistake_is_the_same_error_as_in_mesa(pair: Pair, ask: Callable[[Set], Any]):
    ours, mesas = pair
    with pytest.raises(Exception) as expected:  # noqa: PT011 - whatever Mesa raises
        ask(mesas)
    with pytest.raises(expected.type) as raised:
        ask(ours)
    assert raised.type is expected.type


@pytest.mark.filterwarnings("ignore:No Agents specified")
@given(
    left=st.lists(st.integers(0, 7), unique=True),
    right=st.lists(st.integers(0, 7), unique=True),
    operation=st.sampled_from(["__or__", "__and__", "__sub__", "__xor__", "__ior__", "__iand__", "__isub__", "__ixor__"]),
)
def test_set_operations_give_mesas_members_in_mesas_order(left: list[int], right: list[int], operation: str):
    town = Town()
    ours, mesas = town.workers.to_list(), list(PlainTown(town).agents)

    def result(agents: list[Any], make: Callable[[list[Any]], Set]) -> list[int]:
        return [agent.row for agent in getattr(make([agents[i] for i in left]), operation)(make([agents[i] for i in right]))]

    expected = result(mesas, lambda agents: AgentSet(agents, Random(1)))
    assert result(ours, lambda agents: ColumnAgentSet(town, town.workers._ids[:0])._update(agents)) == expected


CHAIN: list[Callable[[Set, int], Set]] = [
    lambda s, n: s.select(lambda a: a.hours % 5 < n),
    lambda s, n: s.select(at_most=5 * n),
    lambda s, n: s.select(at_most=n / 5),
    lambda s, n: s.select(lambda a: a.is_older, at_most=3 * n, inplace=True),
    lambda s, n: s.sort("wage_cents", ascending=n % 2 == 0),
    lambda s, n: s.sort(lambda a: a.hours % n if n else 0, inplace=True),
    lambda s, n: s.do("get_raise", 100 * n),
    lambda s, n: s.set("hours", 8 * n),
    lambda s, n: s - s.select(at_most=n),
    lambda s, n: s.select(at_most=n) | s.sort("hours"),
    lambda s, n: s ^ s.select(at_most=2 * n),
    lambda s, n: next((group for _, group in list(s.groupby("sector"))[n:]), s),
    lambda s, n: copy.copy(s),
]


@pytest.mark.filterwarnings("ignore:No Agents specified")
@given(calls=st.lists(st.tuples(st.integers(0, len(CHAIN) - 1), st.integers(0, 4)), max_size=6))
def test_any_chain_of_calls_leads_to_the_same_agents_with_the_same_values_as_in_mesa(calls: list[tuple[int, int]]):
    town = Town()
    plain = PlainTown(town)
    ours, mesas = town.agents.select(agent_type=Citizen), AgentSet(plain.agents, plain.random)
    for call, n in calls:
        ours, mesas = CHAIN[call](ours, n), CHAIN[call](mesas, n)
        assert ours.get(["row", "wage_cents", "hours"]) == mesas.get(["row", "wage_cents", "hours"])
    assert town.workers.get("wage_cents") == plain.agents.get("wage_cents")


def test_a_register_runs_backwards_over_those_in_it(town: Town):
    assert list(reversed(town.workers)) == town.workers.to_list()[::-1]


def test_select_by_columns_equals_select_by_function(town: Town):
    by_column = town.workers.select(state=State.EMPLOYED, sector_key={"Q", "P", "C", "F"}, age=lambda age: age >= 40)
    by_function = town.workers.select(lambda w: w.state == State.EMPLOYED and w.sector_key in ("Q", "P", "C", "F") and w.age >= 40)
    assert by_column == by_function
    assert 0 < len(by_column) < len(town.workers)
    assert town.workers.select(query=np.array(town.workers.get("hours")) > 20) == town.workers.select(lambda w: w.hours > 20)
    assert town.workers.select(sector=[], at_most=3).to_list() == []


def test_select_puts_all_conditions_together_and_then_takes_the_first(town: Town):
    chosen = town.workers.sort("wage_cents").select(lambda w: w.hours > 15, state=State.EMPLOYED, at_most=3)
    expected = [w for w in town.workers.sort("wage_cents") if w.hours > 15 and w.state == State.EMPLOYED][:3]
    assert chosen.to_list() == expected


def test_select_calls_the_filter_no_longer_than_needed(town: Town):
    asked = []
    town.workers.select(lambda w: asked.append(w.row) or True, at_most=2)
    assert len(asked) <= 3


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        ({"state": "employed"}, TypeError),
        ({"sector_key": 17}, TypeError),
        ({"nope": 1}, AttributeError),
        ({"qualification_keys": ("Q",)}, AttributeError),
        ({"query": np.array([True])}, ValueError),
        ({"query": np.arange(54)}, ValueError),
        ({"age": lambda age: age}, ValueError),
    ],
)
def test_a_condition_that_cannot_be_meant_is_an_error_not_an_empty_set(town: Town, columns: dict[str, Any], error: type[Exception]):
    with pytest.raises(error):
        town.workers.select(**columns)


def test_a_role_selects_who_has_it_now_and_gives_proxies_of_that_type(town: Town):
    older = town.agents.select(agent_type=OlderWorker)
    assert older == town.workers.select(lambda w: w.is_older)
    assert all(type(agent) is OlderWorker for agent in older)
    both = older.select(agent_type=DisplacedWorker)
    assert both == town.workers.select(lambda w: w.is_older and w.is_displaced)
    assert all(type(agent) is DisplacedWorker for agent in both)
    assert town.employers_set.select(agent_type=Worker).to_list() == []
    assert len(older.select(agent_type=Worker)) == len(older)


def test_shuffle_is_a_permutation_fixed_by_the_seed(town: Town):
    shuffled = town.workers.shuffle()
    assert shuffled == town.workers
    assert shuffled.to_list() != town.workers.to_list()
    assert Town().workers.shuffle().get("row") == shuffled.get("row")
    assert Town(rng=2).workers.shuffle().get("row") != shuffled.get("row")
    people = town.workers.copy()
    assert people.shuffle(inplace=True) is people


def test_shuffle_do_visits_everybody_once_in_another_order(town: Town):
    visited = []
    town.workers.shuffle_do(lambda w: visited.append(w.row))
    assert sorted(visited) == town.workers.get("row")
    assert visited != sorted(visited)


def test_a_kernel_does_for_all_at_once_what_the_method_does_one_by_one():
    one_by_one, together = Town(), Town()
    expected = one_by_one.agents.select(agent_type=Apprentice).map("get_raise", 50)
    assert expected == together.agents.select(agent_type=Apprentice).map("get_raise_together", cents=50)
    one_by_one.agents.select(agent_type=Apprentice).do("get_raise")
    together.agents.select(agent_type=Apprentice).shuffle_do("get_raise_together")
    assert together.people.digest() == one_by_one.people.digest() != Town().people.digest()
    assert Apprentice(together, 3).get_raise_together(1) == Apprentice(one_by_one, 3).get_raise(1)


def test_a_set_of_several_kinds_answers_for_all(town: Town):
    assert town.agents.get("unique_id") == [agent.unique_id for agent in town.agents]
    assert town.agents.get("sector_key") == [agent.sector_key for agent in town.agents]
    assert town.agents.get("wage_cents", "default", 0) == [getattr(agent, "wage_cents", 0) for agent in town.agents]
    assert town.agents.groupby("sector_key").count() == {
        key: len(group) for key, group in town.agents.groupby(lambda agent: agent.sector_key)
    }
    assert town.agents.shuffle().select(agent_type=Employer) == town.employers_set
    with pytest.raises(AttributeError, match="Employer"):
        town.agents.get("wage_cents")


def test_set_writes_all_columns_or_none(town: Town):
    town.agents.set("sector", 4)
    assert town.people.sector[town.workers._ids].tolist() == [4] * len(town.workers)
    assert set(town.employers.sector) == set(town.institutes.sector) == {4}
    before = town.people.digest()
    for name, value, error in [
        ("wage_cents", 1, AttributeError),
        ("sector", 300, OverflowError),
        ("sector", 1.5, TypeError),
        ("sector", [1], TypeError),
    ]:
        with pytest.raises(error):
            town.agents.set(name, value)
    assert town.people.digest() == before


def test_agents_of_another_model_do_not_get_in(town: Town):
    stranger = Worker(Town(), 5)
    assert stranger not in town.workers
    people = town.workers.copy()
    with pytest.raises(TypeError, match="this model"):
        people.add(stranger)
    with pytest.raises(TypeError, match="this model"):
        _ = people | [stranger]
    assert town.workers != Town().workers


def test_a_set_survives_pickle_with_its_model_and_its_random_numbers(town: Town):
    chosen = town.agents.select(agent_type=OlderWorker).sort("age_months")
    thawed = pickle.loads(pickle.dumps(chosen))
    assert thawed.get(["row", "age_months"]) == chosen.get(["row", "age_months"])
    assert [type(agent) for agent in thawed] == [OlderWorker] * len(chosen)
    assert thawed.shuffle().get("row") == chosen.shuffle().get("row")
    register = pickle.loads(pickle.dumps(town.workers))
    assert register.get("row") == town.workers.get("row")


def test_looking_at_many_agents_one_by_one_warns_once_and_names_the_columns(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sim.agents.members.MANY_PROXIES", 10)
    with pytest.warns(UserWarning, match=r"one by one.*agg.*kernel") as caught:
        assert sum(worker.hours for worker in town.workers) > 0
    assert len(caught) == 1
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(list(zip(range(9), town.workers, strict=False))) == 9  # the first few of many
        assert len(town.workers.select(at_most=10).to_list()) == 10
        town.workers.select(state=State.EMPLOYED).sort("age").groupby("sector_key").agg("wage_cents", np.mean)
        town.workers.get(["row", "sector_key"])
        town.workers.set("hours", 3)
        town.agents.select(agent_type=Citizen).shuffle_do("get_raise_together")


def test_groups_by_name_come_out_like_groups_by_code(town: Town):
    by_code = {SECTORS[code] if code < len(SECTORS) else "none": group.get("row") for code, group in town.workers.groupby("sector")}
    assert {key: group.get("row") for key, group in town.workers.groupby("sector_key")} == by_code
    assert list(town.workers.groupby("sector_key").groups) == list(by_code)
    assert town.workers.groupby("age_band").count() == town.workers.groupby(lambda w: w.age_band).count()
