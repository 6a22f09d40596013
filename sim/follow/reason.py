"""Why: one question that a line of the month puts to one person, the chance of yes, the draw, the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sim.codes import NOBODY
from sim.numerics.rng import Key, PhiloxKey, draw32
from sim.phases.base import Phase

DRAWS = 2.0**32
"""Draws are whole numbers below this; thresholds stand on the same scale."""


@dataclass(frozen=True)
class Factor:
    """A parameter in a chance.

    Parameters
    ----------
    path : row of parameters.csv. value : as it enters the chance. how : how it enters, when not as a factor.
    """

    path: str
    value: float
    how: str = ""


@dataclass(frozen=True)
class Reason:
    """One question and its answer.

    Parameters
    ----------
    line : of the month. question, answer : in words; no answer: yes or no. yes : whether it comes true.
    kind : event that follows from yes (`sim.follow.events`); empty when nothing of the person changes.
    low, high : draws that mean yes, from 0 to 1; high - low is the probability per month. None: no chance is involved.
    draw : what the person drew, 0 to 1. because : parameters behind the chance. note : what else stands behind it.
    subject : row of the opening, or number of the programme, that the question is about.
    """

    line: str
    question: str
    answer: str
    yes: bool
    kind: str = ""
    low: float = 0.0
    high: float | None = None
    draw: float | None = None
    because: tuple[Factor, ...] = field(default=())
    note: str = ""
    subject: int = NOBODY

    @property
    def chance(self) -> float | None:
        """Probability of yes per month; None when no chance is involved."""
        return None if self.high is None else self.high - self.low

    @property
    def said(self) -> str:
        """The answer in words."""
        return self.answer or ("yes" if self.yes else "no")

    def text(self) -> str:
        """One line: ``leaves work: 0.42 % (permanent_exit_per_month 0.0021 x newcomer_relative_exit 2), drew 0.412: stays``."""
        words = self.question
        if self.chance is not None:
            words += f": {100 * self.chance:.3g} %"
        behind = [self._factors(), self.note]
        if any(behind):
            words += f" ({'; '.join(filter(None, behind))})"
        if self.draw is not None:
            words += f", drew {self.draw:.4f}"
            if self.chance and self.low:
                words += f" (yes from {self.low:.4f} to {min(self.high or 0.0, 1.0):.4f})"
        return f"{words}: {self.said}"

    def _factors(self) -> str:
        mine = f"{self.line}."
        names = [(factor.path.removeprefix(mine), factor) for factor in self.because]
        plain = " x ".join(f"{name} {factor.value:g}" for name, factor in names if not factor.how)
        others = [f"{name} {factor.value:g}, {factor.how}" for name, factor in names if factor.how]
        return "; ".join(filter(None, [plain, *others]))

    def to_json(self) -> dict[str, Any]:
        """The reason as a document."""
        return {
            "line": self.line, "question": self.question, "answer": self.said, "yes": self.yes, "chance": self.chance, "draw": self.draw,
            "yes_from": None if self.chance is None else self.low,
            "parameters": [{"name": factor.path, "value": factor.value, "how": factor.how} for factor in self.because],
            "note": self.note,
        }  # fmt: skip


def share(threshold: Any) -> float:
    """Probability of a threshold."""
    return int(threshold) / DRAWS


def drawn(k: Key | PhiloxKey, row: int) -> tuple[Any, float]:
    """Draw of a person under a key: as the kernels compare it (uint32), and from 0 to 1."""
    u = draw32(k, row)
    return u, int(u) / DRAWS


def factors(line: Phase, *names: str | None) -> tuple[Factor, ...]:
    """Parameters of a line by name, None left out."""
    return tuple(Factor(f"{line.name}.{name}", getattr(line.parameters, name)) for name in names if name)
