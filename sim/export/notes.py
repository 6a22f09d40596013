"""The sheet that comes first: what this is, how to read it, where it comes from, and how anybody gets it again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sim.export.background import ranges
from sim.export.sheet import Material, Sheet
from sim.report.assumptions import flatten
from sim.report.command import command
from sim.report.findings import Findings

Note = tuple[str, str]
SETTINGS = ("until", "population", "economy", "structure", "rng", "evidence")
"""Parts of the configuration that the runs share and that are written out."""


def notes(of: Material, sheets: Iterable[Sheet], more: Sequence[Note] = ()) -> list[Note]:
    """Heading and text of every note.

    Parameters
    ----------
    of : what the sheets were made from.
    sheets : the sheets that follow.
    more : notes about the kind of file.
    """
    say = of.words
    return [
        (say("notes.what"), say("notes.what_text")),
        *_findings(of),
        *_runs(of),
        *((say("notes.reading"), text) for text in say.raw("notes.reading_items")),
        (say("notes.rounding"), say("notes.rounding_text")),
        *((say("notes.sheet", name=sheet.title(say)), sheet.about(say)) for sheet in sheets),
        *more,
        *((say("notes.limits"), text) for text in of.report.raw("limits.items")),
        (say("notes.command"), command(of.comparison) or of.report("reproduce.no_command")),
        *_settings(of),
        *_origin(of),
        *_licences(of),
    ]


def _findings(of: Material) -> list[Note]:
    findings = Findings(of.report, of.numbers, of.comparison)
    return [(of.words("notes.question"), findings.question()), (of.words("notes.answer"), findings.answer())]


def _runs(of: Material) -> list[Note]:
    frames, say, numbers = of.comparison.frames, of.words, of.numbers
    weight = float(frames.runs[0].record.get("weight") or 1)
    found = [
        (
            say("notes.runs"),
            say(
                "notes.runs_text",
                runs=len(frames.runs),
                scenarios=len(of.comparison.positions),
                seeds=ranges(run.pair[0] for run in frames.runs),
                start=numbers.month(frames.months[0]),
                end=numbers.month(frames.months[-1]),
                weight=numbers.uncertain(weight, None),
            ),
        )
    ]
    drawn = {run.pair[1] for run in frames.runs} - {None}
    if drawn:
        found.append((say("notes.draws"), say("notes.draws_text", n=len(drawn))))
    unreadable = [str(failure["error"]) for failure in of.failures if failure.get("unreadable")]
    failed = [f"{failure['scenario']} seed {failure['seed']}" for failure in of.failures if not failure.get("unreadable")]
    for key, names in (("failed_text", failed), ("unreadable_text", unreadable)):
        if names:
            found.append((say("notes.failed"), say(f"notes.{key}", n=len(names), runs=", ".join(names))))
    if of.left_out:
        found.append((say("notes.left_out"), say("notes.left_out_text", n=of.left_out)))
    return found


def _settings(of: Material) -> list[Note]:
    """Settings that all runs share; what differs stands on the sheet of scenarios."""
    configs = [flatten({name: config.get(name) for name in SETTINGS}) for config in of.comparison.configs.values()]
    shared = {name: value for name, value in configs[0].items() if all(other.get(name) == value for other in configs)}
    return [(of.words("notes.settings", name=name), str(value)) for name, value in shared.items() if value not in (None, [], {})]


def _origin(of: Material) -> list[Note]:
    say, records = of.words, [run.record for run in of.comparison.frames.runs]

    def all_of(name: str) -> str:
        return ", ".join(dict.fromkeys(str(record.get(name) or "-") for record in records))

    git = [record.get("git") or {} for record in records]
    commits = (str(one.get("commit") or "-") + (f" ({of.report('provenance.dirty')})" if one.get("dirty") else "") for one in git)
    packages = records[0].get("packages") or {}
    return [
        (say("notes.version"), all_of("version")),
        (say("notes.code"), all_of("code_digest")),
        (say("notes.data"), all_of("data_digest")),
        (say("notes.commit"), ", ".join(dict.fromkeys(commits))),
        (say("notes.date"), date_of(of)),
        (say("notes.packages"), ", ".join(f"{name} {version}" for name, version in packages.items())),
    ]


def date_of(of: Material) -> str:
    """Day of the newest run, as 2027-03-01."""
    return max(str(run.record.get("created") or "") for run in of.comparison.frames.runs)[:10]


def _licences(of: Material) -> list[Note]:
    say, record = of.words, of.comparison.frames.runs[0].record
    cite = say("notes.cite_text", version=record.get("version"), code=record.get("code_digest"), date=date_of(of))
    sources = [(say("notes.licence"), text) for text in of.report.raw("sources.items")]
    return [(say("notes.licence"), say("notes.licence_text")), *sources, (say("notes.cite"), cite)]
