"""What a policy is: typed parameters from the evidence table, who may take part, which levers it sets, what it costs.

A policy never writes people's state. `sim.policies.programme.Programme` enrols participants and books costs for it; the policy only
answers questions. One file, one class; the name of the file, the key in YAML and ``name`` are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from sim.codes import month_index
from sim.config.schema import AS_MONTH, MONTH_PATTERN
from sim.evidence.parameters import load_parameters
from sim.policies.target import Target

if TYPE_CHECKING:
    from sim.model import LabourMarket
    from sim.policies.levers import Levers


CHOICE = "choice"
"""Mark of a field that the policy maker decides."""


def evidence(path: str, **bounds: Any) -> Any:
    """Field of a policy whose default is the central value of a row of the evidence table; `bounds` as in pydantic (ge, le, ...)."""
    row = load_parameters()[path]
    return Field(default=row.central, description=f"{row.meaning} ({row.unit})", **bounds)


def choice(path: str, **bounds: Any) -> Any:
    """As `evidence`, for what the policy maker decides: how large, for whom, for how long. Its range is one of choices, not of doubt, so
    parameter draws leave it alone (`Policy.uncertain`)."""
    return evidence(path, json_schema_extra={CHOICE: True}, **bounds)


class Policy(BaseModel):
    """Base of all policies. Subclasses declare ``name``, ``gross_meaning`` and parameters, and answer the questions below.

    Some parameters have a meaning here: ``places_per_year`` and ``capacity_fill`` (places), ``cost_per_participant_eur`` (on joining),
    ``cost_per_month_eur`` (per participant and month), ``standing_cost_per_year_eur`` (whoever takes part).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    name: ClassVar[str]
    gross_meaning: ClassVar[str]
    """What the programme itself would report of its participants after twelve months."""
    size: ClassVar[str] = "places_per_year"
    """The parameter that makes it nothing at 0."""
    effect: ClassVar[str | None] = None
    """The parameter that says how well it works; None for what works by rule."""
    has_comparison: ClassVar[bool] = True
    """Whether somebody who does not take part could have that outcome too; else a comparison group says nothing and is not followed,
    though who was called up in vain is passed over for twelve months all the same."""
    ends_at_retirement: ClassVar[bool] = True
    """Whether participation ends when somebody retires."""

    start: str = Field(default="2024-01", description="first month of enrolment (YYYY-MM)", json_schema_extra=AS_MONTH)
    end: str | None = Field(default=None, description="last month of enrolment (YYYY-MM); none: to the horizon", json_schema_extra=AS_MONTH)
    budget_eur_per_year: float | None = Field(default=None, ge=0, description="euros of 2023 per calendar year; none: no limit")

    @field_validator("start", "end")
    @classmethod
    def _is_month(cls, value: str | None) -> str | None:
        if value is not None and not MONTH_PATTERN.fullmatch(value):
            raise ValueError(f"{value!r} is not a month: write it as 2023-10")
        return value

    @model_validator(mode="after")
    def _ends_after_start(self) -> Policy:
        if self.end is not None and month_index(self.end) < month_index(self.start):
            raise ValueError(f"end ({self.end}) lies before start ({self.start})")
        return self

    @classmethod
    def uncertain(cls, given: Mapping[str, Any]) -> tuple[str, ...]:
        """Parameters that the evidence leaves uncertain: those of rows with a range that are no `choice`, and that are not `given`."""
        table = load_parameters()

        def is_uncertain(name: str) -> bool:
            row, marks = table.get(f"policies.{cls.name}.{name}"), cls.model_fields[name].json_schema_extra
            return row is not None and row.low < row.high and not (isinstance(marks, dict) and marks.get(CHOICE))

        return tuple(name for name in cls.model_fields if name not in given and is_uncertain(name))

    def is_open(self, month: int) -> bool:
        """True in months in which the programme enrols. `LabourMarket.schedule_policies` turns this into events; nothing else decides."""
        return month_index(self.start) <= month and (self.end is None or month <= month_index(self.end))

    def prepare(self, model: LabourMarket) -> None:
        """Solve the strength of levers, once, before the first month. Default: nothing to solve."""

    def target(self, model: LabourMarket) -> Target:
        """Whom the policy is for this month; `may_join` decides among them."""
        raise NotImplementedError(self.name)

    def may_join(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """(rows,) bool: who of the target may enrol this month. Default: everybody."""
        return np.ones(rows.size, bool)

    def eligible(self, model: LabourMarket) -> np.ndarray:
        """Rows of people who may enrol this month, ascending, whether or not they ever did."""
        rows = self.target(model).rows(model)
        return rows[self.may_join(model, rows)]

    def places_this_year(self) -> float:
        """Places filled per year in the whole country: those planned times the share that programmes of this kind fill."""
        return float(getattr(self, "places_per_year", 0.0) * getattr(self, "capacity_fill", 1.0))

    def stays_months(self) -> int:
        """Months of participation, after which the levers no longer apply."""
        raise NotImplementedError(self.name)

    def has_finished(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """(rows,) bool: participants who leave before their time is up. Default: nobody."""
        return np.zeros(rows.size, bool)

    def look(self, model: LabourMarket, participants: np.ndarray) -> None:
        """Look at this month's market and participants ((n,) rows) before the levers are set. Default: no need to."""

    def set_levers(self, levers: Levers, bit: int) -> None:
        """Set this month's levers for participants (programme number `bit`)."""
        raise NotImplementedError(self.name)

    def set_rules(self, levers: Levers, bit: int, month: int) -> None:
        """Set the levers that hold for everybody (``per="country"`` or ``"sector"``), in the months in which it is open. Default: none."""

    def cost_eur(self, new_participants: float, participants: float) -> float:
        """Euros of 2023 this month, for participants in the whole country; standing costs are booked by the programme while it is open."""
        joining, monthly = (getattr(self, name, 0.0) for name in ("cost_per_participant_eur", "cost_per_month_eur"))
        return float(new_participants * joining + participants * monthly)

    def saving_eur(self, model: LabourMarket) -> float:
        """Euros of 2023 that public budgets save this month beside unemployment benefits, whole country. Default: none."""
        return 0.0

    def gross_success(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """(rows,) bool: participants who count as a success twelve months after enrolment (`gross_meaning`)."""
        raise NotImplementedError(self.name)
