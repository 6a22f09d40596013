"""The folder of a fit, which survives everything: Optuna's journal, the archive of runs, who it belongs to, and the time spent.

    study.json      what the fit depends on; another fit is refused
    journal.log     Optuna's journal: trials and their values (optuna-dashboard can show it)
    runs.f32        simulated moments of every run, `sim.calibration.archive`
    spent.json      seconds of work so far, over all sittings

A killed process leaves trials that are running in the journal. They are taken up again with the same numbers and parameters; runs of
theirs that were finished are in the archive. So a kill costs the runs that were under way, and the fit ends as it would have ended.
"""

from __future__ import annotations

import json
import os
import shutil
import time
import warnings
from collections.abc import Collection
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from sim.config.errors import UserError
from sim.runs.identity import NOT_THE_MODEL, digest_of, identity, package_digests, result_settings

if TYPE_CHECKING:
    import optuna
    from optuna.storages.journal import BaseJournalBackend

    from sim.config.schema import SimConfig

NAME = "calibration"
MISSING = "sim calibrate needs Optuna and SALib, which are not installed. Run it as: uv run --extra calibrate sim calibrate"
FILES = ("study.json", "journal.log", "journal.log.lock", "runs.f32", "spent.json", "calibrated.yaml", "lock")


def need_libraries() -> None:
    """UserError when Optuna or SALib is not installed."""
    try:
        import optuna
        import SALib  # noqa: F401
    except ImportError as error:
        raise UserError(f"{MISSING} ({error})") from None
    optuna.logging.set_verbosity(optuna.logging.ERROR)


def identity_of(config: SimConfig, fitted: Collection[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the runs of a fit depend on, and what its result should say of them.

    The values of parameters that are not fitted are in it; an earlier ``calibrated.yaml`` is not, since a fit begins from the priors.
    """
    from sim.evidence.parameters import load_parameters

    code, data = package_digests((NOT_THE_MODEL - {"calibration"}) | {"evidence/calibrated.yaml"})
    values = {path: p.central for path, p in load_parameters().items() if path not in fitted}
    content = {"code": code, "data": data, "settings": result_settings(config), "values": values}
    who = identity()
    notes = {"version": who.version, "commit": who.git["commit"], "code_digest": code, "data_digest": data}
    return content, notes | {"scale": config.population.scale}


class Folder:
    """An open folder of a fit; a context manager, since only one process at a time may work in it.

    Parameters
    ----------
    path : made when absent.
    content : all that the results depend on.
    restart : forget what is there.

    Raises
    ------
    UserError : the folder holds another fit, another process works in it, or it cannot be written.
    """

    def __init__(self, path: Path, content: dict[str, Any], restart: bool = False) -> None:
        self.path, self.digest = path, digest_of(content)
        try:
            path.mkdir(parents=True, exist_ok=True)
            self.lock = (path / "lock").open("w")
        except OSError as error:
            raise UserError(f"cannot write to {path}: {error.strerror}. Choose another place with --folder") from error
        only_one(self.lock, path)
        if restart:
            for name in FILES:
                if name != "lock":
                    (path / name).unlink(missing_ok=True)
        mine = path / "study.json"
        if mine.is_file():
            before = json.loads(mine.read_text(encoding="utf-8"))
            if before["digest"] != self.digest:
                other = differences(before["content"], content)
                raise UserError(f"{path} holds another fit (other {other}). Begin anew with --restart, or use another one with --folder.")
        else:
            write_whole(mine, json.dumps({"digest": self.digest, "content": content}, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
        self.spent_before = self._read_spent()
        self.began = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.note_spent()
        self.lock.close()

    def _read_spent(self) -> float:
        file = self.path / "spent.json"
        return float(json.loads(file.read_text())["seconds"]) if file.is_file() else 0.0

    def spent(self) -> float:
        """Seconds of work on this fit, earlier sittings included."""
        return self.spent_before + time.monotonic() - self.began

    def note_spent(self) -> None:
        """Keep the time for the next sitting."""
        write_whole(self.path / "spent.json", json.dumps({"seconds": round(self.spent(), 1)}) + "\n")

    def study(self, sampler: optuna.samplers.BaseSampler) -> optuna.Study:
        """The study in the journal, new or as it was left."""
        import optuna

        journal = self.path / "journal.log"
        (self.path / "journal.log.lock").unlink(missing_ok=True)  # of a killed process: ours is the only one, see `only_one`
        cut_unfinished_line(journal)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            storage = optuna.storages.JournalStorage(journal_backend(journal))
        return optuna.create_study(study_name=NAME, storage=storage, sampler=sampler, load_if_exists=True)


def journal_backend(path: Path) -> BaseJournalBackend:
    """Optuna's journal in a file, without waiting for the disk at every line.

    Optuna syncs after each parameter of each trial, which costs more than a tenth of a second per trial on a slow disk. What was written
    survives the process as it is; only a power cut can take the last lines, and the archive then still has their runs.
    """
    from optuna.storages.journal import JournalFileBackend

    class Journal(JournalFileBackend):
        def append_logs(self, logs: list[dict[str, Any]]) -> None:
            with path.open("ab") as file:  # one write: a reader never sees half of it; `only_one` keeps other writers away
                file.write("".join(json.dumps(log, separators=(",", ":")) + "\n" for log in logs).encode())

    return Journal(str(path))


def left_running(study: optuna.Study, ranges: dict[str, Any]) -> list[optuna.Trial]:
    """Trials that a killed process left, ready to be evaluated; parameters that it did not write any more are proposed again, the same."""
    import optuna

    states = (optuna.trial.TrialState.RUNNING,)
    trials = [optuna.Trial(study, frozen._trial_id) for frozen in study.get_trials(deepcopy=False, states=states)]
    for trial in trials:
        for path, spread in ranges.items():
            trial.suggest_float(path, spread.low, spread.high)
    return trials


def only_one(lock: IO[str], path: Path) -> None:
    """Hold the lock of the folder until the process ends, however it ends."""
    try:
        import fcntl
    except ImportError:  # Windows: nothing stops a second process there
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise UserError(f"Another process works in {path}. Wait for it, or use another folder with --folder.") from None


def cut_unfinished_line(journal: Path) -> None:
    """Remove what a killed process could not finish writing; else the next line would be glued to it."""
    if not journal.is_file():
        return
    content = journal.read_bytes()
    if content and not content.endswith(b"\n"):
        with journal.open("r+b") as file:
            file.truncate(content.rfind(b"\n") + 1)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is whole or not there."""
    aside = path.with_name(f".tmp-{os.getpid()}-{path.name}")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file so that it is whole or as before."""
    aside = target.with_name(f".tmp-{os.getpid()}-{target.name}")
    shutil.copyfile(source, aside)
    aside.replace(target)


def differences(before: dict[str, Any], now: dict[str, Any]) -> str:
    """Names of the parts that differ."""
    return ", ".join(name for name in sorted({*before, *now}) if digest_of(before.get(name)) != digest_of(now.get(name)))
