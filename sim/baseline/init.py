"""``sim baseline init``: a baseline for the scenarios of somebody else's repository, which needs to hold nothing but YAML.

exact        every scenario once at 1:1000: every byte of what it leaves
statistical  the headline figures at the end of every scenario, several seeds at 1:100
effects      what every scenario does, compared with its reference seed by seed, from the same runs
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.baseline import store
from sim.baseline.item import Tier
from sim.baseline.store import Baseline, TierSettings
from sim.baseline.tier import Tell
from sim.baseline.update import update
from sim.config import shipped
from sim.config.errors import UserError, unknown
from sim.config.schema import BASELINE

SEEDS = 10
"""Of the statistical tier and of effects, when nothing is said."""
EXACT_SCALE = "population.scale=0.001"
REASON = "the first measurement"


@dataclass(frozen=True)
class Made:
    """A baseline that was written. seconds : how long all tiers took together."""

    folder: Path
    baseline: Baseline
    seconds: float

    @property
    def files(self) -> list[Path]:
        """What was written."""
        return sorted(path for path in self.folder.iterdir() if path.is_file())


def own_scenarios() -> list[str]:
    """The scenarios of ``./scenarios``, without drafts whose name begins with a dot or underscore.

    Raises
    ------
    UserError : there are none, or this is the folder of Loopbrug itself.
    """
    folder = Path.cwd() / "scenarios"
    names = sorted(path.stem for path in folder.glob("*.yaml") if path.stem[0] not in "._") if folder.is_dir() else []
    if not names or folder.resolve() == shipped.shipped("scenarios").resolve():
        raise UserError(
            "sim baseline init measures the scenarios in ./scenarios, and here are none of your own. Name scenarios, as in "
            "`sim baseline init job_bridge`, or make one: sim new scenario NAME"
        )
    return names


def settings_of(names: Sequence[str], settings: Sequence[str]) -> dict[Tier, TierSettings]:
    """How each tier is measured. names : of scenarios. settings : key=value; they hold for every tier, ``seeds`` not for the exact one.

    Raises
    ------
    UserError : ``seeds`` is not a whole number from 2 on, or a scenario is unknown.
    """
    known = shipped.names("scenarios")
    for name in names:
        if name not in known:
            raise unknown("scenario", name, known)
    seeds, rest = SEEDS, [text for text in settings if not text.startswith("seeds=")]
    for text in settings:
        if text.startswith("seeds="):
            number = text.removeprefix("seeds=")
            if not number.isdecimal() or not 2 <= int(number) <= 10_000:
                raise UserError(
                    f"on the command line: '{text}': a baseline needs a whole number of seeds, from 2 on, to know what luck does."
                )
            seeds = int(number)
    given = any(text.startswith("population.scale=") for text in rest)
    tiers: dict[Tier, TierSettings] = {
        "exact": TierSettings(scenarios=tuple(names), settings=(*rest,) if given else (EXACT_SCALE, *rest)),
        "statistical": TierSettings(scenarios=tuple(names), settings=(*rest,), seeds=seeds, targets="levels"),
    }
    changing = [name for name in names if name != BASELINE]
    if changing:  # the baseline itself has no effect
        tiers["effects"] = TierSettings(scenarios=tuple(changing), settings=(*rest,), seeds=seeds)
    return tiers


def check_place(folder: Path) -> None:
    """Refuse a folder that holds something already; nothing is written over.

    Raises
    ------
    UserError : it holds a baseline, or anything else.
    """
    if (folder / store.FILE_NAME).exists() or (folder / store.UPDATE).exists():
        raise UserError(f'there is a baseline in {folder} already. To measure it anew: sim baseline update --dir {folder} --reason "..."')
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"{folder} is there already and not empty: choose another place with --dir.")


def init(folder: Path, scenarios: Sequence[str] = (), settings: Sequence[str] = (), tell: Tell = lambda text: None) -> Made:
    """Measure a new baseline and write it, or nothing.

    Parameters
    ----------
    scenarios : names; without any, all of ``./scenarios``. settings : key=value.

    Raises
    ------
    UserError : a mistake in a name or setting, a run that fails, or a place that is taken or cannot be written.
    """
    check_place(folder)
    tiers = settings_of(list(dict.fromkeys(scenarios)) or own_scenarios(), settings)
    began, was_there = time.perf_counter(), folder.exists()
    store.write(folder, Baseline(name=Path.cwd().name or "baseline", tiers=tiers))
    try:
        update(folder, REASON, tell=tell)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        if was_there:
            folder.mkdir(exist_ok=True)
        raise
    return Made(folder, store.load(folder), time.perf_counter() - began)


def next_steps(made: Made, workflows: Sequence[Path]) -> str:
    """What was written, how long a check takes, and what to do with it."""
    from sim.runs.progress import plural

    names = made.baseline.tiers["exact"].scenarios
    lines = [
        f"Baseline of {plural(len(names), 'scenario')}: {', '.join(names)}",
        *(f"Written: {shipped.shown(path)}" for path in made.files),
        f"All of it took {made.seconds:.0f} s here; a check does the same runs, less those that are in the folder runs already.",
        "Next:",
        f"  git add {shipped.shown(made.folder)}, and have git ignore runs/",
        f"  sim baseline check --dir {shipped.shown(made.folder)}, or: pytest --sim-baseline={shipped.shown(made.folder)}",
        f'  after a change on purpose: sim baseline update --dir {shipped.shown(made.folder)} --reason "..."',
    ]
    if not workflows:
        lines.append(f"  have it checked at every push: sim baseline init --dir {shipped.shown(made.folder)} --github, or --gitlab")
    return "\n".join(lines)
