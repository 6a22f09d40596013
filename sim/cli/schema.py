"""``sim schema``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import Json, app, print_json
from sim.config.errors import UserError, unknown

TABLES = "tables"


@app.command()
def schema(
    what: Annotated[str, typer.Argument(metavar="scenario|experiment|config|tables")] = "scenario",
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write it to a file.", show_default="standard output")] = None,
    as_json: Json = False,
) -> None:
    """What may stand in a YAML file, or stands in a run folder.

    scenario, experiment, config: JSON Schema (draft 2020-12). An editor that knows YAML completes and checks a file that begins with
    "# yaml-language-server: $schema=scenario.schema.json". tables: every column of every Parquet file, and the keys of run.json, with unit
    and meaning (with --json in English and Dutch).
    """
    from sim.analysis import columns
    from sim.export.json_schema import KINDS

    if what not in (*KINDS, TABLES):
        raise unknown("schema", what, (*KINDS, TABLES))
    is_text = what == TABLES and not as_json
    document = columns.to_json() if what == TABLES else KINDS[what]()
    if out is None and is_text:
        print(columns.text())
        print("\nNext: sim explain panel.employed")
        return
    if out is None:
        print_json(document)
        return
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        content = columns.text() if is_text else json.dumps(document, indent=2, ensure_ascii=False)
        out.write_text(content + "\n", encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot write {out}: {error.strerror}. Choose another place with -o.") from error
    if as_json:
        print_json({"written": out.as_posix()})
        return
    print(f"Written: {out}")
    if what != TABLES:
        print(f"Next: begin a {what} file with: # yaml-language-server: $schema={out.resolve().as_posix()}")
