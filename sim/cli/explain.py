"""``sim explain``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from sim.cli.app import Json, app, print_json, print_results, split
from sim.config.errors import UserError


@app.command()
def explain(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="KEY | person UID [SCENARIO] [KEY=VALUE]...",
            help="A setting, parameter, policy, scenario, metric or column; or a person of a run by number (model.workers[UID]).",
        ),
    ],
    month: Annotated[
        str | None, typer.Option("--month", help="Why in this month, as 2026-03; the run ends there.", show_default="the last event")
    ] = None,
    as_json: Json = False,
) -> None:
    """What a name means, or the life of one simulated person and why.

    A name: unit, range, source, grade. A person: the run is done again, as sim run would, and this one person is watched.
    """
    if words[0] == "person" and len(words) > 1:
        explain_person(words[1], words[2:], month, as_json)
        return
    if len(words) > 1 or month is not None:
        raise UserError("Usage: sim explain KEY, or sim explain person UID [SCENARIO] [KEY=VALUE]... [--month YYYY-MM]")
    from sim.config.catalogue import explanation

    if as_json:
        print_json({"name": words[0], "explanation": explanation(words[0])})
    else:
        print(explanation(words[0]))


def explain_person(uid: str, words: list[str], month: str | None, as_json: bool) -> None:
    """Print the life of one person."""
    from sim.runs import jobs

    names, settings = split(words)
    if not uid.isdecimal():
        raise UserError(f"sim explain person takes the number of a person, from 0 on, got '{uid}'; e.g. sim explain person 17")
    if len(names) > 1:
        raise UserError(f"sim explain person takes one scenario, got {' '.join(names)}")
    life = jobs.follow(int(uid), *(names or ["baseline"]), *settings, month=month, tell=lambda text: print(text, file=sys.stderr))
    if as_json:
        print_results(life.to_json())
        return
    from sim.follow.tell import text
    from sim.runs.tell import made

    print(f"{text(life)}\n{made()}")
    parameter = next((factor.path for reason in reversed(life.reasons) for factor in reason.because), "separations")
    print(f"Next: sim explain {parameter}")
