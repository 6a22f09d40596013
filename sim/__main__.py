"""``python -m sim``: the plain Hydra application, for those who know Hydra.

``python -m sim scenarios=job_bridge seed=3`` does one run, ``-m scenarios=a,b seed=1,2`` a sweep (all its runs as one set, on all
cores: `sim.runs.multirun`), ``--cfg job`` prints the configuration; ``--info``, ``--help`` and completion (``-sc install=bash``) do what
they do in every Hydra application. The run folders are those of `sim run`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.runs.multirun import Application


def main(arguments: list[str] | None = None) -> int:
    """Run the application; returns the exit code (`sim.runs.ending`)."""
    from sim.runs.ending import exit_code

    return exit_code(lambda: application(sys.argv[1:] if arguments is None else arguments))


def application(arguments: list[str]) -> int:
    """Hand `arguments` to Hydra and do the runs it asks for, those of a sweep together."""
    from sim.config import completion, search_path
    from sim.config.errors import UserError
    from sim.runs import multirun
    from sim.runs.progress import for_stream

    search_path.register()
    multirun.register()
    if completion.asked(arguments):
        if text := completion.script(arguments):
            print(text)
        else:
            under_hydra(arguments, multirun.Application())
        return 0
    app = multirun.Application(arguments, for_stream())
    rest = [text for text in arguments if text not in app.settings]
    under_hydra([*app.for_hydra, *rest], app)
    if app.mistakes:
        raise UserError("\n".join(dict.fromkeys(map(str, app.mistakes))))
    for folder in app.folders:
        print(folder)
    tell_failures(app)
    return 1 if app.failures else 0


def under_hydra(arguments: list[str], app: Application) -> None:
    """Let Hydra read `arguments` and call `app`; what it finds wrong is said in our words."""
    import hydra
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException

    from sim.config import shipped
    from sim.config.files import HYDRA_VERSION, explain_hydra

    run = hydra.main(config_path=str(shipped.shipped("configs")), config_name="config", version_base=HYDRA_VERSION)(app)
    try:
        with as_program(arguments):
            run()
    except (HydraException, OmegaConfBaseException) as error:
        raise explain_hydra(error) from error


@contextmanager
def as_program(arguments: list[str]) -> Iterator[None]:
    """Give Hydra its command line, and have it raise its errors instead of printing them and leaving."""
    from sim.config import completion

    wanted = {"HYDRA_FULL_ERROR": "1", "COMP_LINE": completion.line_of(os.environ)}
    argv, before = sys.argv, {name: os.environ.get(name) for name in wanted}
    sys.argv = ["sim", *arguments]
    os.environ.update(wanted)
    try:
        yield
    finally:
        sys.argv = argv
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def tell_failures(app: Application) -> None:
    """The table of failed runs and how to try them again, on standard error."""
    from sim.runs.progress import plural
    from sim.runs.tell import columns

    if app.failures:
        rows = [(str(run["scenario"]), str(run["seed"]), str(run["error"]), f"{run['run_dir']}/run.json") for run in app.failures]
        print(columns([("failed", "seed", "error", "traceback"), *rows]), file=sys.stderr)
        print(
            f"Next: mend the cause and repeat the same command; only {plural(len(rows), 'failed run')} will be done again.",
            file=sys.stderr,
        )


if __name__ == "__main__":
    sys.exit(main())
