"""One self-contained HTML file of a sensitivity analysis: what effects hang on, as a tornado, in English and Dutch."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from jinja2 import Environment

from sim.analysis.intervals import Interval
from sim.analysis.metrics import METRICS
from sim.report import document, theme
from sim.report.assumptions import Assumption
from sim.report.charts import SHORT_TICKS, TICKS, tornado
from sim.report.numbers import Numbers
from sim.report.tables import Cell, assumptions, cell
from sim.report.words import LANGUAGES, Words, words
from sim.sensitivity.findings import Findings, Table
from sim.sensitivity.methods import Index
from sim.sensitivity.outcomes import PER_HEAD

NAMED = 4
"""Names in a sentence."""
SHORT_NAME = 60


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


class Page:
    """The page in one language."""

    def __init__(self, language: str, found: Findings, templates: Environment, csv_name: str) -> None:
        self.say: Words = words(language)
        self.numbers = Numbers(self.say)
        self.found, self.templates, self.csv_name = found, templates, csv_name
        self.rows = {factor.path: factor.row for factor in found.design.factors}
        configs = [config for pair in found.design.pairs for config in (pair.scenario, pair.reference)]
        self.labels = {config.scenario.name: config.scenario.label.model_dump()[language] for config in configs}

    # --- names ----------------------------------------------------------------------------------------------------------------------
    def outcome(self, table: Table) -> str:
        """Return the name of an outcome."""
        if table.outcome in METRICS:
            label = self.say.metric_label(table.outcome)
            return label[:1].lower() + label[1:]
        if table.outcome == PER_HEAD:
            return self.say("sensitivity.per_head")
        group = table.outcome.partition(".")[2]
        return self.say("sensitivity.net_group", group=self.say(f"groups.{group}")) if group else self.say("sensitivity.net")

    def is_fine(self, table: Table) -> bool:
        """Return whether changes in an outcome have decimals."""
        return table.outcome == PER_HEAD or (table.outcome in METRICS and METRICS[table.outcome].decimals > 0)

    def unit(self, table: Table) -> str:
        """Return the unit of changes in an outcome."""
        if table.outcome in METRICS:
            return self.say.unit(METRICS[table.outcome].unit, difference=True)
        return self.say("sensitivity.per_head_unit" if table.outcome == PER_HEAD else "by_seed.net_unit")

    def what(self, table: Table, key: str) -> str:
        """Return what a table is of: a choice, a title, or the middle of a sentence."""
        return self.say(f"sensitivity.{key}", scenario=self.labels[table.scenario], outcome=self.outcome(table))

    def choice(self, table: Table) -> str:
        """Return what a table is of, as a heading."""
        return self.what(table, "effect_of" if table.of == "effect" else "level_of")

    def name(self, index: Index, short: bool = False) -> str:
        """Return a parameter or a grade in words."""
        row = self.rows.get(index.name)
        if row is None:
            return self.say(f"grades.{index.name}")
        return (
            row.meaning if not short or len(row.meaning) <= SHORT_NAME else row.meaning[:SHORT_NAME].rpartition(" ")[0].rstrip(",;") + " …"
        )

    def detail(self, index: Index) -> str:
        """Return the range, unit and grade of a parameter; how many numbers a grade has."""
        row = self.rows.get(index.name)
        if row is None:
            return self.say("sensitivity.factors", n=sum(factor.group == index.name for factor in self.found.design.factors))
        low, high = self.numbers.anything(row.low), self.numbers.anything(row.high)
        range_, grade = self.say("sensitivity.range", low=low, high=high, unit=row.unit), self.say(f"grades.{row.grade}")
        return f"{range_} · {grade}"

    def tail(self, index: Index) -> str:
        """Return the last part of a path in brackets, since some meanings go on from the row before; nothing for a grade."""
        return f" ({index.name.rpartition('.')[2]})" if index.name in self.rows else ""

    def caption(self, index: Index) -> tuple[str, str]:
        """Return what stands above a bar: the name, and a line of details."""
        key = f"{index.name.rpartition('.')[2]} · " if index.name in self.rows else ""
        return self.name(index), key + self.detail(index)

    # --- sentences ------------------------------------------------------------------------------------------------------------------
    def title(self, table: Table) -> str:
        """Return the finding of a table."""
        what = self.choice(table)
        verdicts = {index.verdict for index in table.indices}
        told = [index for index in table.indices if index.verdict == "told"]
        if told:
            key = "title_told" if told[0].name in self.rows else "title_group"
            return self.say(f"sensitivity.{key}", what=what, first=self.name(told[0], short=True))
        return self.say(f"sensitivity.title_{'unknown' if 'unknown' in verdicts else 'luck'}", what=what)

    def answer(self, table: Table) -> str:
        """Return the finding of a table in one sentence."""
        what = self.what(table, table.of)
        told = [index for index in table.indices if index.verdict == "told"]
        if not told:
            key = "unknown" if any(index.verdict == "unknown" for index in table.indices) else "luck"
            return self.say(f"sensitivity.answer_{key}", all=len(table.indices), what=what)
        names = ", ".join(f"“{self.name(index, short=True)}”{self.tail(index)}" for index in told[:NAMED]) + (
            ", …" if len(told) > NAMED else ""
        )
        key = "told" if told[0].name in self.rows else "groups"
        return self.say(f"sensitivity.answer_{key}", all=len(table.indices), n=len(told), what=what, names=names)

    def note(self, table: Table) -> str:
        """Return what luck leaves of a table, and what was left out of it."""
        say, parts, asked = self.say, [], self.found.design.asked
        seeds = len(self.found.design.seeds)
        if seeds < 2:
            parts.append(say("sensitivity.one_seed"))
        elif table.luck_share is not None:
            parts.append(say("sensitivity.luck", share=self.numbers.share(table.luck_share), seeds=seeds))
        if asked.method == "tornado":
            parts.append(
                say("sensitivity.at", value=f"{self.numbers.mean(table.at)} {self.unit(table)}", interval=self.numbers.interval(table.at))
            )
        if table.left_out:
            parts.append(say("sensitivity.left_out", n=table.left_out, all=table.blocks + table.left_out))
        if len(table.indices) > tornado.SHOWN:
            parts.append(say("sensitivity.more", n=tornado.SHOWN))
        return " ".join(parts)

    def reading(self) -> str:
        """Return how to read the chart."""
        asked = self.found.design.asked
        key = f"{asked.method}_groups" if asked.method == "morris" and asked.groups != "none" else asked.method
        unsigned = asked.method == "sobol" or key.endswith("_groups")
        parts = [self.say(f"sensitivity.reading.{key}")]
        if unsigned and len(self.found.design.seeds) > 1:
            parts.append(self.say("sensitivity.band"))
        return " ".join(parts)

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

    # --- tables ---------------------------------------------------------------------------------------------------------------------
    def table(self, table: Table) -> dict[str, Any]:
        """Return the figures of a table as text."""
        method, say = self.found.design.asked.method, self.say
        keys = {"morris": ("change", "mu_star", "sigma"), "sobol": ("total", "first"), "tornado": ("at_low", "at_high", "change")}[method]
        rows = [
            {
                "path": index.name if index.name in self.rows else "",
                "name": self.name(index),
                "detail": self.detail(index),
                "cells": [*(self.figure(index, key) for key in keys), self.luck(index), cell(say(f"sensitivity.verdicts.{index.verdict}"))],
            }
            for index in table.indices
        ]
        headings = [*(say(f"sensitivity.{key}") for key in keys), say("sensitivity.luck_heading"), say("sensitivity.verdict")]
        return {"columns": headings, "rows": rows}

    def figure(self, index: Index, key: str) -> Cell:
        """Return one figure with its interval below it."""
        value, half = getattr(index, key), getattr(index, f"{key}_half", None)
        if value is None:
            return cell(self.say("unknown")) | {"number": True}
        if isinstance(value, Interval):
            below = self.numbers.interval(value) if value.half_width is not None else ""
            return cell(self.numbers.mean(value), value.mean, bold=index.verdict == "told", below=below)
        shown = self.numbers.uncertain(value, half)
        return cell(shown, value, bold=index.verdict == "told", below="" if half is None else f"± {self.numbers.uncertain(half, half)}")

    def luck(self, index: Index) -> Cell:
        """Return what the index would be from luck alone."""
        if index.luck is None:
            return cell(self.say("unknown")) | {"number": True}
        return cell(self.numbers.uncertain(index.luck, index.luck or None), index.luck)

    def fragment(self, table: Table) -> str:
        """Return the table as HTML."""
        shown = {"say": self.say, "table": self.table(table), "caption": self.choice(table)}
        return self.templates.get_template("sensitivity_table.html.j2").render(**shown)

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
            "command": shlex.join(["sim", "sweep", design.name, *design.settings]),
        }

    def payload(self) -> dict[str, Any]:
        """Return what the page's script needs in this language."""
        tables, say = numbered(self.found), self.say
        share = self.found.design.asked.method == "sobol"
        drawn = {tid: table.indices[: tornado.SHOWN] for tid, table in tables}
        hover = {tid: self.hover(some) for tid, some in drawn.items()}
        return {
            "title": say("page.title", question=self.context("")["question"]),
            "texts": {
                "title": {tid: self.title(table) for tid, table in tables},
                "note": {tid: self.note(table) for tid, table in tables},
                "answer": {tid: self.answer(table) for tid, table in tables},
            },
            "chart_words": {
                "tornado_names": {tid: tornado.names([self.caption(index) for index in some]) for tid, some in drawn.items()},
                "tornado_axis": {
                    tid: say("sensitivity.axis_share") if share else say("sensitivity.axis_change", unit=self.unit(table))
                    for tid, table in tables
                },
                "tornado_ticks": {tid: TICKS if share or self.is_fine(table) else SHORT_TICKS for tid, table in tables},
                "tornado_hover": hover,
            },
            "fragments": {"table": {tid: self.fragment(table) for tid, table in tables}},
            "columns": {},
            "figures": {"tornado": tornado.figure(say, say("decimal") + say("thousands"))},
        }

    def hover(self, indices: tuple[Index, ...]) -> dict[str, list[str]]:
        """Return what stands under the pointer at each bar."""
        keys = {"morris": ("change", "change"), "sobol": ("total", "first"), "tornado": ("at_high", "at_low")}[
            self.found.design.asked.method
        ]
        return {
            which: [theme.plain(f"{self.name(index, short=True)}, {self.say(f'sensitivity.{key}').lower()}") for index in indices]
            for which, key in zip(("first", "second"), keys, strict=True)
        }
