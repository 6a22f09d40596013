"""What a sensitivity study says, in words and rows: names, titles, notes and tables of its indices. For its own page and the dashboard."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment

from sim.analysis.intervals import Interval
from sim.analysis.metrics import METRICS
from sim.report import theme
from sim.report.charts import SHORT_TICKS, TICKS, tornado
from sim.report.numbers import Numbers
from sim.report.tables import Cell, cell
from sim.report.words import Words, words
from sim.sensitivity.findings import Table
from sim.sensitivity.methods import Index
from sim.sensitivity.outcomes import PER_HEAD
from sim.sensitivity.saved import Study

NAMED = 4
"""Names in a sentence."""
SHORT_NAME = 60


class Sayings:
    """A study in one language."""

    def __init__(self, language: str, made: Study, templates: Environment | None) -> None:
        self.say: Words = words(language)
        self.numbers = Numbers(self.say)
        self.study, self.templates = made, templates
        self.rows = made.rows
        self.labels = {name: label[language] for name, label in made.labels.items()}

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
            return self.say("sensitivity.factors", n=sum(row.grade == index.name for row in self.rows.values()))
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
        say, parts, asked = self.say, [], self.study
        seeds = self.study.seeds
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
        asked = self.study
        key = f"{asked.method}_groups" if asked.method == "morris" and asked.groups != "none" else asked.method
        unsigned = asked.method == "sobol" or key.endswith("_groups")
        parts = [self.say(f"sensitivity.reading.{key}")]
        if unsigned and self.study.seeds > 1:
            parts.append(self.say("sensitivity.band"))
        return " ".join(parts)

    # --- tables ---------------------------------------------------------------------------------------------------------------------
    def table(self, table: Table) -> dict[str, Any]:
        """Return the figures of a table as text."""
        method, say = self.study.method, self.say
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
        assert self.templates is not None  # given wherever HTML is made
        return self.templates.get_template("sensitivity_table.html.j2").render(**shown)

    def hover(self, indices: tuple[Index, ...]) -> dict[str, list[str]]:
        """Return what stands under the pointer at each bar."""
        keys = {"morris": ("change", "change"), "sobol": ("total", "first"), "tornado": ("at_high", "at_low")}[self.study.method]
        return {
            which: [theme.plain(f"{self.name(index, short=True)}, {self.say(f'sensitivity.{key}').lower()}") for index in indices]
            for which, key in zip(("first", "second"), keys, strict=True)
        }

    def chart_words(self, tables: list[tuple[str, Table]]) -> dict[str, Any]:
        """Return the words of the tornado by id of the table."""
        share = self.study.method == "sobol"
        drawn = {tid: table.indices[: tornado.SHOWN] for tid, table in tables}
        return {
            "tornado_names": {tid: tornado.names([self.caption(index) for index in some]) for tid, some in drawn.items()},
            "tornado_axis": {
                tid: self.say("sensitivity.axis_share") if share else self.say("sensitivity.axis_change", unit=self.unit(table))
                for tid, table in tables
            },
            "tornado_ticks": {tid: TICKS if share or self.is_fine(table) else SHORT_TICKS for tid, table in tables},
            "tornado_hover": {tid: self.hover(some) for tid, some in drawn.items()},
        }
