"""`RunRecord`: what ``run.json`` holds. It is written for machines and for whoever must repeat the run in five years."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from sim.config.errors import UserError
from sim.config.reading import MOST_OF_JSON, bytes_of, json_of
from sim.config.schema import MONTH_PATTERN

FILE_NAME = "run.json"
TRACEBACK = "traceback.txt"
"""Where a failed run went wrong, for people; ``run.json`` has it too."""


STEERS = re.compile(rb"\\u(00[0189]|007[fF]|061[cC]|20[0-6]|[dD][89a-fA-F]|[fF][eE][fF])|[\x7f\xc2\xd8\xe2\xef]")
"""What may be a character that steers a terminal, escaped or not: then every text is looked at (`sim.config.visible`)."""
Month = Annotated[str, StringConstraints(pattern=f"^{MONTH_PATTERN.pattern}$")]


class BrokenRun(UserError):
    """A run folder that cannot be read: cut short, changed, or of another program. A page of many runs can do without it."""

    def __init__(self, message: str, folder: Path) -> None:
        super().__init__(message)
        self.folder = folder


class RunRecord(BaseModel):
    """One finished or failed run. Times in seconds, memory in MB (10^6 bytes), phases in nanoseconds per person and month."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    status: Literal["ok", "failed"]
    key: str
    """Hash of everything the result depends on; name of the folder."""
    scenario: str
    label: dict[Literal["en", "nl"], str] = Field(min_length=2)
    question: dict[Literal["en", "nl"], str] = Field(min_length=2)
    against: str = "baseline"
    """The scenario that this one is compared with."""
    evidence: str = "central"
    """Where in the range of their evidence the effects of the policies stand: central, low or high."""
    seed: int
    draw: int | None = None
    """Number of the parameter draw; None: central values."""
    drawn: dict[str, float] = {}
    """Values of the draw, by path of the evidence table."""
    months: int = Field(ge=0, le=10_000)
    persons: int = 0
    """Simulated persons, later entrants included."""
    employers: int = 0
    weight: float = Field(gt=0, allow_inf_nan=False)
    """People in the country per simulated person."""
    start: Month
    until: Month
    version: str
    code_digest: str
    git: dict[str, Any]
    data_digest: str
    config_digest: str
    """Configuration that results depend on, without the seed and the parameter draw: the runs of a scenario share it."""
    settings_digest: str
    """The same without what a scenario is there to change: runs that can be compared share it."""
    config: dict[str, Any] = {}
    """The configuration that results depend on, seed and draw included, so that the run can be done again from this file alone."""
    world_digest: str = ""
    digest: str = ""
    """Digest of the results; the same on every machine."""
    packages: dict[str, str]
    platform: str
    build_s: float = 0.0
    wall_s: float = 0.0
    peak_rss_mb: float = 0.0
    """Largest memory of the process up to the end of this run."""
    phases: dict[str, float] = {}
    summary: dict[str, float | None] = {}
    """Last value of every metric; None where it is not defined, such as the retirement age when nobody retired."""
    warnings: list[str] = []
    files: dict[str, int] = {}
    """Size in bytes of the other files of the folder, by name."""
    error: str | None = None
    traceback: str | None = None
    created: str
    """UTC."""

    @property
    def ok(self) -> bool:
        """Whether the run finished."""
        return self.status == "ok"

    def for_machines(self, folder: Path) -> dict[str, Any]:
        """The run as ``--json`` prints it."""
        names = (
            "key",
            "scenario",
            "seed",
            "draw",
            "months",
            "persons",
            "employers",
            "build_s",
            "wall_s",
            "peak_rss_mb",
            "digest",
            "phases",
            "summary",
        )
        return (
            {"key": self.key, "run_dir": folder.as_posix()}
            | {name: getattr(self, name) for name in names[1:]}
            | {"warnings": self.warnings}
        )

    def failure_for_machines(self, folder: Path) -> dict[str, Any]:
        """A failed run as ``--json`` and the dashboard show it."""
        return {
            "scenario": self.scenario,
            "seed": self.seed,
            "draw": self.draw,
            "key": self.key,
            "error": self.error,
            "run_dir": folder.as_posix(),
            "traceback": (folder / TRACEBACK).as_posix(),
        }


def read(folder: Path) -> RunRecord | None:
    """The record of a run folder; None when there is none.

    Raises
    ------
    BrokenRun
        ``run.json`` is there but no version of Loopbrug wrote it like this, or it cannot be opened.
    """
    path = folder / FILE_NAME
    try:
        return record_of(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UserError as error:
        raise BrokenRun(f"{error} Remove the folder.", folder) from None
    except OSError as error:
        raise BrokenRun(f"{path}: {error.strerror}.", folder) from error
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"]))
        raise BrokenRun(
            f"{path}: not a run record of this version ({f'{where}: ' if where else ''}{fault['msg']}). Remove the folder.", folder
        ) from None


def record_of(path: Path) -> RunRecord:
    """The record in a file that may be anybody's; its texts are safe to print.

    Raises
    ------
    UserError, OSError, ValidationError
        It is no plain file of a sensible size, cannot be opened, is no record.
    """
    content = bytes_of(path, MOST_OF_JSON, "the record of a run")
    if not STEERS.search(content):
        return RunRecord.model_validate_json(content)
    return RunRecord.model_validate(json_of(path, "the record of a run"))
