"""What every policy declares of itself; what holds for all of them when they run stands in the files beside this one."""

import pytest
from every import NAMES, PROGRAMMES, policy_of

from sim.evidence.parameters import load_parameters
from sim.policies.base import Policy
from sim.policies.registry import POLICIES
from sim.policies.solved import Solved


@pytest.mark.parametrize("name", NAMES)
def test_every_number_has_a_row_of_evidence_and_every_row_a_number(name):
    fields = {
        field: about for field, about in POLICIES[name].model_fields.items() if field not in {*Policy.model_fields, *Solved.model_fields}
    }
    numbers = {field for field, about in fields.items() if about.annotation in (int, float)}
    rows = {path.rsplit(".", 1)[1] for path in load_parameters() if path.startswith(f"policies.{name}.")}
    assert numbers == rows


@pytest.mark.parametrize("name", NAMES)
def test_every_number_has_bounds_that_hold_the_range_of_the_evidence(name):
    for path, row in load_parameters().items():
        if path.startswith(f"policies.{name}."):
            field = path.rsplit(".", 1)[1]
            assert POLICIES[name].model_fields[field].metadata, f"{path} may be anything"
            for value in (row.low, row.high):
                policy_of(name, **{field: value})


@pytest.mark.parametrize("name", NAMES)
def test_effect_and_size_are_parameters_of_the_policy(name):
    policy = POLICIES[name]
    assert policy.effect is None or policy.effect in policy.model_fields
    assert policy.size in policy.model_fields, "a policy says which parameter makes it nothing at 0"


@pytest.mark.parametrize("name", PROGRAMMES)
def test_every_programme_has_places(name):
    assert policy_of(name).places_this_year() > 0
    assert policy_of(name, **{POLICIES[name].size: 0}).places_this_year() == 0
