"""The guard: the month must not become more than 30 % slower, as a multiple of the calibration kernel on the same processor.

A shared machine is noisy, so what is compared is made of minima: the same twelve simulated months are done several times (the same seed, so
exactly the same work), every line of every month counts with the least processor time it ever took, and so does the calibration kernel.
Processor time leaves out the moments in which others had the core; the minimum leaves out most of what they did to the caches. While the
answer is "too slow", more rounds follow, up to `MOST_ROUNDS`: noise can only add time, so a true slow-down stays.

A ratio is that of one kind of processor (vector instructions speed up the calibration kernel more than the month), so the reference
file holds one entry per kind, and another kind needs an entry of its own: ``sim bench --guard FILE --refresh``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.bench.floors import calibration_ns, use_threads
from sim.bench.machine import BUSY, Share, machine
from sim.bench.month import WARM_UP_MONTHS, load_kernels, settings, world_for
from sim.config.errors import UserError

if TYPE_CHECKING:
    from sim.config.schema import SimConfig
    from sim.world import World

SCALE = 0.0075
"""A hundred thousand people: large enough that scans dominate, small enough for a test."""
ROUNDS, MOST_ROUNDS = 5, 20
MONTH_LIMIT = 1.3
"""The month fails above this multiple of its reference. Ten measurements on a busy machine lay within 6 % of each other."""
LINE_LIMIT = 1.5
"""A line fails above this multiple of its reference; looser, since lines are short and depend on what the one before left in the caches."""
LINE_SHARE = 0.03
"""... and only if it adds more than this share of the reference month."""
OUTSIDE = "outside the lines"
"""Mesa, and opening the ledger."""


@dataclass(frozen=True)
class Reference:
    """What a version needed, in multiples of the calibration kernel: the whole month and its lines."""

    cpu: str
    date: str
    version: str
    code_digest: str
    month: float
    lines: dict[str, float]


@dataclass(frozen=True)
class Check:
    """The month or one of its lines against its reference."""

    name: str
    reference: float
    now: float
    failed: bool

    @property
    def change(self) -> float:
        """Share by which it became slower; negative when it became faster."""
        return self.now / self.reference - 1


class Rounds:
    """The measurement, round by round: minima per line and month, and of the calibration kernel."""

    def __init__(self, scale: float = SCALE) -> None:
        use_threads(1)
        load_kernels()
        self.config: SimConfig = settings(scale)
        self.world: World = world_for(self.config)
        self.best: dict[str, np.ndarray] = {}
        self.calibration = float("inf")
        self.person_months = 0
        self.share_of_core = 1.0

    def go(self) -> None:
        """Do the same year once more."""
        from sim.model import MONTH, LabourMarket

        model = LabourMarket(self.config, self.world)
        took: dict[str, float] = {}
        for line in MONTH:
            phase = model.phase(line.name)
            phase.run = timed(phase.run, took, line.name)
        months, present = [], []
        with Share() as share:
            for _ in range(self.world.until - self.world.start + 1):
                self.calibration = min(self.calibration, calibration_ns())
                timed(model.step, took, "month")()
                months.append(dict(took))
                present.append(model.n_present)
        self.share_of_core = min(self.share_of_core, share.value)
        self.person_months = sum(present[WARM_UP_MONTHS:])
        for month in months:
            month[OUTSIDE] = month.pop("month") - sum(seconds for name, seconds in month.items() if name != OUTSIDE)
        for name in months[0]:
            seconds = np.array([month[name] for month in months[WARM_UP_MONTHS:]])
            self.best[name] = np.minimum(self.best.get(name, np.inf), seconds)

    def ratio(self, name: str) -> float:
        """A line in multiples of the calibration kernel."""
        return float(1e9 * self.best[name].sum() / self.person_months / self.calibration)

    def reference(self) -> Reference:
        """What was measured so far, as it goes into the file."""
        import datetime as dt

        from sim.runs.identity import identity

        who = identity()
        return Reference(
            cpu=machine().cpu,
            date=dt.datetime.now(dt.UTC).date().isoformat(),
            version=who.version,
            code_digest=who.code_digest,
            month=round(sum(self.ratio(name) for name in self.best), 1),
            lines={name: round(self.ratio(name), 2) for name in self.best},
        )


def timed(call: Callable[[], None], took: dict[str, float], name: str) -> Callable[[], None]:
    """`call`, with the processor seconds of this process that it took written to ``took[name]``."""

    def wrapped() -> None:
        began = time.process_time()
        call()
        took[name] = time.process_time() - began

    return wrapped


def checks(reference: Reference, now: Reference) -> list[Check]:
    """The month, then its lines in order; a line that the reference does not know cannot fail."""
    found = [Check("month", reference.month, now.month, now.month > MONTH_LIMIT * reference.month)]
    for name, ratio in now.lines.items():
        before = reference.lines.get(name)
        if before:
            failed = ratio > LINE_LIMIT * before and ratio - before > LINE_SHARE * reference.month
            found.append(Check(name, before, ratio, failed))
    return found


def guard(reference: Reference) -> list[Check]:
    """Measure and compare; more rounds while something fails."""
    rounds = Rounds()
    for done in range(1, MOST_ROUNDS + 1):
        rounds.go()
        found = checks(reference, rounds.reference()) if done >= ROUNDS else []
        if found and not any(check.failed for check in found):
            break
    return found


def measure() -> tuple[Reference, bool]:
    """Measure for a reference, as thoroughly as the guard ever does; returns also whether other work was running."""
    measured = Rounds()
    for _ in range(MOST_ROUNDS):
        measured.go()
    return measured.reference(), measured.share_of_core < BUSY


def read(path: Path) -> dict[str, Reference]:
    """References by kind of processor; an absent file holds none.

    Raises
    ------
    UserError : the file is not one of ours.
    """
    if not path.is_file():
        return {}
    try:
        return {entry["cpu"]: Reference(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))}
    except (ValueError, TypeError, KeyError) as error:
        raise UserError(
            f"{path} is not a reference file of sim bench ({error}): write a new one with --refresh to another name."
        ) from error


def reference_for(path: Path, cpu: str) -> Reference:
    """The reference of a kind of processor.

    Raises
    ------
    UserError : the file has none for it.
    """
    found = read(path)
    if cpu not in found:
        raise UserError(f"{path} has no reference for this processor, {cpu}: make one with sim bench --guard {path} --refresh")
    return found[cpu]


def refresh(path: Path) -> tuple[Reference, bool]:
    """Measure and put the result into the file, in place of what it says of this kind of processor; see `measure`.

    Raises
    ------
    UserError : the file is not one of ours, or cannot be written.
    """
    found = read(path)
    new, was_busy = measure()
    entries: list[dict[str, Any]] = [asdict(entry) for _, entry in sorted((found | {new.cpu: new}).items())]
    try:
        path.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}.") from error
    return new, was_busy
