"""A sensitivity analysis from its file to its findings. The runs are ordinary: finished ones are used again, failed ones tried again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sim.runs.batch import Runner
from sim.runs.execute import Engine, loopbrug
from sim.runs.progress import Silent
from sim.sensitivity.design import design
from sim.sensitivity.findings import Findings, findings
from sim.sensitivity.plan import plan


def sensitivity(
    experiment: str, overrides: Sequence[str] = (), progress: Silent | None = None, load_engine: Callable[[], Engine] = loopbrug
) -> Findings:
    """Do the runs of an experiment with ``sensitivity:`` and analyse them.

    Raises
    ------
    UserError : a mistake in names or settings, SALib is not installed. sim.runs.batch.Interrupted : Ctrl-C.
    """
    planned = plan(design(experiment, overrides))
    with Runner(load_engine=load_engine) as runner:
        batch = runner.run(planned.configs, progress)
        return findings(planned, batch, runner.who)
