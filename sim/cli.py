"""The command ``sim``. Verbs are thin: they call `sim.runs.jobs` and print; heavy imports stay inside, so that ``sim --help`` is fast."""

from __future__ import annotations

import json
import math
import sys
import traceback
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.config.errors import UserError, unknown

FINE, FAILED, MISTAKE, FAULT, INTERRUPTED = 0, 1, 2, 3, 130

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
Open = Annotated[bool, typer.Option("--open", help="Open the dashboard in the browser.")]


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


def defined(value: Any) -> Any:
    """`value` with None for every infinite or undefined number, which JSON does not have."""
    if isinstance(value, dict):
        return {key: defined(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [defined(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


@app.command()
def compare(words: Words = None, as_json: Json = False, out: Out = None, lang: Language = None, open_it: Open = False) -> None:
    """Baseline and scenarios, paired seeds, one dashboard: start here.

    Without names: the programmes that this is about, one by one. With all: every scenario there is, also your own (sim list scenarios).
    What a scenario is compared with goes along.
    """
    from sim.runs import jobs
    from sim.runs.progress import for_stream

    check_language(lang)
    names, settings = split(words)
    done = jobs.compare(*names, overrides=settings, out=out, language=lang, progress=for_stream())
    report_comparison(done, as_json, open_it)


@app.command()
def sweep(
    experiment: Annotated[str, typer.Argument(help="Name of a file in experiments/: sim list experiments")],
    words: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", show_default=False)] = None,
    as_json: Json = False,
    out: Out = None,
    lang: Language = None,
    open_it: Open = False,
) -> None:
    """All runs of an experiment file.

    Scenarios or named variants of them, times seeds, the strength of evidence and parameters of policies. Finished runs are used again,
    failed ones are tried again. An experiment with pilots prints a table, and has no dashboard.
    """
    from sim.pilots.design import asks_for_pilots
    from sim.runs import jobs
    from sim.runs.progress import for_stream

    check_language(lang)
    names, settings = split(words)
    if names:
        raise UserError(f"'{names[0]}' is not a setting: sim sweep takes one experiment, then key=value.")
    if asks_for_pilots(experiment):
        if out or lang or open_it:
            raise UserError(f"{experiment} has pilots, which have no dashboard: leave out -o, --lang and --open.")
        report_pilots(*jobs.pilots(experiment, overrides=settings, progress=for_stream()), as_json)
        return
    done = jobs.sweep(experiment, overrides=settings, out=out, language=lang, progress=for_stream())
    report_comparison(done, as_json, open_it)


def report_pilots(asked: Any, found: list[Any], as_json: bool) -> None:
    """Print what the pilots say."""
    if as_json:
        print_json({"experiment": asked.name, "repetitions": asked.repetitions, "pilots": [finding.to_json() for finding in found]})
        return
    from sim.pilots.tell import text

    print(f"{text(asked, found)}\nNext: sim compare")


def report_comparison(done: Any, as_json: bool, open_it: bool) -> None:
    """Print what `compare` or `sweep` found; leaves with 1 when a run failed."""
    if as_json:
        print_json(done.to_json())
    else:
        tell_comparison(done)
    if open_it and done.dashboard:
        open_in_browser(done.dashboard)
    if done.batch.failures:
        raise typer.Exit(FAILED)


def tell_comparison(done: Any) -> None:
    """The ranking for people."""
    from sim.runs import tell
    from sim.runs.progress import plural

    batch = done.batch
    finished = [record for record in batch.records if record.ok]
    if finished:
        seconds = sorted(record.wall_s for record in finished)[len(finished) // 2]
        print(f"{plural(len(finished), 'run')}: {tell.setting(finished[0])}; {seconds:.1f} s per run.")
    if done.comparison:
        print(f"\n{tell.ranking(done.comparison)}\n\n{tell.finding(done.comparison)}")
    for warning in dict.fromkeys(text for record in finished for text in record.warnings):
        print(f"Warning: {warning}")
    for failure in batch.failures:
        print(f"FAILED: {failure['scenario']} seed {failure['seed']}: {failure['error']} (traceback: {failure['run_dir']}/run.json)")
    if done.dashboard:
        print(f"Dashboard: {done.dashboard}")
    if batch.failures:
        print(f"Next: mend the cause and repeat the same command; only {plural(len(batch.failures), 'failed run')} will be done again.")
    else:
        print(f"Next: open {done.dashboard} in a browser.")


@app.command()
def run(words: Words = None, as_json: Json = False) -> None:
    """One scenario (default: baseline) with one seed."""
    from sim.runs import jobs, tell
    from sim.runs.progress import for_stream

    names, settings = split(words)
    if len(names) > 1:
        raise UserError(f"sim run does one scenario; for several: sim compare {' '.join(names)}")
    batch = jobs.run(*(names or ["baseline"]), *settings, progress=for_stream())
    (record,), (task,) = batch.records, batch.tasks
    if not record.ok:
        print(
            f"FAILED: {record.error}\n{record.traceback}Next: mend the cause and repeat the same command. Kept in {task.folder}",
            file=sys.stderr,
        )
        raise typer.Exit(FAILED)
    if as_json:
        print_json(record.for_machines(task.folder))
        return
    print(f"{record.label['en']}, seed {record.seed}: {tell.setting(record)}; {record.wall_s:.1f} s.\n\n{tell.summary(record)}\n")
    for warning in record.warnings:
        print(f"Warning: {warning}")
    name = "" if record.scenario == "baseline" else f" {record.scenario}"
    print(f"Run folder: {task.folder}\nNext: compare with doing nothing: sim compare{name}")


@app.command()
def dashboard(
    runs: Annotated[list[str] | None, typer.Argument(metavar="[RUNS]...", help="Folders with runs.", show_default="runs")] = None,
    out: Out = None,
    lang: Language = None,
    open_it: Open = False,
) -> None:
    """One HTML file of finished runs.

    Takes the runs that can be compared with the newest one.
    """
    from sim.runs import jobs
    from sim.runs.progress import plural

    check_language(lang)
    path, left_out = jobs.dashboard(runs or ["runs"], out=out, language=lang)
    if left_out:
        print(f"Left out: {plural(left_out, 'run')} with other settings or of another version of the model.")
    print(f"Next: open {path} in a browser.")
    if open_it:
        open_in_browser(path)


def open_in_browser(path: Path) -> None:
    """Show a file in the user's browser."""
    import webbrowser

    webbrowser.open(path.resolve().as_uri())


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


@app.command()
def explain(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="KEY | person UID [SCENARIO] [KEY=VALUE]...",
            help="A setting, parameter, policy, scenario or metric; or a person of a run by number (model.workers[UID]).",
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
        print_json(life.to_json())
        return
    from sim.follow.tell import text

    print(text(life))
    parameter = next((factor.path for reason in reversed(life.reasons) for factor in reason.because), "separations")
    print(f"Next: sim explain {parameter}")


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


@app.command()
def validate(
    words: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", show_default=False)] = None,
    world: Annotated[
        bool, typer.Option("--world", help="Compare the synthetic population at the start with the published margins instead.")
    ] = False,
    window: Annotated[str, typer.Option("--window", help="both, or fit: 2015-2019 only, the check window stays unseen.")] = "both",
    as_json: Json = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print the table of the README.")] = False,
    save: Annotated[bool, typer.Option("--save", help="Write the figures that every dashboard shows into the package.")] = False,
) -> None:
    """Fit of the baseline to 2015-2023, of the population (--world).

    Runs the baseline from 2015 with several seeds (default: 10 at 1:100) and compares every target with what was observed, in the window
    that the parameters were fitted to and in the window kept apart, with 50 and 90 % intervals and three naive forecasts. Measured seeds
    are kept in RUNS_DIR/validation. Leaves with 0 when bars are missed: it is a report.
    """
    names, settings = split(words)
    if names:
        raise UserError(f"'{names[0]}' is not a setting. Usage: sim validate [--world] [--window fit] [KEY=VALUE]...")
    if world:
        validate_world(settings, as_json)
        return
    from sim.calibration import saved, tell
    from sim.calibration.validate import configuration, document
    from sim.calibration.validate import validate as measure

    if save:
        saved.check(configuration(settings, window), window)
    found = measure(settings, window, lambda line: print(line, file=sys.stderr, flush=True))
    files = saved.save(found) if save else []
    if as_json:
        print_json(document(found))
        return
    print(tell.markdown(found) if as_markdown else tell.text(found))
    for path in files:
        print(f"Saved: {path}")
    if not as_markdown:
        print(tell.next_step(found, saved=save))


def validate_world(settings: list[str], as_json: bool) -> None:
    """Print the fit of the synthetic population."""
    from sim.config.compose import compose
    from sim.runs.margins import document, table

    margins = document(compose(settings))
    if as_json:
        print_json(margins)
    else:
        print(table(margins))
        print("Next: sim compare")


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
        print_json(done.to_json())
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
        print_json({"curves": found.entries, "path": found.path.as_posix(), "saved": found.saved and found.saved.as_posix()})
        return
    print(f"{table(found)}\n\nResult: {found.path}")
    print(f"Saved as {found.saved}: runs use it from now on." if found.saved else "Not in use yet: repeat the command with --save.")
    print("Next: sim compare")


@app.command()
def doctor() -> None:
    """Versions, machine, cache; compiles the kernels."""
    from sim.runs.doctor import report

    for line in report():
        print(line, flush=True)
    print("Next: sim compare")


@app.command()
def bench(
    scale: Annotated[
        list[float] | None,
        typer.Option("--scale", help="Size as population.scale, 0.001 to 1; may be repeated.", show_default="0.0075 and 0.075"),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Also everybody (3 GB of memory) and --cold: several minutes.")] = False,
    cold: Annotated[bool, typer.Option("--cold", help="Also a start with nothing compiled: a minute or two.")] = False,
    as_json: Json = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print the tables of the README.")] = False,
    guard: Annotated[
        Path | None, typer.Option("--guard", help="Only compare the month with this reference file; leaves with 1 when it is slower.")
    ] = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Measure and write the file of --guard.")] = False,
    out: Annotated[Path, typer.Option("-o", "--out", help="Where the page with the plots goes.")] = Path("runs/bench.html"),
) -> None:
    """How fast: lines of the month against this machine's limits.

    Times every line of the month on real months, with one and two threads, in nanoseconds per person and as a multiple of the calibration
    kernel (one keyed draw and one comparison per person), measured next to it; one monthly rule in NumPy, Polars, Numba and plain Mesa
    objects; memory, building, runs per second, starting. About a minute.

    Prints tables with targets, writes a page with plots, and adds a line to the history of this machine
    ($XDG_DATA_HOME/loopbrug/bench.jsonl, or ~/.local/share/loopbrug/bench.jsonl), with which the next time is compared: more than 30 %
    worse than the median of the last five quiet ones is marked WORSE.
    """
    from sim.bench.command import Options, bench

    fine, document = bench(Options(tuple(scale or ()), full, cold, as_json, as_markdown, guard, refresh, out))
    if as_json:
        print_json(document)
    if not fine:
        raise typer.Exit(FAILED)


def version(value: bool) -> None:
    """Print the version and leave."""
    if value:
        from sim import __version__

        print(f"loopbrug {__version__}")
        raise typer.Exit


@app.callback()
def options(show: Annotated[bool, typer.Option("--version", callback=version, is_eager=True, help="Print the version.")] = False) -> None:
    """Options before the verb."""


def main() -> None:
    """Entry point: turns what goes wrong into a message and an exit code."""
    try:
        app()
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(MISTAKE)
    except Exception as error:
        if type(error).__name__ == "Interrupted":
            print(f"{error} Repeat the same command to go on where it stopped.", file=sys.stderr)
            sys.exit(INTERRUPTED)
        traceback.print_exc()
        print("\nThis is a fault of Loopbrug, not of your input. Please report it with the lines above and `sim doctor`.", file=sys.stderr)
        sys.exit(FAULT)


if __name__ == "__main__":
    main()
