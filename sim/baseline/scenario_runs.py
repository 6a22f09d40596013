"""The runs of the scenarios of a tier, done or found as `sim compare` does, in the same folders; for levels and for effects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.baseline.store import TierSettings
from sim.config.errors import UserError
from sim.runs.progress import Lines, luck

if TYPE_CHECKING:
    from sim.config.schema import SimConfig
    from sim.runs.batch import Batch
    from sim.runs.execute import Engine

SHIPPED = "shipped"
"""Instead of names: every scenario that comes with Loopbrug, whatever stands in the working directory."""


class Told(Lines):
    """Progress as lines for `tell`."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__()
        self.tell = tell

    def note(self, text: str) -> None:
        """Pass `text` on."""
        self.tell(text)


def names_of(settings: TierSettings) -> list[str]:
    """Names of the scenarios of a tier; ``all`` and ``shipped`` written out.

    Raises
    ------
    UserError
        A scenario in the working directory hides a shipped one of the same name.
    """
    from sim.config import shipped
    from sim.runs.jobs import asked_for

    if SHIPPED not in settings.scenarios:
        return asked_for(settings.scenarios)
    folder = shipped.shipped("scenarios")
    names = sorted(path.stem for path in folder.glob("*.yaml"))
    for name in names:
        found = shipped.find("scenarios", name)
        if found is None or found.resolve().parent != folder.resolve():
            raise UserError(
                f"{found} hides the shipped scenario {name}, which this baseline is about. Check from another working directory."
            )
    return names


def configurations(settings: TierSettings) -> list[SimConfig]:
    """The runs: every scenario and what it is compared with, with every seed.

    Raises
    ------
    UserError
        A mistake in a name or setting; or parameter draws, which a baseline has not.
    """
    from sim.runs.jobs import paired

    configs = paired(names_of(settings), [*settings.settings, f"seeds={settings.seeds}"])
    if any(config.draw is not None for config in configs):
        raise UserError("a baseline is measured at the central values of the parameters: leave out draws=")
    return configs


def settings_of(config: SimConfig, settings: TierSettings, kind: str) -> dict[str, Any]:
    """What figures must share to be compared; `kind` says what they are."""
    from sim.runs.identity import NOT_RESULTS

    given = sorted(text for text in settings.settings if text.lstrip("+~").partition("=")[0].partition(".")[0] not in NOT_RESULTS)
    return {"figures": kind, "scale": config.population.scale, "start": config.population.start, "until": config.until, "settings": given}


def do(configs: list[SimConfig], tell: Callable[[str], None], load_engine: Callable[[], Engine] | None = None) -> Batch:
    """Do the runs that are not there yet."""
    from sim.runs.batch import Runner
    from sim.runs.execute import loopbrug

    with Runner(load_engine=load_engine or loopbrug) as runner:
        return runner.run(configs, Told(tell))


def failed(batch: Batch) -> dict[str, str]:
    """Scenarios with a failed run -> the first of them. Such a scenario is left out as a whole."""
    found: dict[str, str] = {}
    for record in batch.records:
        if not record.ok:
            found.setdefault(record.scenario, f"{luck(record)} failed: {next(iter((record.error or 'unknown error').splitlines()))}")
    return found


def folders(batch: Batch, without: dict[str, str]) -> list[Path]:
    """Run folders of all other scenarios."""
    return [task.folder for task, record in zip(batch.tasks, batch.records, strict=True) if record.scenario not in without]
