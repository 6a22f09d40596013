"""How strong the evidence behind a scenario is: as strong as the weakest number it leans on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.evidence.parameters import GRADES, Parameter


def policy_parameters(policies: Mapping[str, Any], parameters: Mapping[str, Parameter]) -> list[Parameter]:
    """Return the graded parameters of the policies, in the order of the table."""
    prefixes = tuple(f"policies.{name}." for name in policies)
    return [parameter for path, parameter in parameters.items() if prefixes and path.startswith(prefixes)]


def weakest_grade(policies: Mapping[str, Any], parameters: Mapping[str, Parameter]) -> str | None:
    """Return the weakest grade among the parameters of the policies; None when they have no graded parameter."""
    grades = [parameter.grade for parameter in policy_parameters(policies, parameters)]
    return max(grades, key=GRADES.index, default=None)
