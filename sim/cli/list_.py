"""``sim list``."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.app import Json, app, print_json
from sim.config.errors import unknown


@app.command(name="list")
def list_(
    what: Annotated[str, typer.Argument(metavar="scenarios|policies|experiments|parameters|metrics")] = "scenarios",
    as_json: Json = False,
) -> None:
    """Scenarios, policies, experiments, parameters or metrics."""
    from sim.config.catalogue import LISTS
    from sim.runs.tell import columns

    if what not in LISTS:
        raise unknown("list", what, LISTS)
    items = LISTS[what]()
    if as_json:
        print_json(items)
        return
    if items:
        print(columns([("name", "meaning"), *((str(item["name"]), str(item["meaning"])) for item in items)]))
    print(f"Next: sim explain {items[0]['name'] if items else 'population.scale'}")
