"""The verb ``sim calibrate``: options and settings in, result out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.calibration.study import need_libraries
from sim.config.errors import UserError
from sim.runs.pool import environment

if TYPE_CHECKING:
    from sim.calibration.result import Result


@dataclass(frozen=True)
class Options:
    """What the command line asks for; see `sim calibrate --help`."""

    quick: bool = False
    minutes: float | None = None
    evaluations: int | None = None
    folder: Path | None = None
    restart: bool = False
    only: str | None = None
    save: bool = False

    def words(self) -> str:
        """The options that a result depends on, as one would type them."""
        return " ".join(["--quick"] * self.quick + ([f"--only '{self.only}'"] if self.only else []))


def check(options: Options) -> None:
    """Refuse what cannot be meant.

    Raises
    ------
    UserError : a time or number that is not positive.
    """
    if options.minutes is not None and not options.minutes > 0:
        raise UserError(f"--minutes must be more than 0, got {options.minutes:g}.")
    if options.evaluations is not None and options.evaluations < 1:
        raise UserError(f"--evaluations must be at least 1, got {options.evaluations}.")


def calibrate(settings: Sequence[str], options: Options) -> Result:
    """Fit the parameters.

    Raises
    ------
    UserError : a mistake in options or settings, missing packages, a folder of another fit.
    sim.calibration.fit.Interrupted : Ctrl-C.
    """
    check(options)
    with environment(1):  # linear algebra in many threads would only take the cores from the runs; it reads this when it is imported
        need_libraries()
        from sim.calibration import fit, result
    from sim.calibration.evaluate import END, START, problem
    from sim.calibration.progress import Line
    from sim.calibration.space import fitted_space
    from sim.config.compose import compose

    space = fitted_space(options.only)
    config = compose([f"population.start={START}", f"until={END}", "checks=off", *settings])
    plan = fit.QUICK if options.quick else fit.FULL
    plan = replace(plan, minutes=options.minutes or plan.minutes, evaluations=options.evaluations)
    folder = options.folder or Path(config.runs_dir) / ("calibration-quick" if options.quick else "calibration")
    what = problem(config, space)
    what = replace(what, notes=what.notes | {"command": " ".join(["sim calibrate", options.words(), *settings]).replace("  ", " ").strip()})
    done = fit.calibrate(what, plan, folder, Line(), restart=options.restart)
    return replace(done, saved=result.save(done.path)) if options.save else done
