"""What `python -m sim` gives to Hydra: the application, and a launcher that does all runs of a sweep (`-m`) as one set.

Hydra's own launcher does the runs of a sweep one after the other. `Together` composes all of them first, so that a mistake in the last
one costs no run, and hands them to one `Runner`: processes, resuming and failures are those of `sim sweep`. `Points` is Hydra's own sweeper
of every combination of values, without composing every configuration a second time to look for mistakes.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import product
from math import prod
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from hydra.core.hydra_config import HydraConfig
from hydra.core.plugins import Plugins
from hydra.core.utils import JobReturn, JobStatus
from hydra.plugins.launcher import Launcher
from hydra.plugins.sweeper import Sweeper

from sim.config.axes import values_of
from sim.config.compose import checked, compose, for_hydra, parse
from sim.config.errors import UserError
from sim.config.files import Chosen, Files, plain_of
from sim.config.origin import COMMAND_LINE
from sim.config.repetitions import refuse_too_many
from sim.config.variants import VARIANTS
from sim.runs import sweeps
from sim.runs.batch import Batch, Runner
from sim.runs.execute import Engine, loopbrug
from sim.runs.identity import run_key
from sim.runs.progress import Silent

if TYPE_CHECKING:
    from hydra.types import HydraContext, TaskFunction
    from omegaconf import DictConfig

    from sim.config.schema import SimConfig
    from sim.runs.record import RunRecord

PLUGINS = "hydra_plugins.loopbrug"
"""Hydra takes a launcher from modules of this name only; the classes below are registered under it and stay in this file."""


class Application:
    """The task of Hydra: does the runs it is given, and remembers them.

    Parameters
    ----------
    arguments : the command line, without the name of the program.
    progress : what the user sees meanwhile.
    load_engine : gives the model; tests pass a small one.

    Attributes
    ----------
    batches : what was done.
    mistakes : of configurations that Hydra composed one by one; Hydra would stop at the first, in words of its own.
    """

    def __init__(self, arguments: Sequence[str] = (), progress: Silent | None = None, load_engine: Callable[[], Engine] = loopbrug) -> None:
        self.arguments, self.progress, self.load_engine = list(arguments), progress or Silent(), load_engine
        self.batches: list[Batch] = []
        self.mistakes: list[UserError] = []

    @cached_property
    def settings(self) -> list[str]:
        """The ``key=value`` of the command line."""
        return [text for text in self.arguments if not text.startswith("-") and "=" in text]

    @cached_property
    def for_hydra(self) -> dict[str, str]:
        """The settings as Hydra takes them, and what the user typed."""
        return dict(zip(for_hydra(parse(self.settings, sweeps=True)), self.settings, strict=True))

    def as_typed(self, overrides: Sequence[str]) -> list[str]:
        """Settings that Hydra hands back, as the user typed them."""
        return [self.for_hydra.get(text, text) for text in overrides]

    def __call__(self, composed: DictConfig) -> None:
        """Do one run (Hydra calls this)."""
        hydra = HydraConfig.get()
        try:
            config = checked(composed, Chosen.of(cast("DictConfig", hydra)), self.as_typed(list(hydra.overrides.task))).config
        except UserError as mistake:
            self.mistakes.append(mistake)
            return
        self.do([config])

    def do(self, configs: Sequence[SimConfig]) -> list[RunRecord]:
        """Do runs as one set; the record of each."""
        with Runner(load_engine=self.load_engine) as runner:
            if len(configs) > 1:
                sweeps.note(configs, runner.who, ["python", "-m", "sim", *self.arguments])
            batch = runner.run(configs, self.progress)
            records = {task.key: record for task, record in zip(batch.tasks, batch.records, strict=True)}
            found = [records[run_key(config, runner.who)] for config in configs]
        self.batches.append(batch)
        return found

    @property
    def failures(self) -> list[dict[str, Any]]:
        """All runs that failed."""
        return [failure for batch in self.batches for failure in batch.failures]

    @property
    def folders(self) -> list[Path]:
        """All run folders that are complete."""
        return [folder for batch in self.batches for folder in batch.folders]


class Together(Launcher):
    """Does the runs of a sweep together."""

    __module__ = PLUGINS

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Take what Hydra knows of the sweep."""
        self.application, self.config = task_function, config

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> Sequence[JobReturn]:
        """Compose all runs, then do them.

        Raises
        ------
        UserError
            A mistake in one of the configurations, before anything is run; all mistakes are in the message.
        """
        if not isinstance(self.application, Application):
            raise TypeError(f"the launcher of Loopbrug does the runs of its own application, not of {self.application!r}")
        of_hydra, files = [str(text) for text in self.config.hydra.overrides.hydra], Files()
        configs, mistakes = [], list[str]()
        for job in job_overrides:
            try:
                configs.append(compose([*of_hydra, *job], files))
            except UserError as mistake:
                mistakes.append(str(mistake))
        if mistakes:
            raise UserError("\n".join(dict.fromkeys(mistakes)))
        returns = []
        for job, record in zip(job_overrides, self.application.do(configs), strict=True):
            done = JobReturn(overrides=job, task_name=record.scenario, status=JobStatus.COMPLETED)
            done.return_value = record  # a failed run is no error of Hydra's: it would hide the others
            returns.append(done)
        return returns


class Points(Sweeper):
    """Every combination of the values of ``hydra.sweeper.params`` and of the command line; as in Hydra, the last axis moves fastest."""

    __module__ = PLUGINS

    def __init__(self, params: DictConfig | None = None) -> None:
        self.params = {str(key): value for key, value in (params or {}).items()}

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Make the launcher that the configuration names."""
        self.application, self.composed = task_function, config
        self.does_runs = Plugins.instance().instantiate_launcher(hydra_context=hydra_context, task_function=task_function, config=config)

    def sweep(self, arguments: list[str]) -> Sequence[JobReturn]:
        """Launch all combinations; `arguments` are the settings of the command line, which go before those of the file."""
        typed = self.application.as_typed(arguments) if isinstance(self.application, Application) else arguments
        variants = tuple(plain_of(self.composed, VARIANTS) or ())
        axes: dict[str, list[str]] = {}
        for text in [*(f"{key}={value}" for key, value in self.params.items()), *typed]:
            [override] = parse([text], sweeps=True)
            key = override.get_key_element()
            swept = override.is_sweep_override()
            axes[override.key_or_group] = (
                [f"{key}={value}" for value in values_of(override, f"{COMMAND_LINE}: '{text}'", variants)] if swept else [text]
            )
        refuse_too_many(prod(map(len, axes.values())))
        return self.does_runs.launch([list(point) for point in product(*axes.values())], initial_job_idx=0)


def register() -> None:
    """Tell Hydra about the launcher and the sweeper, under the only name it takes them by; calling it again changes nothing."""
    plugins = Plugins.instance()
    if Together not in plugins.discover(Launcher):
        plugins.register(Together)
        plugins.register(Points)
    namespace, _, name = PLUGINS.partition(".")
    try:
        package = importlib.import_module(namespace)
    except ModuleNotFoundError:  # no other plugin is installed
        package = sys.modules[namespace] = ModuleType(namespace)
        package.__path__ = []
    setattr(package, name, sys.modules[__name__])
