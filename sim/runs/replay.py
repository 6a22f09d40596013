"""Do a run again from its ``run.json`` alone, and compare: the same digests, or what differs between that installation and this one.

A ``run.json`` may come from a stranger. Nothing in it is opened, imported or run: its configuration is checked as every other, the places
in it (``runs_dir``, machines) are dropped, no file is written, and its texts are printed without control characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.config.checks import check_crises, check_parameters, check_policies
from sim.config.errors import UserError
from sim.config.origin import Origin
from sim.config.plain_yaml import values_of
from sim.config.reading import text_of
from sim.config.schema import SimConfig
from sim.config.visible import shortened
from sim.runs import identity as who
from sim.runs import record
from sim.runs.batch import COMPILING
from sim.runs.execute import Engine, OnMonth, loopbrug, world_of
from sim.runs.record import RunRecord

KEY = re.compile(r"[a-z2-7]{4,16}")
"""The key of a run, or how it begins."""
SAME, DIFFERS = "same", "differs"
LONGEST = 200
"""Characters of a text in a table."""


@dataclass(frozen=True)
class InRecord(Origin):
    """Settings that stand in a run.json, for the messages of `sim.config.checks`. path : of it."""

    path: Path = Path(record.FILE_NAME)

    def where(self, key: Sequence[str]) -> str:
        """The file; it has no lines worth naming."""
        return str(self.path)


@dataclass(frozen=True)
class Pair:
    """One thing that is noted in ``run.json`` and was found here. what : its name."""

    what: str
    stored: str
    now: str

    @property
    def same(self) -> bool:
        """Whether the two are equal."""
        return self.stored == self.now


@dataclass(frozen=True)
class Replayed:
    """A run that was done again.

    Attributes
    ----------
    path : of its run.json. scenario, seed, draw, start, until : of the run.
    world, result : digests of the synthetic population, and of the results.
    others : version, digests of code and data, packages, platform, equal or not.
    changed : whether ``run.json`` was changed by hand since this very code wrote it.
    """

    path: Path
    scenario: str
    seed: int
    draw: int | None
    start: str
    until: str
    world: Pair
    result: Pair
    others: tuple[Pair, ...]
    changed: bool

    @property
    def same(self) -> bool:
        """Whether the results are equal, bit for bit."""
        return self.world.same and self.result.same

    @property
    def verdict(self) -> str:
        """``same`` or ``differs``."""
        return SAME if self.same else DIFFERS

    def document(self) -> dict[str, Any]:
        """The document of ``--json``."""
        return {
            "run": self.path.as_posix(),
            "scenario": self.scenario,
            "seed": self.seed,
            "draw": self.draw,
            "start": self.start,
            "until": self.until,
            "verdict": self.verdict,
            "world_digest": {"stored": self.world.stored, "now": self.world.now},
            "digest": {"stored": self.result.stored, "now": self.result.now},
            "differences": [asdict(pair) for pair in self.others if not pair.same],
            "run_json_was_changed": self.changed,
            "made_with": {pair.what: pair.now for pair in self.others},
        }


def find(run: str, runs_dir: Path) -> Path:
    """The run.json that `run` means: that file, the folder it is in, or the key of a run in `runs_dir` (or how it begins).

    Raises
    ------
    UserError : there is none, or several.
    """
    path = Path(run)
    if path.is_file():
        return path
    if path.is_dir():
        if (path / record.FILE_NAME).is_file():
            return path / record.FILE_NAME
        raise UserError(f"{path}: no {record.FILE_NAME} here. Give a run folder (runs/scenario=.../key=...), its run.json, or a key.")
    if not KEY.fullmatch(run):
        raise UserError(f"'{run}' is not there, and is no key of a run. Give a run folder, its run.json, or a key.")
    found = sorted(runs_dir.glob(f"scenario=*/key={run}*/{record.FILE_NAME}"))
    if len(found) != 1:
        many = f"{len(found)} runs begin with it: {', '.join(path.parent.name.removeprefix('key=') for path in found[:5])}"
        raise UserError(f"key {run}: {many if found else f'no such run in {runs_dir}'}. Give more of the key, or the run folder.")
    return found[0]


def read(path: Path) -> RunRecord:
    """The record of a finished run.

    Raises
    ------
    UserError : the file cannot be read, is no run.json of Loopbrug, or is of a run that failed.
    """
    try:
        found = record.record_of(path)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}.") from None
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"]))
        what = f"{where}: {fault['msg']}" if where else fault["msg"]
        raise UserError(f"{path}: not a run.json of Loopbrug, or a damaged one ({what}).") from None
    if not found.ok or not found.digest:
        raise UserError(f"{path}: this run failed, so there is no result to compare with: {found.error or 'no digest'}")
    return found


def config_of(found: RunRecord, path: Path) -> SimConfig:
    """The configuration of a run, checked, without the places that it names.

    Runs of earlier versions have it in ``config.yaml`` beside run.json only.

    Raises
    ------
    UserError : there is none, or it is not one that this version can run.
    """
    plain: Any = found.config or _beside(path)
    kept = {name: value for name, value in plain.items() if name not in who.NOT_RESULTS}
    origin = InRecord({}, (), path=path)
    try:
        config = SimConfig.model_validate(kept | {"uncertain": sorted(found.drawn)})
        check_parameters(config, origin)
        check_crises(config, origin)
        complete = check_policies(config, origin)
    except ValidationError as error:
        fault = error.errors()[0]
        raise _cannot(found, path, f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}") from None
    except (UserError, ValueError, TypeError, AttributeError) as error:
        raise _cannot(found, path, str(error).removeprefix(f"{path}: ")) from None
    return config.model_copy(update={"policies": complete.policies})


def replay(
    path: Path, engine: Engine | None = None, on_month: OnMonth | None = None, tell: Callable[[str], None] = lambda text: None
) -> Replayed:
    """Do the run of a ``run.json`` again in this process; nothing is written.

    Parameters
    ----------
    engine : the model. on_month : called with (months done, months). tell : called with one line when something takes long.

    Raises
    ------
    UserError : see `read` and `config_of`.
    """
    found = read(path)
    config = config_of(found, path)
    here = who.identity()
    tell(f"Doing again: {config.scenario.name}, seed {config.seed}, {config.population.first_month} to {config.until}, "
         f"{config.population.scale:g} of the people ...")  # fmt: skip
    engine = engine or loopbrug()
    if not engine.is_warm():
        tell(COMPILING)
        engine.warm_up()
    world, _ = world_of(config, engine, keep=False)
    world_digest = str(world.digest)
    result = engine.simulate(config, world, on_month)
    return Replayed(
        path=path,
        scenario=config.scenario.name,
        seed=config.seed,
        draw=config.draw,
        start=config.population.first_month,
        until=config.until,
        world=Pair("world", shortened(found.world_digest, LONGEST), world_digest),
        result=Pair("result", shortened(found.digest, LONGEST), str(result.digest)),
        others=tuple(installations(found, here)),
        changed=is_changed(found, config, here),
    )


def installations(found: RunRecord, here: who.Identity) -> list[Pair]:
    """What is noted of the installation that made the run, beside this one."""
    pairs = [
        ("version", found.version, here.version),
        ("code", found.code_digest, here.code_digest),
        ("data", found.data_digest, here.data_digest),
        ("commit", found.git.get("commit"), here.git["commit"]),
        *((name, found.packages.get(name), here.packages.get(name)) for name in who.PACKAGES),
        ("platform", found.platform, here.platform),
    ]
    return [Pair(name, shortened(str(stored or "-"), LONGEST), str(now or "-")) for name, stored, now in pairs]


def is_changed(found: RunRecord, config: SimConfig, here: who.Identity) -> bool:
    """Whether the configuration in run.json is not the one whose digest stands beside it; only this very code can tell."""
    if (found.version, found.code_digest) != (here.version, here.code_digest):
        return False
    return who.digest_of(who.undrawn_settings(config)) != found.config_digest or config.seed != found.seed


def _cannot(found: RunRecord, path: Path, why: str) -> UserError:
    """The error for a configuration that this version cannot run."""
    version = who.identity().version
    commit = found.git.get("commit")
    by = "" if found.version == version else f" Loopbrug {found.version} made it, this is {version}: "
    by += "" if not by else f"go to its commit, {commit}." if commit else "use that version."
    return UserError(f"{path}: its configuration cannot be run: {why}.{by}")


def _beside(path: Path) -> dict[str, Any]:
    """The configuration that an earlier version left beside run.json."""
    beside = path.with_name("config.yaml")
    if not beside.is_file():
        raise UserError(f"{path}: it holds no configuration, and there is no {beside.name} beside it, where earlier versions kept it.")
    try:
        plain = values_of(text_of(beside, "the configuration of a run"), beside.as_posix(), interpolations=True)
    except UserError as error:
        raise UserError(f"{beside}: not valid YAML: {error}") from None
    if not isinstance(plain, dict) or not all(isinstance(name, str) for name in plain):
        raise UserError(f"{beside}: not the configuration of a run.")
    return plain
