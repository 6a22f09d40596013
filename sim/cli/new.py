"""``sim new``."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.app import app
from sim.config.errors import UserError, unknown


@app.command()
def new(
    what: Annotated[str, typer.Argument(metavar="policy|scenario", help="A policy needs a checkout; a scenario goes to ./scenarios.")],
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and _.")],
    policy: Annotated[
        str | None, typer.Option("--policy", help="The policy of a new scenario: sim list policies", show_default="job_bridge")
    ] = None,
) -> None:
    """Files for a policy or scenario of your own, ready to run.

    A scenario: ./scenarios/NAME.yaml, with one policy and its parameters. A policy, in a checkout: the policy, its rows of evidence, a
    scenario and a test, all of which work as they are. Nothing is ever written over.
    """
    from sim.config import shipped
    from sim.scaffold.policy import new_policy
    from sim.scaffold.scenario import USUAL, new_scenario

    if what not in ("policy", "scenario"):
        raise unknown("kind of file", what, ("policy", "scenario"))
    if what == "policy" and policy is not None:
        raise UserError("--policy chooses the policy of a new scenario: sim new scenario NAME --policy ...")
    for path in new_policy(name) if what == "policy" else new_scenario(name, policy or USUAL):
        print(f"Written: {shipped.shown(path)}")
    print(
        f"Next: uv run pytest tests/policies -k {name}, then uv run sim compare {name}" if what == "policy" else f"Next: sim compare {name}"
    )
