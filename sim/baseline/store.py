"""A baseline is a folder of small files, made to be read in a review: what was measured, with which settings, and why it changed.

    baseline.yaml      format, name, settings of every tier, history of updates (`Baseline`)
    history.csv        every value at every update that changed it (`sim.baseline.history`)
    TIER.*             written and read by the module of the tier (`exact`, `statistical`, `effects`), named after it

The one that comes with Loopbrug stands in `SHIPPED`; `sim baseline init` makes one for the scenarios of somebody else's repository.

An update is whole or not there: everything new is written into ``.new``, which one rename makes ``.update``; from then on it counts, and
who reads the folder next (or the update itself) copies its files to their places and takes it away.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.baseline.item import TIERS, Tier
from sim.config.errors import UserError
from sim.config.plain_yaml import values_of as plain_values

FORMAT = 1
FILE_NAME = "baseline.yaml"
SHIPPED = Path(__file__).with_name("shipped")
"""The baseline of this version."""
OWN = Path("baseline")
"""Where one's own stands, seen from the working directory; used when it is there and nothing else is asked for."""
NEW, UPDATE, COPY = ".new", ".update", ".copy"
NO_BASELINE = 3
MOST_BYTES = 50_000_000
"""No file of a baseline is larger; what is was not written by an update."""


class NoBaseline(UserError):
    """There is no baseline, or not one that can be compared with: a message like any other of the user's, but exit code 3."""

    exit_code = NO_BASELINE


class TierSettings(BaseModel):
    """How a tier is measured. scenarios : names, as every verb takes them. settings : key=value. seeds : how many.

    variants : exact tier only: name -> further settings with which the first scenario is run once more.
    targets : statistical tier only: ``calibration``: what `sim validate` measures, of the baseline; ``levels``: every metric at the end of
    the run, of the scenarios.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    scenarios: tuple[str, ...] = Field(default=("baseline",), min_length=1)
    settings: tuple[str, ...] = ()
    seeds: int = Field(default=1, ge=1, le=10_000)
    variants: dict[str, tuple[str, ...]] = {}
    targets: Literal["calibration", "levels"] = "calibration"


class Update(BaseModel):
    """One update: when, by which version, why, and which tiers were measured anew."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: str
    version: str
    reason: str
    code_digest: str
    data_digest: str
    tiers: tuple[Tier, ...]
    moved: tuple[str, ...] = ()
    """Sentences on what moved, the largest first."""


class Baseline(BaseModel):
    """What ``baseline.yaml`` holds. tiers : those that this baseline has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = FORMAT
    name: str
    tiers: dict[Tier, TierSettings]
    history: tuple[Update, ...] = ()

    def measured(self, tier: Tier) -> Update | None:
        """The update that measured a tier last."""
        return next((update for update in reversed(self.history) if tier in update.tiers), None)


def find(folder: Path | None = None) -> Path:
    """The folder that is asked for; else one's own when it is there; else the shipped one."""
    if folder is not None:
        return folder
    return OWN if (OWN / FILE_NAME).is_file() or (OWN / UPDATE).is_dir() else SHIPPED


def load(folder: Path) -> Baseline:
    """Read a baseline.

    Raises
    ------
    NoBaseline : none is there, it is damaged, something else, or of another format.
    """
    finish(folder)
    path = folder / FILE_NAME
    if not folder.is_dir():
        raise NoBaseline(f"no baseline at {folder}: there is no such folder. {make(folder)}")
    if not path.is_file():
        raise NoBaseline(f"no baseline at {folder}: it has no {FILE_NAME}. {make(folder)}")
    try:
        plain = plain_values(text_of(path), "", interpolations=True)
    except NoBaseline:
        raise
    except UserError as error:
        raise damaged(path, str(error).strip().split("\n")[0].removesuffix(".")) from None
    if not isinstance(plain, dict) or "format" not in plain or "tiers" not in plain:
        raise NoBaseline(f"{path} is not a baseline of Loopbrug: it needs at least format, name and tiers. {make(folder)}")
    if plain["format"] != FORMAT:
        raise NoBaseline(other_format(path, plain["format"]))
    try:
        return Baseline.model_validate(plain)
    except ValidationError as error:
        first = error.errors()[0]
        raise damaged(path, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def other_format(path: Path, found: object) -> str:
    """What to do about a baseline of another format."""
    if isinstance(found, int) and not isinstance(found, bool) and found > FORMAT:
        return f"{path} has format {found}, this version of Loopbrug reads {FORMAT}: use the newer version that wrote it."
    return f"{path} has format {found!r:.40}, this version of Loopbrug reads {FORMAT}: make it anew with sim baseline init."


def text_of(path: Path) -> str:
    """The text of a file of a baseline; `NoBaseline` when it is missing, not text, too large or cannot be read."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise damaged(path, f"larger than {MOST_BYTES // 1_000_000} MB")
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise missing(path) from None
    except UnicodeDecodeError:
        raise damaged(path, "not text in UTF-8") from None
    except OSError as error:
        raise NoBaseline(f"cannot read {path}: {error.strerror}.") from None


def make(folder: Path) -> str:
    """How one gets a baseline."""
    if folder.resolve() == SHIPPED.resolve():
        return "It comes with Loopbrug: install it again, or in a checkout: git checkout -- sim/baseline/shipped"
    return f"To make one: sim baseline init --dir {folder}; for that of Loopbrug itself, leave out --dir."


def missing(path: Path) -> NoBaseline:
    """The error for a file of a baseline that is not there."""
    return NoBaseline(f"{path} is missing. {again(path)}")


def damaged(path: Path, why: str) -> NoBaseline:
    """The error for a file of a baseline that is not as an update wrote it; `why` without a full stop."""
    return NoBaseline(f"{path} is damaged ({why}). {again(path)}")


def again(path: Path) -> str:
    """How to get a file back."""
    tier = path.name.partition(".")[0]
    back = f"Take it from version control: git checkout -- {path}"
    return back if path.name == FILE_NAME else f"{back}; or measure it anew: {measure_again(path.parent, tier if tier in TIERS else None)}"


def measure_again(folder: Path, tier: str | None) -> str:
    """The command that measures a tier, or all, anew."""
    at = "" if folder.resolve() == SHIPPED.resolve() else f" --dir {folder}"
    return f'sim baseline update{f" --tier {tier}" if tier else ""}{at} --reason "..."'


def text(baseline: Baseline) -> str:
    """``baseline.yaml``."""
    plain = baseline.model_dump(mode="json", exclude_defaults=False)
    for settings in plain["tiers"].values():
        if not settings["variants"]:
            del settings["variants"]
        if settings["targets"] == TierSettings().targets:
            del settings["targets"]
    head = "# What `sim baseline check` compares with. Written by `sim baseline update`; the tiers' settings are yours to change.\n"
    return head + yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=140)


def write(folder: Path, baseline: Baseline, fill: Callable[[Path], None] = lambda folder: None) -> None:
    """Put a baseline, and the files that `fill` writes into the folder it is given, in the place of what is in `folder`, or nothing.

    Raises
    ------
    UserError : it cannot be written.
    """
    finish(folder)
    new = folder / NEW
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        fill(new)
        (new / FILE_NAME).write_text(text(baseline), encoding="utf-8")
        os.replace(new, folder / UPDATE)
    except OSError as error:
        raise UserError(f"cannot write the baseline {folder}: {error.strerror}. The old one is untouched.") from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
    finish(folder)


def finish(folder: Path) -> None:
    """Copy the files of an update that was written to their places; does nothing when there is none. May be interrupted and repeated."""
    update, new = folder / UPDATE, folder / NEW
    if not update.is_dir():
        return
    try:
        there = {path.name for path in update.iterdir()}
        tiers = {name.partition(".")[0] for name in there} & set(TIERS)
        for path in folder.iterdir():
            if path.is_file() and path.name.partition(".")[0] in tiers and path.name not in there:
                path.unlink()
        for name in sorted(there):
            shutil.copyfile(update / name, folder / COPY)
            os.replace(folder / COPY, folder / name)
        shutil.rmtree(new, ignore_errors=True)
        os.replace(update, new)
        shutil.rmtree(new)
    except FileNotFoundError:  # somebody else is finishing it
        pass
    except OSError as error:
        raise UserError(f"cannot put the files of {update} to their places: {error.strerror}.") from error
