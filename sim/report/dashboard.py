"""One self-contained HTML file from finished runs: opens from disk, asks nothing of any network, in English and Dutch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sim.analysis.contrast import Comparison, load
from sim.report import document
from sim.report.facts import Facts
from sim.report.page import Page
from sim.report.sections import ORDER
from sim.report.words import LANGUAGES
from sim.runs.disk import write_whole


def write(
    run_dirs: Iterable[Path], out: Path, language: str = "en", failures: Sequence[dict[str, Any]] = (), baseline: str = "baseline"
) -> Path:
    """Write the dashboard of finished runs to `out` and return it.

    Parameters
    ----------
    run_dirs : run folders of one or more scenarios; with runs of the baseline among them, effects are shown, otherwise levels only.
    language : language in which the page opens; the other one is a click away.
    failures : records of runs that left no folder (``scenario``, ``seed``, ``error``), named as missing.
    """
    return write_comparison(load(run_dirs, baseline), out, language, failures)


def write_comparison(comparison: Comparison, out: Path, language: str = "en", failures: Sequence[dict[str, Any]] = ()) -> Path:
    """Write the dashboard of a comparison that was made already."""
    out = Path(out)
    html = render(comparison, language, failures)
    write_whole(out, html)
    return out


def render(comparison: Comparison, language: str = "en", failures: Sequence[dict[str, Any]] = ()) -> str:
    """Return the page as text; raises UserError for a language that does not exist."""
    document.check(language)
    templates, facts = document.environment(), Facts(comparison, failures)
    pages = [Page(name, facts, templates) for name in LANGUAGES]
    return document.render(
        templates,
        "body.html.j2",
        [document.Language(page.context(), page.payload()) for page in pages],
        language,
        _payload(facts, language),
        comparison.frames.runs[0].record.get("version"),
    )


def _payload(facts: Facts, language: str) -> dict[str, Any]:
    """What the script needs in all languages: the reader's first choices, scenarios by id, and the data of all sections."""
    sections = [section for section in ORDER if section.shown(facts)]
    chosen = {key: value for section in sections for key, value in section.choices(facts).items()}
    return {
        "state": {"language": language, "scenario": facts.first_id, "against": facts.against[facts.first_id], **chosen},
        "names": {sid: name for name, sid in facts.ids.items()},
        "against": facts.against,
        "data": {key: value for section in sections for key, value in section.data(facts).items()},
    }
