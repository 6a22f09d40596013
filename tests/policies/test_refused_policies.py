"""Settings that cannot be are refused, in a sentence that names the key and what would be right, and with exit code 2."""

import subprocess
import sys

import pytest
from every import NAMES, PROGRAMMES, SCALE

from sim.config.compose import compose
from sim.config.errors import UserError
from sim.policies import levers
from sim.policies.registry import POLICIES

ALWAYS = [
    ("start", "2026-13", "write it as 2023-10"),
    ("start", "soon", "write it as 2023-10"),
    ("start", "2024-1", "write it as 2023-10"),
    ("end", "2020-01", "lies before start"),
    ("end", "2024-00", "write it as 2023-10"),
    ("budget_eur_per_year", "-1", "at least 0"),
    ("budget_eur_per_year", "much", "must be a number"),
    ("no_such_setting", "1", "unknown setting"),
    ("strt", "2024-01", "did you mean 'start'"),
]
SIZES = [("", "-1", "at least 0"), ("", "many", "must be a"), ("s", "10", "did you mean '{}'")]
"""The same of the size: what is put behind its name, the value, what is right."""
OUTSIDE = {"ge": ("at least", -1), "gt": ("more than", 0), "le": ("at most", 1), "lt": ("less than", 0)}
"""Bound of a field -> how a message says it, and how far beyond it to go (0: the bound itself is refused)."""


def beyond_every_bound():
    """For every number of every policy, a value just outside each of its bounds."""
    for name in NAMES:
        for field, about in POLICIES[name].model_fields.items():
            for bound in about.metadata:
                for kind, (words, step) in OUTSIDE.items():
                    if (limit := getattr(bound, kind, None)) is not None:
                        yield name, field, f"{limit + step:g}", f"{words} {limit}"


def with_a_sector():
    """Fields that name a sector, with one that does not exist."""
    for name in NAMES:
        for field in POLICIES[name].model_fields:
            if field in {"sector", "sectors"}:
                yield name, field, "XX" if field == "sector" else "[XX]", "sector"


CASES = [
    *((name, *case) for name in NAMES for case in ALWAYS),
    *((name, POLICIES[name].size + ending, value, right.format(POLICIES[name].size)) for name in NAMES for ending, value, right in SIZES),
    *((name, "capacity_fill", "1.2", "at most 1") for name in PROGRAMMES),
    *beyond_every_bound(),
    *with_a_sector(),
]


@pytest.mark.parametrize(("name", "field", "value", "right"), CASES)
def test_what_cannot_be_is_refused_in_a_sentence(name, field, value, right):
    with pytest.raises(UserError) as caught:
        compose([f"population.scale={SCALE}", f"+policies.{name}.{field}={value}"])
    message = str(caught.value)
    assert f"policies.{name}" in message
    assert field in message
    assert right in message
    assert "\n" not in message.strip()


def test_a_policy_that_does_not_exist_is_refused_with_the_nearest_name():
    with pytest.raises(UserError, match=r"policies.job_brige: unknown policy; did you mean 'job_bridge'\?"):
        compose(["+policies.job_brige.start=2024-01"])


def test_more_policies_than_a_scenario_can_hold_are_refused(monkeypatch):
    monkeypatch.setattr(levers, "MAX_PROGRAMMES", 2)
    names = NAMES[:3]
    assert len(compose([f"+policies.{name}.start=2024-01" for name in names[:2]]).policies) == 2
    with pytest.raises(UserError, match="3 policies; one scenario holds at most 2"):
        compose([f"+policies.{name}.start=2024-01" for name in names])


def test_all_policies_fit_in_one_scenario():
    assert len(POLICIES) <= levers.MAX_PROGRAMMES


@pytest.mark.parametrize("setting", ["job_bridge.places_per_year=-1", "pension_age.start=2026-13", "senior_networks.capacity_fil=0.5"])
def test_the_command_line_refuses_with_exit_code_2_and_no_traceback(tmp_path, setting):
    command = [sys.executable, "-m", "sim.cli", "run", "baseline", f"population.scale={SCALE}", f"+policies.{setting}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "policies." + setting.split(".")[0] in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert not (tmp_path / "runs").exists()
