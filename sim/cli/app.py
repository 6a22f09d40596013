"""The application that the verbs join: shared options, how a command line splits into names and settings, how JSON is printed."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.config.errors import UserError

app = typer.Typer(
    name="sim",
    help="Loopbrug: which policy reduces which shortage on the Dutch labour market, for whom, at what cost, and how sure are we?",
    epilog="Settings follow every verb as key=value, e.g. population.scale=0.001 until=2028-12 seeds=20. Meaning: sim explain KEY. "
    "One life: sim explain person 17. Start with: sim compare",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Words = Annotated[list[str] | None, typer.Argument(metavar="[SCENARIO]... [KEY=VALUE]...", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output and nothing else there.")]
Out = Annotated[Path | None, typer.Option("-o", "--out", help="Where the dashboard goes.", show_default="RUNS_DIR/dashboard.html")]
Language = Annotated[str | None, typer.Option("--lang", help="Language of the dashboard when it opens: nl or en.", show_default=False)]
Sweep = Annotated[
    str | None,
    typer.Option("--sweep", help="Only the runs of this sweep: a name in RUNS/sweeps, or how it begins.", show_default=False),
]
Open = Annotated[bool, typer.Option("--open", help="Open the dashboard in the browser.")]

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say how many runs, how long and how much disk; nothing is run.")]


def split(words: list[str] | None) -> tuple[list[str], list[str]]:
    """Names and settings (``key=value``, ``~key``) of a command line."""
    settings = [word for word in words or [] if "=" in word or word.startswith("~")]
    return [word for word in words or [] if word not in settings], settings


def check_language(language: str | None) -> None:
    """Refuse a language that the dashboard does not have."""
    if language not in (None, "nl", "en"):
        raise UserError(f"--lang must be nl or en, got '{language}'.")


def print_json(document: Any) -> None:
    """One JSON document on standard output; numbers that are not defined become null."""
    print(json.dumps(defined(document), indent=2, ensure_ascii=False, allow_nan=False))


def print_results(document: dict[str, Any]) -> None:
    """`print_json` of a document that holds results: with the version, code and data that made them (``made_with``)."""
    from sim.runs.identity import made_with

    print_json(document | {"made_with": made_with()})


def defined(value: Any) -> Any:
    """`value` with None for every infinite or undefined number, which JSON does not have."""
    if isinstance(value, dict):
        return {key: defined(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [defined(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def open_in_browser(path: Path) -> None:
    """Show a file in the user's browser."""
    import webbrowser

    webbrowser.open(path.resolve().as_uri())


def version(value: bool) -> None:
    """Print the version and leave."""
    if value:
        from sim import __version__

        print(f"loopbrug {__version__}")
        raise typer.Exit


@app.callback()
def options(show: Annotated[bool, typer.Option("--version", callback=version, is_eager=True, help="Print the version.")] = False) -> None:
    """Options before the verb."""
