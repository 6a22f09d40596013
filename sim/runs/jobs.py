"""What the verbs do, as Python calls: `run`, `compare`, `sweep`, `dashboard`. The command line only prints what comes back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.config.errors import UserError, unknown
from sim.runs import disk, sweeps
from sim.runs.batch import COMPILING, Batch, Runner
from sim.runs.execute import Engine, loopbrug
from sim.runs.progress import Silent

if TYPE_CHECKING:
    from sim.analysis.contrast import Comparison
    from sim.config.schema import SimConfig
    from sim.follow.person import Life
    from sim.pilots.design import Design
    from sim.pilots.findings import Finding
    from sim.sensitivity.findings import Findings

BASELINE = "baseline"
ALL = "all"
"""Instead of names: every scenario there is, also the user's own."""
DASHBOARD = "dashboard.html"
KEYS_OF_THE_POOL = ("compute", "threads", "population", "experiments", "runs_dir")
"""Settings that may change how many workers are useful."""


@dataclass(frozen=True)
class Compared:
    """Outcome of `compare` and `sweep`.

    ``comparison`` is None when there is nothing to compare (one scenario, or no finished pair); ``sweep`` is the name of the note of its
    runs (`sim.runs.sweeps`).
    """

    batch: Batch
    comparison: Comparison | None
    dashboard: Path | None
    sweep: str = ""

    def to_json(self) -> dict[str, Any]:
        """The document that ``--json`` prints."""
        compared = self.comparison.to_json() if self.comparison else {"scenarios": []}
        dashboard = self.dashboard.as_posix() if self.dashboard else None
        return {"runs": self.batch.runs_for_machines(), **compared, "failures": self.batch.failures, "dashboard": dashboard}


def load(scenario: str = BASELINE, *overrides: str) -> SimConfig:
    """The checked configuration of a scenario: ``load("job_bridge", "population.scale=0.001")``."""
    from sim.config.compose import compose

    return compose([f"scenarios={scenario}", *overrides])


def run(
    scenario: str | SimConfig = BASELINE, *overrides: str, progress: Silent | None = None, load_engine: Callable[[], Engine] = loopbrug
) -> Batch:
    """One scenario, one seed; the run folder is used again when it is there."""
    config = load(scenario, *overrides) if isinstance(scenario, str) else scenario
    with Runner(load_engine=load_engine) as runner:
        return runner.run([config], progress)


def follow(
    uid: int, scenario: str = BASELINE, *overrides: str, month: str | None = None, tell: Callable[[str], None] = lambda text: None
) -> Life:
    """The life of one person (``unique_id``) in a run, and why in one month: `sim.follow.person.follow`.

    The run is done again, with the same draws, and leaves no folder. `tell` is called when something takes long.
    """
    config = load(scenario, *overrides)
    engine = loopbrug()
    from sim.follow.person import follow as follow_person
    from sim.runs.execute import world_of

    if not engine.is_warm():
        tell(COMPILING)
        engine.warm_up()
    return follow_person(uid, config, world_of(config, engine)[0], month)


def compare(
    *scenarios: str,
    overrides: Sequence[str] = (),
    out: Path | None = None,
    language: str | None = None,
    progress: Silent | None = None,
    load_engine: Callable[[], Engine] = loopbrug,
) -> Compared:
    """Baseline and `scenarios` (default: those of the first look; ``all``: every one) with paired seeds; ranks them, writes one dashboard.

    What a scenario is compared with (``scenario.against``) goes along.

    Raises
    ------
    UserError
        A mistake in a name or setting.
    """
    with Runner(early=may_start_early(overrides), load_engine=load_engine) as runner:
        configs = paired(scenarios, overrides)
        return finish(runner, configs, ["sim", "compare", *scenarios, *overrides], out, language, progress)


def sweep(
    experiment: str | None = None,
    *,
    overrides: Sequence[str] = (),
    out: Path | None = None,
    language: str | None = None,
    progress: Silent | None = None,
    load_engine: Callable[[], Engine] = loopbrug,
) -> Compared:
    """All runs of an experiment file, of axes among the overrides (``economy=low,high``), or both; and their comparison."""
    configs = asked_in_sweep(experiment, overrides)
    with Runner(load_engine=load_engine) as runner:
        command = ["sim", "sweep", *([experiment] if experiment else []), *overrides]
        return finish(runner, configs, command, out, language, progress)


def asked_in_sweep(experiment: str | None, overrides: Sequence[str]) -> list[SimConfig]:
    """The configurations of a sweep; raises `UserError` also for an experiment that is done in a way of its own."""
    from sim.config.experiment import configs_of
    from sim.config.kinds import check_runs

    if experiment:
        check_runs(experiment)
    return configs_of(experiment, overrides)


def pilots(experiment: str, *, overrides: Sequence[str] = (), progress: Silent | None = None) -> tuple[Design, list[Finding]]:
    """All repetitions of the pilots of an experiment file (`sim.pilots`), and what they say."""
    from sim.pilots.run import pilots as run_pilots

    return run_pilots(experiment, overrides, (progress or Silent()).note)


def sensitivity(
    experiment: str,
    *,
    overrides: Sequence[str] = (),
    out: Path | None = None,
    language: str | None = None,
    progress: Silent | None = None,
    load_engine: Callable[[], Engine] = loopbrug,
) -> tuple[Findings, Path | None]:
    """What the effects of an experiment with ``sensitivity:`` hang on, and the page that shows it (None when too many runs failed).

    The same figures stand beside the page as CSV and as JSON (`sim.sensitivity.saved`). Default place:
    ``RUNS_DIR/sensitivity/EXPERIMENT.html``; from there the dashboard of these scenarios takes the study.
    """
    from sim.sensitivity.run import sensitivity as analyse

    found = analyse(experiment, overrides, progress, load_engine)
    if not found.tables:
        return found, None
    from sim.report.sensitivity import write
    from sim.sensitivity import saved
    from sim.sensitivity.sheet import write_csv

    first = found.design.pairs[0].reference
    path = out or Path(first.runs_dir) / f"{experiment}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_csv(found, path.with_suffix(".csv"))
    saved.write(saved.study(found), path.with_suffix(".json"))
    return found, write(found, path, language or first.report.language)


@dataclass(frozen=True)
class Shown:
    """A dashboard that was written: its path, the number of runs with other settings, and why folders were left out as unreadable."""

    path: Path
    left_out: int
    unreadable: list[str]


def dashboard(
    runs: Sequence[str | Path] = ("runs",), *, sweep: str | None = None, out: Path | None = None, language: str | None = None
) -> Shown:
    """One HTML file of finished runs, or of those of one sweep. Runs that cannot be read are named in it and left out.

    Raises
    ------
    UserError
        No finished run, no such sweep, or a place that cannot be written: that is looked at before anything is read.
    """
    from sim.runs.select import compared, newest_set

    path = out or Path(runs[0]) / DASHBOARD
    if out is not None:
        disk.check_file(out, DASHBOARD)
    selection = newest_set([Path(root) for root in runs], sweep)
    from sim.report.dashboard import write_comparison

    comparison, selection = compared(selection)
    written = write_comparison(comparison, path, language or "en", selection.failures)
    return Shown(written, selection.left_out, selection.unreadable)


def paired(scenarios: Sequence[str], overrides: Sequence[str]) -> list[SimConfig]:
    """Configurations of the baseline and `scenarios`, all with the same seeds; the seeds alternate slowest, so that early runs make pairs.

    An override of a policy goes to the scenarios that have the policy. What a scenario is compared with stands before it.
    """
    from sim.config.experiment import composed_for, refuse_unused
    from sim.config.files import Files
    from sim.config.origin import COMMAND_LINE
    from sim.config.repetitions import repeated

    if any(text.startswith("scenarios=") for text in overrides):
        raise UserError("on the command line: name the scenarios without scenarios=, e.g. `sim compare job_bridge senior_networks`")
    if any(text.startswith("variant=") for text in overrides):
        raise UserError("on the command line: a variant belongs to an experiment: `sim sweep EXPERIMENT`, or one run: "
                        "`sim run experiments=EXPERIMENT variant=NAME`")  # fmt: skip
    files = Files()
    configs = [composed_for([f"scenarios={name}"], overrides, files) for name in with_kin(asked_for(scenarios))]
    refuse_unused([(text, f"{COMMAND_LINE}: '{text}'") for text in overrides], configs)
    first = configs[0]
    return repeated(configs, [first.seed + n for n in range(first.seeds)])


def asked_for(scenarios: Sequence[str]) -> list[str]:
    """Names of the scenarios that ``sim compare`` means: without names those of the first look, with ``all`` every one there is."""
    from sim.config import shipped
    from sim.config.catalogue import scenarios as known_scenarios

    known = shipped.names("scenarios")
    for name in scenarios:
        if name not in known and name != ALL:
            raise unknown("scenario", name, [*known, ALL])
    if ALL in scenarios:
        return known
    return list(scenarios) or [item["name"] for item in known_scenarios() if item["first_look"]]


def with_kin(names: Sequence[str]) -> list[str]:
    """The baseline and `names`, each after the scenarios that it is compared with."""
    from sim.config.against import compared_with, named_in

    ordered = [BASELINE]
    for name in names:
        ordered += [*compared_with(name, *named_in(name)), name]
    return list(dict.fromkeys(ordered))


def may_start_early(overrides: Sequence[str]) -> bool:
    """Whether to start workers before the configuration is read: when their number is known and no run can be there already."""
    return not any(text.lstrip("+").startswith(KEYS_OF_THE_POOL) for text in overrides) and not any(Path("runs").glob("scenario=*/key=*"))


def finish(
    runner: Runner, configs: list[SimConfig], command: Sequence[str], out: Path | None, language: str | None, progress: Silent | None
) -> Compared:
    """Note which runs they are, do them, compare them, write the dashboard."""
    first = configs[0]
    if out is not None:
        disk.check_file(out, DASHBOARD)
    noted = sweeps.note(configs, runner.who, command)
    preload = threading.Thread(target=import_report, daemon=True)
    preload.start()  # Plotly and Polars load while the runs go on
    batch = runner.run(configs, progress)
    preload.join()
    if not batch.folders:
        return Compared(batch, None, None, noted.name)
    from sim.analysis.contrast import load as contrast
    from sim.report.dashboard import write_comparison

    comparison = contrast(batch.folders)
    path = out or Path(first.runs_dir) / DASHBOARD
    path.parent.mkdir(parents=True, exist_ok=True)
    written = write_comparison(comparison, path, language or first.report.language, batch.failures)
    return Compared(batch, comparison if comparison.scenarios else None, written, noted.name)


def import_report() -> None:
    """Load what the comparison needs; a fault shows when it is used."""
    from contextlib import suppress

    with suppress(ImportError):
        import sim.analysis.contrast
        import sim.report.dashboard  # noqa: F401
