"""``sim calibrate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import Json, app, print_results, split
from sim.config.errors import UserError


@app.command()
def calibrate(
    words: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", show_default=False)] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Five minutes: a look, not a result to publish.")] = False,
    minutes: Annotated[float | None, typer.Option("--minutes", help="Time for everything.", show_default="115, --quick 5")] = None,
    evaluations: Annotated[
        int | None, typer.Option("--evaluations", help="End the search after so many, whatever the clock says: repeats a fit exactly.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Where the work is kept.", show_default="RUNS_DIR/calibration[-quick]")
    ] = None,
    restart: Annotated[bool, typer.Option("--restart", help="Forget what is in the folder.")] = False,
    only: Annotated[str | None, typer.Option("--only", help="Fit only these parameters, as search.* ; several with commas.")] = None,
    policies: Annotated[
        str | None, typer.Option("--policies", help="Measure the lever curves of these policies instead: names with commas, or all.")
    ] = None,
    save: Annotated[bool, typer.Option("--save", help="Put the result into the package: later runs use it.")] = False,
    as_json: Json = False,
) -> None:
    """Fit the uncalibrated parameters to 2015-2019, or measure policies (--policies).

    Nothing after 2019 is simulated or looked at. Stop it at any time, even with kill: the same command goes on, and no finished run is
    done twice. The result is FOLDER/calibrated.yaml: values, spreads, what is identified, profiles.

    With --policies: how strong the levers of a policy must be for the effect of the evidence, by paired runs of 2015-2019 with few
    participants (12 seeds at 1:10, about five minutes a policy; finished seeds are kept). The result is RUNS_DIR/curves/curves.yaml.
    """
    from sim.calibration.command import Options, calibrate

    names, settings = split(words)
    if names:
        raise UserError(f"'{names[0]}' is not a setting: sim calibrate takes key=value, --only PATTERN for parameters, --policies NAME.")
    if policies is not None:
        if quick or restart or only is not None or minutes is not None or evaluations is not None or folder is not None:
            raise UserError("sim calibrate --policies takes --save, --json and key=value; the other options are for the fit.")
        calibrate_policies(policies, settings, save, as_json)
        return
    done = calibrate(settings, Options(quick, minutes, evaluations, folder, restart, only, save))
    if as_json:
        print_results(done.to_json())
        return
    from sim.calibration.result import table

    print(f"{table(done.document)}\n\nResult: {done.path}")
    print(f"Saved as {done.saved}: runs use it from now on." if done.saved else "Not in use yet: repeat the command with --save.")
    print("Next: sim validate")


def calibrate_policies(names: str, settings: list[str], save: bool, as_json: bool) -> None:
    """Measure and print lever curves."""
    from sim.calibration.policies.command import calibrate_policies as measure
    from sim.calibration.policies.command import table

    found = measure(names, settings, save)
    if as_json:
        print_results({"curves": found.entries, "path": found.path.as_posix(), "saved": found.saved and found.saved.as_posix()})
        return
    print(f"{table(found)}\n\nResult: {found.path}")
    print(f"Saved as {found.saved}: runs use it from now on." if found.saved else "Not in use yet: repeat the command with --save.")
    print("Next: sim compare")
