"""``sim docs``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import Json, app, check_language, print_json
from sim.config.errors import UserError
from sim.runs.ending import FAILED

DEFAULT = Path("runs/docs")


@app.command()
def docs(
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the documents.")] = DEFAULT,
    lang: Annotated[str, typer.Option("--lang", help="Language of the page's own headings: nl or en.")] = "en",
    check: Annotated[
        bool, typer.Option("--check", help="Only compare the committed documents with the code; exit code 1 at a difference.")
    ] = False,
    save: Annotated[bool, typer.Option("--save", help="Write the committed documents again (in a checkout).")] = False,
    as_json: Json = False,
) -> None:
    """Documents of trust: ODD, parameters, provenance of the data, validation, TRACE; one HTML page and Markdown.

    They are made from the code, so they say what this version does.
    """
    from sim.docs import check as committed

    check_language(lang)
    if check and save:
        raise UserError("--check compares and --save writes: give one of them.")
    if check:
        found = committed.difference()
        if as_json:
            print_json({"same": not found, "difference": found or None})
        else:
            print(f"The committed documents are not what the code gives: {found}\nNext: sim docs --save" if found else
                  "The committed documents are what the code gives.\nNext: sim docs")  # fmt: skip
        if found:
            raise typer.Exit(FAILED)
        return
    if save:
        files = committed.save()
    else:
        from sim.docs.library import documents
        from sim.docs.page import render

        texts = {"trust.html": render(lang), **{f"{name}.md": text for name, text in documents().items()}}
        files = committed.write(out, texts)
    if as_json:
        print_json({"written": [file.as_posix() for file in files]})
        return
    print("\n".join(f"Written: {file}" for file in files))
    print("Next: git diff sim/docs/generated" if save else f"Next: open {out / 'trust.html'} in a browser.")
