"""Policies whose evidence speaks in an outcome: how strong their levers are is solved, not assumed.

All levers of such a policy are proportional to one strength. Its effect on few participants was measured at some strengths by paired runs
(`sim calibrate --policies`, kept in ``sim/evidence/curves.yaml``); the strength in use is the one at which that curve has the effect of the
evidence. A draw from the range of the evidence so becomes a draw of the levers. What happens at scale is not set: it emerges.

Harm is not help turned round, so an effect below zero has no strength and is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field, model_validator

from sim.config.errors import UserError
from sim.evidence.curves import Curve, load_curves
from sim.policies.base import Policy


class Solved(Policy):
    """Base of the policies with a curve. Subclasses name their `effect`, and set all levers in proportion to `strength_in_use`.

    The outcome of the effect is `gross_success`, twelve months after a participant joined: share of participants with the programme less
    share of the same people without it.
    """

    effect: ClassVar[str]
    strengths: ClassVar[tuple[float, ...]] = (0.2, 0.4, 0.6, 0.8, 1.0)
    """Where the curve is measured; the last should reach beyond the range of the evidence. 1 is what the other parameters say."""
    strongest: ClassVar[float] = float("inf")
    """The largest strength that means anything; 1 for levers that cannot take away more than all."""

    strength: float | None = Field(default=None, ge=0, description="strength of the levers, 1 = as stated; none: solved from the effect")

    @model_validator(mode="after")
    def _has_a_strength(self) -> Solved:
        self.strength_in_use()
        return self

    def strength_in_use(self) -> float:
        """The strength as given, or the one that has the effect of the evidence on few; 0 without an effect.

        Raises
        ------
        UserError : the effect is negative or beyond the curve, there is no curve, the strength is beyond the strongest.
        """
        if self.strength is not None:
            if self.strength > self.strongest:
                raise UserError(f"policies.{self.name}.strength must be at most {self.strongest:g}, got {self.strength:g}.")
            return self.strength
        path, wanted = f"policies.{self.name}.{self.effect}", float(getattr(self, self.effect))
        if wanted == 0:
            return 0.0
        if wanted < 0:
            raise UserError(f"{path} must be at least 0, got {wanted:g}: levers that help cannot be solved for harm.")
        curve = self.curve()
        if curve is None:
            raise UserError(
                f"{path}: how strong the levers must be for it was not measured yet: sim calibrate --policies {self.name} --save, "
                f"or give policies.{self.name}.strength."
            )
        if wanted > curve.reach:
            raise UserError(
                f"{path} = {wanted:g} is beyond the reach of its levers: at most {curve.reach:.3g} ({curve.unit}, measured {curve.date} "
                f"up to strength {curve.points[-1].strength:g})."
            )
        return curve.strength(wanted)

    @classmethod
    def uncertain(cls, given: Mapping[str, Any]) -> tuple[str, ...]:
        """As of every policy, but the curve holds only at the `shape` at which it was measured: the effect is what evidence speaks of. With
        a strength of the user's own it is the other way round."""
        moot = cls.shape() if given.get("strength") is None else (cls.effect,)
        return tuple(name for name in super().uncertain(given) if name not in moot)

    @classmethod
    def curve(cls) -> Curve | None:
        """What was measured of this policy; None: nothing yet."""
        return load_curves().get(cls.name)

    @classmethod
    def shape(cls) -> tuple[str, ...]:
        """Parameters that the curve depends on: all but the effect and those of every programme (places, dates, costs)."""
        general = {*Solved.model_fields, "places_per_year", "capacity_fill", cls.effect}
        return tuple(name for name in cls.model_fields if name not in general and not name.endswith(("_eur", "_eur_per_year")))
