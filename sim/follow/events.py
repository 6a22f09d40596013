"""What happened to one person in one line of the month, read from the row before and after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.codes import MAX_AGE, NEVER, NO_SECTOR, NOBODY, Commitment, Contract, State, month_label
from sim.follow import wording
from sim.follow.wording import Row

if TYPE_CHECKING:
    from sim.model import LabourMarket

Found = list[tuple[str, str]]
"""Kinds of events and their text."""
MINOR = {"searches", "rests"}
"""Kinds of events that come and go every month; told only in the JSON document."""
BY_RULE = {"raise", "hours"}
"""Kinds of events that no line asks anybody about."""
UNEXPLAINED = "other"
"""Kind of a change of the row that nothing here has words for."""
RESERVES = Commitment.CARE_RESERVE | Commitment.DEFENCE_RESERVE


@dataclass(frozen=True)
class Event:
    """One thing that happened.

    Parameters
    ----------
    month : months since January 1900. line : of the month. kind : one word. text : for people.
    changes : column -> value before and after; of several events of one line, the first holds them all.
    """

    month: int
    line: str
    kind: str
    text: str
    changes: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def is_minor(self) -> bool:
        """Whether it comes and goes every month."""
        return self.kind in MINOR

    def to_json(self) -> dict[str, Any]:
        """The event as a document."""
        changes = {name: {"before": before, "after": after} for name, (before, after) in self.changes.items()}
        return {"month": month_label(self.month), "line": self.line, "kind": self.kind, "text": self.text, "changes": changes}


def events_of(model: LabourMarket, line: str, before: Row, after: Row) -> list[Event]:
    """Events of one person in one line of this month, in the order in which the line decides them."""
    changes = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    found = READERS[line](model, before, after) if line in READERS else []
    if changes and not found:
        found = [(UNEXPLAINED, f"{', '.join(changes)} changed")]
    return [Event(model.month, line, kind, text, {} if n else changes) for n, (kind, text) in enumerate(found)]


def _demography(model: LabourMarket, before: Row, after: Row) -> Found:
    found: Found = []
    age = model.month - before["birth_month"]
    if after["health"] != before["health"]:
        found.append(("falls_ill", "health begins to limit work") if after["health"] else ("recovers", "health limits work no more"))
    if before["state"] == State.OUTSIDE and after["state"] != State.OUTSIDE:
        how = "turns 15" if age == 15 * 12 else f"comes to live in the Netherlands, {wording.age(age)} old"
        found.append(("arrives", f"{how}, {wording.OUT_OF_WORK[State(after['state'])]}"))
    if before["state"] != State.OUTSIDE and after["state"] == State.OUTSIDE:
        found.append(("leaves", "turns 75 and leaves the model" if age >= (MAX_AGE + 1) * 12 else "dies or emigrates"))
    return found


def _policies(model: LabourMarket, before: Row, after: Row) -> Found:
    found: Found = []
    for programme in model.programmes:
        was, now = (row["programmes"] >> programme.bit & 1 for row in (before, after))
        if was and not now:
            found.append(("ends_programme", f"{programme.policy.name} ends"))
        elif now and not was:
            found.append(("joins", f"joins {programme.policy.name}"))
    return found


def _separations(model: LabourMarket, before: Row, after: Row) -> Found:
    if before["state"] != State.EMPLOYED:
        return []
    if after["state"] != State.EMPLOYED:
        what = "the notice" if before["employer"] == NOBODY else f"the notice of {wording.employer(model, before['employer'])}"
        if before["notice_until"] != NEVER and before["notice_until"] <= model.month:
            return [("notice_ends", f"{what} ends: unemployed")]
        own = before["contract"] == Contract.SELF_EMPLOYED
        left = "gives up the own business" if own else f"leaves {wording.employer(model, before['employer'])}"
        return [("leaves_work", f"{left}: {wording.OUT_OF_WORK[State(after['state'])]}")]
    if after["contract"] == Contract.SELF_EMPLOYED != before["contract"]:
        return [("starts_business", f"leaves {wording.employer(model, before['employer'])} and starts {wording.job(model, after)}")]
    if after["notice_until"] != before["notice_until"]:
        until = month_label(after["notice_until"])
        return [("notice", f"notice given by {wording.employer(model, before['employer'])}; the job ends in {until}")]
    if after["contract"] != before["contract"]:
        return [("permanent", f"permanent contract at {wording.employer(model, after['employer'])}")]
    return []


def _retirement(model: LabourMarket, before: Row, after: Row) -> Found:
    if after["state"] == before["state"]:
        return []
    return [("retires", f"retires at {wording.age(model.month - before['birth_month'])}")]


def _training(model: LabourMarket, before: Row, after: Row) -> Found:
    found: Found = []
    if before["graduation_month"] == model.month and before["state"] < State.RETIRED:
        study = f", field of study: {wording.sector(before['study_field'])}" if before["study_field"] != NO_SECTOR else ""
        looks = "" if after["state"] == before["state"] else "; unemployed, looks for a first job"
        found.append(("graduates", f"finishes school{study}{looks}"))
    school = before["institute"] if after["institute"] == NOBODY else after["institute"]
    name = "" if school == NOBODY else f"institute {school} ({wording.place(model.institutes, school)})"
    if before["state"] == State.TRAINING and after["state"] != State.TRAINING:
        gets = after["training_until"] == model.month
        found.append(("diploma", f"diploma of {name}") if gets else ("drops_out", f"drops out of the course at {name}"))
    elif before["state"] != State.TRAINING and after["state"] == State.TRAINING:
        found.append(("admitted", f"starts a course at {name}, to {month_label(after['training_until'])}"))
    elif before["institute"] == NOBODY != after["institute"]:
        found.append(("queues", f"asks for a place at {name}"))
    elif before["institute"] != NOBODY == after["institute"]:
        found.append(("gives_up", f"leaves the waiting list of {name}"))
    return found


def _search(model: LabourMarket, before: Row, after: Row) -> Found:
    if after["state"] == State.EMPLOYED != before["state"]:
        return [("starts_business", f"starts {wording.job(model, after)}")]
    if after["state"] != before["state"]:
        stops = after["state"] == State.INACTIVE
        return [("stops_looking", "stops looking for work") if stops else ("starts_looking", "starts to look for work")]
    if after["is_searching"]:
        return [("searches", "looks for a job")]
    return [("rests", "does not look for a job")] if before["is_searching"] else []


def _matching(model: LabourMarket, before: Row, after: Row) -> Found:
    if after["employer"] != before["employer"]:
        return [("hired", f"hired by {wording.job(model, after)}")]
    if after["second_employer"] != before["second_employer"]:
        where = wording.employer(model, after["second_employer"])
        return [("second_job", f"second job of {after['second_hours']} hours a week at {where}")]
    return []


def _wages(model: LabourMarket, before: Row, after: Row) -> Found:
    if after["wage_cents"] == before["wage_cents"]:
        return []
    months = model.month - after["job_since"]
    why = f"{months // 12} year{'s' if months > 12 else ''} in the job" if months % 12 == 0 else "the sector raises its wages"
    return [("raise", f"{why}: {wording.euros(after['wage_cents'])}")]


def _reserves(model: LabourMarket, before: Row, after: Row) -> Found:
    changed = (before["commitments"] ^ after["commitments"]) & RESERVES
    if not changed:
        return []
    leaves, pool = before["commitments"] & changed, "care" if changed & Commitment.CARE_RESERVE else "defence"
    return [("leaves_reserve", f"leaves the {pool} reserve")] if leaves else [("joins_reserve", f"joins the {pool} reserve")]


def _hours(model: LabourMarket, before: Row, after: Row) -> Found:
    found: Found = []
    if after["second_employer"] != before["second_employer"]:
        found.append(("second_job_ends", f"the second job at {wording.employer(model, before['second_employer'])} ends"))
    if after["hours"] != before["hours"]:
        found.append(("hours", f"contract of {after['hours']} hours a week instead of {before['hours']}, in a programme"))
    return found


READERS: dict[str, Callable[[LabourMarket, Row, Row], Found]] = {
    "demography": _demography,
    "policies": _policies,
    "separations": _separations,
    "retirement": _retirement,
    "training": _training,
    "search": _search,
    "matching": _matching,
    "wages": _wages,
    "reserves": _reserves,
    "hours": _hours,
}
"""By line of the month; the other lines touch no person."""
