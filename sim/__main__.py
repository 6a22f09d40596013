"""``python -m sim``: the plain Hydra application, for those who know Hydra.

``python -m sim scenarios=job_bridge seed=3`` does one run, ``-m scenarios=a,b seed=1,2`` a sweep, ``--cfg job`` prints the
configuration, ``--info`` and ``--help`` do what they do in every Hydra application. The run folders are those of `sim run`.
"""

from __future__ import annotations

import os
import sys
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from omegaconf import DictConfig


def main(arguments: list[str] | None = None) -> int:
    """Run the application; returns the exit code (0 fine, 1 a run failed, 2 a mistake of the user, 3 a fault of ours)."""
    from sim.config.errors import UserError

    try:
        return application(sys.argv[1:] if arguments is None else arguments)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    except Exception:
        traceback.print_exc()
        return 3


def application(arguments: list[str]) -> int:
    """Hand `arguments` to Hydra and do the runs it asks for, one after the other."""
    import hydra
    from hydra.core.hydra_config import HydraConfig
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException

    from sim.config import search_path, shipped
    from sim.config.compose import checked, for_hydra, parse
    from sim.config.errors import UserError
    from sim.config.files import HYDRA_VERSION, explain_hydra
    from sim.runs.batch import Runner
    from sim.runs.progress import for_stream

    search_path.register()
    settings = [text for text in arguments if not text.startswith("-") and "=" in text]
    rest = [text for text in arguments if text not in settings]
    failures, mistakes = [], list[UserError]()

    @hydra.main(config_path=str(shipped.shipped("configs")), config_name="config", version_base=HYDRA_VERSION)
    def run(composed: DictConfig) -> None:
        try:
            config = checked(composed, HydraConfig.get(), list(HydraConfig.get().overrides.task)).config
        except UserError as mistake:  # Hydra would print it in its own way, and stop a sweep at the first
            mistakes.append(mistake)
            return
        with Runner() as runner:
            batch = runner.run([config], for_stream())
        failures.extend(batch.failures)
        for folder in batch.folders:
            print(folder)

    before = sys.argv, os.environ.get("HYDRA_FULL_ERROR")
    sys.argv = ["sim", *rest, *for_hydra(parse(settings, sweeps=True))]
    os.environ["HYDRA_FULL_ERROR"] = "1"  # Hydra then raises its errors instead of printing them and leaving
    try:
        run()
    except (HydraException, OmegaConfBaseException) as error:
        raise explain_hydra(error) from error
    finally:
        sys.argv = before[0]
        if before[1] is None:
            os.environ.pop("HYDRA_FULL_ERROR", None)
    if mistakes:
        raise UserError("\n".join(dict.fromkeys(map(str, mistakes))))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
