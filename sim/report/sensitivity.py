"""One self-contained HTML file of a sensitivity analysis: what effects hang on, as a tornado, in English and Dutch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment

from sim.report import document
from sim.report.assumptions import Assumption
from sim.report.charts import tornado
from sim.report.sayings import Sayings
from sim.report.tables import assumptions
from sim.report.words import LANGUAGES
from sim.sensitivity.findings import Findings, Table
from sim.sensitivity.saved import study


def write(found: Findings, out: Path, language: str = "en") -> Path:
    """Write the page of an analysis with at least one table to `out` and return it; it opens in `language`."""
    out.write_text(render(found, language, out.with_suffix(".csv").name), encoding="utf-8")
    return out


def render(found: Findings, language: str, csv_name: str) -> str:
    """Return the page as text; raises UserError for a language that does not exist."""
    document.check(language)
    templates = document.environment()
    pages = [Page(name, found, templates, csv_name) for name in LANGUAGES]
    version = next(record.version for record in found.batch.records if record.ok)
    method = found.design.asked.method
    payload = {
        "state": {"language": language, "table": "t0"},
        "against": {},
        "data": {"tornado": {tid: tornado.data(method, list(table.indices)) for tid, table in numbered(found)}},
    }
    bodies = [document.Language(page.context(version), page.payload()) for page in pages]
    return document.render(templates, "sensitivity.html.j2", bodies, language, payload, version)


def numbered(found: Findings) -> list[tuple[str, Table]]:
    """Return the tables with their ids on the page."""
    return [(f"t{n}", table) for n, table in enumerate(found.tables)]


class Page(Sayings):
    """The page in one language."""

    def __init__(self, language: str, found: Findings, templates: Environment, csv_name: str) -> None:
        super().__init__(language, study(found), templates)
        self.found, self.csv_name = found, csv_name

    def strip(self, version: str) -> list[tuple[str, str]]:
        """Return what was run, as pairs of name and value."""
        say, design, batch = self.say, self.found.design, self.found.batch
        record = next(record for record in batch.records if record.ok)
        varied = ("factors", len(design.factors)) if design.asked.groups == "none" else ("groups", len(design.groups))
        runs = str(len(batch.tasks))
        failed = len(batch.failures)
        return [
            (say("provenance.version"), version),
            (say("sensitivity.method"), say(f"sensitivity.methods.{design.asked.method}")),
            (say("sensitivity.varied"), say(f"sensitivity.{varied[0]}", n=varied[1])),
            (say("sensitivity.points"), str(self.found.points)),
            (say("sensitivity.seeds"), str(len(design.seeds))),
            (say("provenance.runs"), say("sensitivity.runs_value", runs=runs, failed=failed) if failed else runs),
            (say("provenance.period"), say("range", low=record.start, high=record.until)),
            (say("provenance.scale"), say("provenance.scale_value", weight=self.numbers.uncertain(record.weight, None))),
        ]

    # --- what the template and the script need ----------------------------------------------------------------------------------------
    def context(self, version: str) -> dict[str, Any]:
        """Return everything the template needs, for the first table."""
        design, first = self.found.design, self.found.tables[0]
        names = ", ".join(dict.fromkeys(self.labels[pair.name] for pair in design.pairs))
        failures = self.found.batch.failures
        used = [Assumption(path, row.central, row) for path, row in self.rows.items()]
        return {
            "language": self.say.language,
            "say": self.say,
            "question": self.say("sensitivity.question", scenarios=names),
            "answer": self.answer(first),
            "strip": self.strip(version),
            "failed": self.say("sensitivity.failed", n=len(failures), error=failures[0]["error"]) if failures else "",
            "options": [(tid, self.choice(table)) for tid, table in numbered(self.found)],
            "title": self.title(first),
            "reading": self.reading(),
            "note": self.note(first),
            "fragment": self.fragment(first),
            "source": self.say(f"sensitivity.source{'_plain' if design.asked.method == 'tornado' else ''}", version=version),
            "files": self.say("sensitivity.files", file=self.csv_name),
            "factors": assumptions(self.say, self.numbers, used, self.labels),
            "command": self.study.command,
        }

    def payload(self) -> dict[str, Any]:
        """Return what the page's script needs in this language."""
        tables, say = numbered(self.found), self.say
        return {
            "title": say("page.title", question=self.context("")["question"]),
            "texts": {
                "title": {tid: self.title(table) for tid, table in tables},
                "note": {tid: self.note(table) for tid, table in tables},
                "answer": {tid: self.answer(table) for tid, table in tables},
            },
            "chart_words": self.chart_words(tables),
            "fragments": {"table": {tid: self.fragment(table) for tid, table in tables}},
            "columns": {},
            "figures": {"tornado": tornado.figure(say, say("decimal") + say("thousands"))},
        }
