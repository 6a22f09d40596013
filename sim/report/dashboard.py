"""One self-contained HTML file from finished runs: opens from disk, asks nothing of any network, in English and Dutch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sim.analysis.balance_sheet import balance_sheets
from sim.analysis.contrast import Comparison, load
from sim.analysis.metrics import METRICS
from sim.analysis.tightness import tightness
from sim.calibration import saved
from sim.config.errors import unknown
from sim.report import assets, theme
from sim.report.charts import balance, fan, fit, paired
from sim.report.page import Facts, Page
from sim.report.words import LANGUAGES, words
from sim.runs.disk import write_whole

TEMPLATES = Path(__file__).with_name("templates")


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
    if language not in LANGUAGES:
        raise unknown("language", language, LANGUAGES)
    templates = environment()
    facts = _facts(comparison, failures)
    pages = [Page(name, facts, templates) for name in LANGUAGES]
    script = assets.text("dashboard.js")
    return templates.get_template("page.html.j2").render(
        language=language,
        body="body.html.j2",
        pages=[page.context() for page in pages],
        style=theme.css_variables() + assets.text("dashboard.css"),
        script=script,
        policy=assets.content_policy(script),
        payload=assets.pack(_payload(facts, pages, language)),
        library=assets.chart_library(),
        version=comparison.frames.runs[0].record.get("version"),
        say=words(language),
    )


def environment() -> Environment:
    """Return the templates of all pages; what users can name is escaped, and a word that is absent is an error."""
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _facts(comparison: Comparison, failures: Sequence[dict[str, Any]]) -> Facts:
    ranked = [result.name for result in comparison.scenarios]
    first = [comparison.baseline] if comparison.has_baseline else []
    names = [*first, *ranked, *(name for name in comparison.positions if name not in {*first, *ranked})]
    return Facts(
        comparison=comparison,
        ids={name: f"s{position}" for position, name in enumerate(names)},
        sheets={name: balance_sheets(comparison, name) for name in ranked},
        tightness={name: tightness(comparison, name) for name in names},
        failures=failures,
        fit=saved.load(),
    )


def _payload(facts: Facts, pages: list[Page], language: str) -> dict[str, Any]:
    """What the page's script needs: data shared by both languages, and texts, pieces and charts per language."""
    comparison = facts.comparison
    sheets = {facts.ids[name]: by_unit for name, by_unit in facts.sheets.items()}
    data = fan.data(comparison, facts.ids) | balance.data(sheets) | (paired.data(comparison) if comparison.scenarios else {})
    if facts.fit is not None:
        data["fit"] = fit.data(facts.fit.points)
    data["format"] = {metric: f",.{declared.decimals}f" for metric, declared in METRICS.items()}
    data["balance_lines"] = {page.words.language: balance.labels(page.words, sheets) for page in pages}
    first = facts.ids[comparison.scenarios[0].name] if comparison.scenarios else "s0"
    return {
        "state": {
            "language": language,
            "scenario": first,
            "against": facts.against[first],
            "heat": "s0",
            "metric": next(iter(METRICS)),
            "outcome": paired.NET,
            "split": "sector",
            "unit": "fte",
        },
        "against": facts.against,
        "config": theme.CONFIG,
        "data": data,
        "pages": {page.words.language: _page_payload(page) for page in pages},
    }


def _page_payload(page: Page) -> dict[str, Any]:
    say = page.words
    return {
        "title": say("page.title", question=page.findings.question()),
        "texts": page.texts(),
        "chart_words": page.chart_words(),
        "fragments": page.fragments(),
        "columns": page.columns(),
        "figures": page.figures(),
        "months": say.raw("months"),
        "months_short": say.raw("months_short"),
        "copied": say("reproduce.copied"),
    }
