"""The words for what stands in a row: months, ages, sectors, employers, states of life."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.codes import EDUCATION_LEVELS, N_SECTORS, NEVER, NOBODY, PROVINCES, SECTORS, Commitment, Contract, State, month_label
from sim.report.words import words

if TYPE_CHECKING:
    from sim.model import LabourMarket

Row = Mapping[str, int]
"""The columns of one person by name."""
CONTRACTS = {Contract.PERMANENT: "permanent", Contract.FLEXIBLE: "flexible", Contract.SELF_EMPLOYED: "own business"}
OUT_OF_WORK = {
    State.UNEMPLOYED: "unemployed",
    State.INACTIVE: "out of the labour force",
    State.TRAINING: "on a course",
    State.RETIRED: "retired",
    State.OUTSIDE: "not in the population of 15-74",
}


def sector(code: int) -> str:
    """Name of a sector; ``none`` for NO_SECTOR."""
    return str(words("en")(f"sectors.{SECTORS[code]}")) if code < N_SECTORS else "none"


def place(table: Any, row: int) -> str:
    """``Care, Utrecht`` of a row of employers or institutes."""
    return f"{sector(int(table.sector[row]))}, {PROVINCES[int(table.province[row])]}"


def employer(model: LabourMarket, row: int) -> str:
    """``employer 812 (Care, Utrecht)``."""
    return f"employer {row} ({place(model.employers, row)})"


def euros(cents: int) -> str:
    """``€ 23.45 an hour``."""
    return f"€ {cents / 100:.2f} an hour"


def age(months: int) -> str:
    """``67 years and 3 months``."""
    years, rest = divmod(months, 12)
    return f"{years} years" + (f" and {rest} month{'s' if rest > 1 else ''}" if rest else "")


def since(month: int) -> str:
    """`` since 2019-04``, or nothing for a month that is not known."""
    return "" if month == NEVER else f" since {month_label(month)}"


def identity(row: Row, month: int) -> dict[str, Any]:
    """Who somebody is: what does not change in a life."""
    return {
        "sex": "woman" if row["sex"] else "man",
        "born": month_label(row["birth_month"]),
        "age": (month - row["birth_month"]) // 12,
        "province": PROVINCES[row["province"]],
        "education": EDUCATION_LEVELS[row["education"]],
        "enters": None if row["entry_month"] < month else month_label(row["entry_month"]),
    }


def standing(model: LabourMarket, row: Row, month: int) -> str:
    """Where somebody stands: work or not, and what else binds them."""
    parts = [_work(model, row)]
    if row["notice_until"] != NEVER:
        parts.append(f"under notice to {month_label(row['notice_until'])}")
    if row["second_employer"] != NOBODY:
        parts.append(f"second job of {row['second_hours']} hours at {employer(model, row['second_employer'])}")
    if row["state"] == State.TRAINING:
        parts.append(f"course at institute {row['institute']} ({place(model.institutes, row['institute'])})")
    elif row["institute"] != NOBODY:
        parts.append(f"on the waiting list of institute {row['institute']} ({place(model.institutes, row['institute'])})")
    if row["graduation_month"] > month:
        parts.append(f"in school to {month_label(row['graduation_month'])}")
    if row["health"]:
        parts.append("health limits work")
    parts += [f"{name} reservist" for name, bit in _RESERVES if row["commitments"] & bit]
    parts += [f"takes part in {programme.policy.name}" for programme in model.programmes if row["programmes"] >> programme.bit & 1]
    return "; ".join(parts)


_RESERVES = (("care", Commitment.CARE_RESERVE), ("defence", Commitment.DEFENCE_RESERVE))


def job(model: LabourMarket, row: Row) -> str:
    """``employer 812 (Care, Utrecht), permanent contract, 28 hours a week, € 22.10 an hour``."""
    pay = f"{row['hours']} hours a week, {euros(row['wage_cents'])}"
    if row["contract"] == Contract.SELF_EMPLOYED:
        return f"own business in {sector(row['sector'])}, {pay}"
    return f"{employer(model, row['employer'])}, {CONTRACTS[Contract(row['contract'])]} contract, {pay}"


def _work(model: LabourMarket, row: Row) -> str:
    if row["state"] == State.EMPLOYED:
        return f"at work{since(row['job_since'])}: {job(model, row)}"
    text = OUT_OF_WORK[State(row["state"])]
    if row["state"] == State.OUTSIDE:
        return text
    last = f"last worked in {sector(row['sector'])}" if row["sector"] < N_SECTORS else "no job before"
    return f"{text}{since(row['state_since'])}, {last}"
