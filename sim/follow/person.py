"""Follow one person through a run: do the run again with the same settings, and watch one row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.codes import month_index, month_label
from sim.config.errors import UserError
from sim.config.schema import MONTH_PATTERN, SimConfig
from sim.follow import wording
from sim.follow.events import BY_RULE, MINOR, Event
from sim.follow.reason import Reason
from sim.follow.watcher import Watcher
from sim.follow.wording import Row
from sim.model import LabourMarket
from sim.numerics.jit import use_threads
from sim.world import World


@dataclass(frozen=True)
class Life:
    """One person in one run.

    Attributes
    ----------
    uid : ``unique_id``, the row of the people table. config : of the run. who : what does not change.
    start : the row before the first month. at_start, at_end : where the person stood before the first and after the last month.
    until : last month simulated. events : in order. month : month of `reasons`. end : the row after `until`.
    """

    uid: int
    config: SimConfig
    who: dict[str, Any]
    start: Row
    at_start: str
    events: list[Event]
    until: int
    at_end: str
    end: Row
    month: int
    reasons: list[Reason]

    def to_json(self) -> dict[str, Any]:
        """The life as a document."""
        config = self.config
        return {
            "person": self.uid,
            "scenario": config.scenario.name,
            "seed": config.seed,
            "scale": config.population.scale,
            "start": config.population.first_month,
            "until": month_label(self.until),
            "who": self.who,
            "at_start": self.at_start,
            "events": [event.to_json() for event in self.events],
            "at_end": self.at_end,
            "month": month_label(self.month),
            "reasons": [reason.to_json() for reason in self.reasons],
        }


def follow(uid: int, config: SimConfig, world: World, month: str | None = None) -> Life:
    """Do a run again up to `month` and follow one person.

    Parameters
    ----------
    uid : ``unique_id`` of the person. config, world : of the run.
    month : YYYY-MM, whose reasons are told, and where the run ends; default: of the whole run, the last month with an event but a raise.

    Raises
    ------
    UserError : no such person, no such month, or the person is not there yet in that month.
    """
    last = _last_month(config, month)
    _check_person(uid, world, last)
    use_threads(config.threads, world.n_present)
    model = LabourMarket(config, world)
    watcher = Watcher(model, uid, lambda now: month is None or now == last)
    start, at_start = watcher.snapshot(), wording.standing(model, watcher.snapshot(), model.month)
    model.observer = watcher
    while model.month < last:
        model.step()
    told = [event for event in watcher.events if event.kind not in MINOR | BY_RULE]
    about = last if month is not None or not told else told[-1].month
    who, end = wording.identity(start, model.opening + 1), watcher.snapshot()
    at_end = wording.standing(model, end, last)
    return Life(uid, config, who, start, at_start, watcher.events, last, at_end, end, about, watcher.reasons[about])


def _last_month(config: SimConfig, month: str | None) -> int:
    """Where the run ends."""
    if month is None:
        return month_index(config.until)
    if not MONTH_PATTERN.fullmatch(month):
        raise UserError(f"--month: '{month}' is not a month: write it as {config.until}")
    first = config.population.first_month
    if not first <= month <= config.until:
        nearest = config.until if month > config.until else first
        raise UserError(f"--month {month} lies outside this run, which goes from {first} to {config.until}; the nearest is {nearest}.")
    return month_index(month)


def _check_person(uid: int, world: World, last: int) -> None:
    """Refuse a number without a person, and a person who comes later than `last`."""
    highest = len(world.people["entry_month"]) - 1
    if not 0 <= uid <= highest:
        nearest = min(max(uid, 0), highest)
        raise UserError(f"There is no person {uid}: the people of this run have the numbers 0 to {highest}; the nearest is {nearest}.")
    entry = int(world.people["entry_month"][uid])
    if uid >= world.n_present and entry > last:
        raise UserError(f"Person {uid} is not there yet in {month_label(last)}; the first month is {month_label(entry)}.")
