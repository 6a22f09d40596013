"""What the page says in one language: the context of the template, and the texts, tables and charts that follow the reader's choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from jinja2 import Environment

from sim.analysis.balance_sheet import SPLITS, UNITS
from sim.analysis.contrast import Comparison, ScenarioResult
from sim.analysis.frames import LAST_MONTHS
from sim.analysis.metrics import METRICS
from sim.analysis.tightness import FEWEST_SIMULATED, Tightness
from sim.codes import PROVINCES
from sim.report import assumptions, costs, provenance, tables, uncertainty
from sim.report.callouts import callouts
from sim.report.charts import balance, fan, heatmap, paired, parts, vintages
from sim.report.command import command
from sim.report.findings import Findings
from sim.report.fit import Fit
from sim.report.numbers import Numbers
from sim.report.theme import plain
from sim.report.words import Words, words

if TYPE_CHECKING:
    from sim.calibration.saved import Saved

SHORT_NAME = 26


@dataclass(frozen=True)
class Facts:
    """What all languages share: the comparison, ids of scenarios on the page (s0 is the baseline), balance sheets, tightness, the fit."""

    comparison: Comparison
    ids: dict[str, str]
    sheets: dict[str, balance.Sheets]
    tightness: dict[str, Tightness]
    failures: Sequence[dict[str, Any]]
    fit: Saved | None = None

    @property
    def against(self) -> dict[str, str]:
        """Id of what each scenario on the page is compared with; of itself when with nothing."""
        references = {result.name: result.against for result in self.comparison.scenarios}
        return {sid: self.ids[references.get(name, name)] for name, sid in self.ids.items()}


class Page:
    """The page in one language."""

    def __init__(self, language: str, facts: Facts, templates: Environment) -> None:
        self.words: Words = words(language)
        self.numbers = Numbers(self.words)
        self.facts = facts
        self.findings = Findings(self.words, self.numbers, facts.comparison)
        self.fit = Fit(self.words, self.numbers, facts.fit, facts.comparison)
        self.templates = templates

    @cached_property
    def results(self) -> list[ScenarioResult]:
        """All scenarios against the baseline, ranked."""
        return self.facts.comparison.scenarios

    @cached_property
    def labels(self) -> dict[str, str]:
        """Label of every scenario by name."""
        return {name: self.findings.label(name) for name in self.facts.ids}

    @property
    def separators(self) -> str:
        """Marks of decimals and thousands, as Plotly wants them."""
        return self.words("decimal") + self.words("thousands")

    # --- what stands in the page --------------------------------------------------------------------------------------------------
    def context(self) -> dict[str, Any]:
        """Return everything the template needs, for the first choice of scenario, metric and so on."""
        say, comparison = self.words, self.facts.comparison
        first = self.results[0] if self.results else None
        sheet = self.facts.sheets[first.name]["fte"]["sector"] if first else None
        months = comparison.frames.months
        return {
            "language": say.language,
            "say": say,
            "question": self.findings.question(),
            "answer": self.findings.answer(),
            "more": self.findings.more(sheet),
            "callouts": callouts(say, self.numbers, comparison, self.facts.failures),
            "strip": provenance.strip(say, self.numbers, comparison),
            "effects": bool(self.results),
            "options": self._options(),
            "cards": tables.cards(self.findings, first),
            "cards_title": self._cards_title(first),
            "cards_note": say(
                "key_figures.note",
                start=self.numbers.month(months[-LAST_MONTHS:][0]),
                end=self.numbers.month(months[-1]),
            ),
            "texts": self._first_texts(first),
            "over_time_note": self._over_time_note(),
            "fan_table": self._fan_table(first),
            "vintages": vintages.section(say, self.numbers, comparison),
            "ranking": tables.ranking(say, self.numbers, self.results, self.reference),
            "weak": self.findings.weak_evidence(),
            "uncertainty": uncertainty.section(say, self.numbers, comparison),
            **self._costs(),
            "ranking_title": self.findings.ranking() if self.results else "",
            "gross_meanings": tables.gross_meanings(self.results),
            "shortages": tables.shortages(say, self.numbers, self.results),
            "fragments": self._first_fragments(first),
            "all_balances": tables.all_balances(
                say, self.numbers, self.results, {n: by["fte"]["sector"] for n, by in self.facts.sheets.items()}
            ),
            "fewest": FEWEST_SIMULATED,
            "fit": self.fit.context(),
            "source": say("sources.chart", version=comparison.frames.runs[0].record.get("version")),
            **self._assumptions(),
            **self._reproduction(),
        }

    def _options(self) -> dict[str, list[tuple[str, str]]]:
        """Choices by select: id and label."""
        effects = [(self.facts.ids[result.name], result.label[self.words.language]) for result in self.results]
        everyone = [(sid, self.labels[name]) for name, sid in self.facts.ids.items()]
        return {
            "scenario": effects or everyone[:1],
            "heat": everyone,
            "metric": [(metric, self.words.metric_label(metric)) for metric in METRICS],
            "outcome": [(outcome, paired.outcome_label(self.words, outcome)) for outcome in paired.OUTCOMES],
            "split": [(split, self.words(f"balance.{split}")) for split in SPLITS],
            "unit": [(unit, self.words(f"balance.units.{unit}")) for unit in UNITS],
        }

    def reference(self, result: ScenarioResult) -> str:
        """What a scenario is compared with, when that is not the baseline."""
        return "" if result.against == self.facts.comparison.baseline else self.labels[result.against]

    def _costs(self) -> dict[str, Any]:
        say, comparison = self.words, self.facts.comparison
        if not self.results:
            return {}
        return {
            "costs": costs.totals(say, self.numbers, self.results),
            "unit_costs": costs.per_unit(say, self.numbers, assumptions.policies(comparison), self.labels),
            "prices": costs.prices(say, self.numbers, self.results),
            "prices_by_group": costs.prices_by_group(say, self.numbers, self.results),
            "prevented": costs.prevented(say, self.numbers, self.results),
            "costs_title": self.findings.costs(),
            "benefit_note": costs.benefit_note(say, self.numbers, comparison),
        }

    def _cards_title(self, result: ScenarioResult | None) -> str:
        if result is None:
            return self.words("key_figures.title_levels")
        clear = [result.net_fte_months, *(result.outcomes[metric] for metric in tables.CARDS)]
        n = sum(interval.is_clear for interval in clear)
        key = "key_figures.title_clear" if n else "key_figures.title_none"
        return self.words(key, scenario=result.label[self.words.language], n=n, all=len(clear))

    def _over_time_note(self) -> str:
        key = "over_time.subtitle" if self.results else "over_time.subtitle_level"
        counts = {len(rows) for rows in self.facts.comparison.positions.values()}
        return self.words(key, n=" / ".join(str(count) for count in sorted(counts)))

    def _assumptions(self) -> dict[str, Any]:
        comparison, say = self.facts.comparison, self.words
        parameters = comparison.parameters.values()
        differing = self._differing()
        return {
            "assumptions_title": say(
                "assumptions.title",
                n=len(comparison.parameters),
                assumed=sum(p.status == "assumption" for p in parameters),
                uncalibrated=sum(p.status == "uncalibrated" for p in parameters),
            ),
            "policies": tables.assumptions(say, self.numbers, assumptions.policies(comparison), self.labels),
            "behaviour": tables.assumptions(say, self.numbers, assumptions.behaviour(comparison), self.labels),
            "difference_title": self._difference_title(differing),
            "differences": tables.settings(say, self.numbers, differing, self._reference_heading()),
        }

    def _differing(self) -> list[tuple[str, assumptions.Setting]]:
        comparison = self.facts.comparison
        return [
            (result.label[self.words.language], setting)
            for result in self.results
            for setting in assumptions.differences(comparison.configs[result.against], result.config)
        ]

    def _difference_title(self, differing: list[tuple[str, assumptions.Setting]]) -> str:
        if len(self.results) == 1:
            key = "difference.title" if differing else "difference.title_none"
            return self.words(key, n=len(differing), scenario=self.results[0].label[self.words.language])
        return self.words("difference.all_title", scenarios=len(self.results), n=len(differing))

    def _reproduction(self) -> dict[str, Any]:
        comparison = self.facts.comparison
        record = comparison.frames.runs[0].record
        return {
            "command": command(comparison),
            "configurations": provenance.configurations(comparison),
            "digests": provenance.digests(comparison),
            "packages": sorted((record.get("packages") or {}).items()),
            "data_digest": str(record.get("data_digest") or ""),
        }

    # --- what follows the reader's choices ----------------------------------------------------------------------------------------
    def figures(self) -> dict[str, Any]:
        """Return the charts."""
        say = self.words
        charts = {
            "fan": fan.figure(say, self.separators, with_difference=bool(self.results)),
            "vintages": vintages.figure(say, self.separators, with_scenario=bool(self.results)),
        }
        if self.results:
            charts["paired"] = paired.figure(say, self.separators, self.results)
            charts["balance"] = balance.figure(say, self.separators)
        found = self.facts.comparison.uncertainty
        if found is not None:
            charts["parts"] = parts.figure(say, self.separators, found, self.results)
        return charts | self.fit.figures(self.separators)

    def texts(self) -> dict[str, Any]:
        """Return titles and units by choice."""
        say, ids = self.words, self.facts.ids
        shown = [(ids[result.name], result) for result in self.results]
        levels_only: list[tuple[str, ScenarioResult | None]] = [("s0", None)]
        over_time = {m: {sid: self.findings.over_time(m, result) for sid, result in shown or levels_only} for m in METRICS}
        return {
            "over_time": over_time,
            "meaning": {metric: METRICS[metric].meaning(say.language) for metric in METRICS},
            "by_seed": {outcome: self.findings.by_seed(outcome) for outcome in paired.OUTCOMES} if self.results else {},
            "balance": {
                sid: {
                    unit: {split: self.findings.balance(r, sheet) for split, sheet in by.items()}
                    for unit, by in self.facts.sheets[r.name].items()
                }
                for sid, r in shown
            },
            "tightness": {ids[name]: self.findings.tightness(name, tightness) for name, tightness in self.facts.tightness.items()},
            "cards_title": {sid: self._cards_title(result) for sid, result in shown or levels_only},
            "name": {sid: self.labels[name] for name, sid in ids.items()},
        }

    def chart_words(self) -> dict[str, Any]:
        """Return texts that stand inside charts, by choice."""
        say = self.words
        unit = {metric: say.unit(METRICS[metric].unit) for metric in METRICS}
        changes = {m: f"{say('over_time.difference_axis')} ({say.unit(METRICS[m].unit, difference=True)})" for m in METRICS}
        axes = {outcome: say("by_seed.axis", unit=paired.outcome_unit(say, outcome)) for outcome in paired.OUTCOMES}
        short = {sid: plain(shorten(self.labels[name])) for name, sid in self.facts.ids.items()}
        reference = {sid: plain(say("over_time.baseline")) if sid == "s0" else text for sid, text in short.items()}
        balance_axis = {unit: say(f"balance.axes.{unit}") for unit in UNITS}
        return {
            "reference": reference,
            "balance_axis": balance_axis,
            "unit": unit,
            "difference_title": changes,
            "paired_axis": axes,
            "short": short,
        }

    def columns(self) -> dict[str, Any]:
        """Return the tables that the page's script makes from data: heading and data of every column."""
        say = self.words
        names = {"p50": "median", "p05": "low90", "p95": "high90", "p25": "low50", "p75": "high50"}

        def fan_columns(sid: str, heading: str) -> list[dict[str, str]]:
            return [
                {"label": f"{heading}: {say(f'over_time.{word}')}", "ref": f"fan/{{metric}}/{sid}/{key}"} for key, word in names.items()
            ]

        columns = [{"label": say("over_time.month"), "ref": "months"}, *fan_columns("{against}", self._reference_heading())]
        if self.results:
            columns += fan_columns("{scenario}", say("difference.scenario"))
            ends = (("mean", "difference"), ("low", "low95"), ("high", "high95"))
            columns += [{"label": say(f"over_time.{word}"), "ref": f"delta/{{metric}}/{{scenario}}/{key}"} for key, word in ends]
        return {"fan": columns, **self.fit.columns()}

    def _reference_heading(self) -> str:
        """What stands above the levels that scenarios are compared with."""
        return self.words("over_time.reference" if any(map(self.reference, self.results)) else "over_time.baseline")

    def fragments(self) -> dict[str, Any]:
        """Return pieces of the page, as HTML, by choice."""
        ids, say = self.facts.ids, self.words
        return {
            "cards": {ids[result.name]: self._render("cards", cards=tables.cards(self.findings, result)) for result in self.results},
            "outcome": {outcome: self._outcome(outcome) for outcome in paired.OUTCOMES} if self.results else {},
            "balance": {
                ids[r.name]: {unit: {split: self._balance(r.name, unit, split) for split in SPLITS} for unit in UNITS} for r in self.results
            },
            "heat": {ids[name]: self._heat(name) for name in self.facts.tightness},
            "note": {unit: {split: say(f"balance.notes.{unit}.{split}") for split in SPLITS} for unit in UNITS},
        }

    def _first_fragments(self, result: ScenarioResult | None) -> dict[str, str]:
        heat = self._heat(next(iter(self.facts.ids)))
        if result is None:
            return {"heat": heat}
        return {
            "note": self.words("balance.notes.fte.sector"),
            "heat": heat,
            "outcome": self._outcome(paired.NET),
            "balance": self._balance(result.name, "fte", "sector"),
        }

    def _first_texts(self, result: ScenarioResult | None) -> dict[str, str]:
        metric, name = next(iter(METRICS)), next(iter(self.facts.ids))
        texts = {
            "over_time": self.findings.over_time(metric, result),
            "meaning": METRICS[metric].meaning(self.words.language),
            "tightness": self.findings.tightness(name, self.facts.tightness[name]),
        }
        if result:
            texts["by_seed"] = self.findings.by_seed(paired.NET)
            texts["balance"] = self.findings.balance(result, self.facts.sheets[result.name]["fte"]["sector"])
        return texts

    def _fan_table(self, result: ScenarioResult | None) -> dict[str, Any]:
        """The table that stands in the page without script: the first metric at the end of every year."""
        comparison, metric = self.facts.comparison, next(iter(METRICS))
        names = [result.against, result.name] if result else [next(iter(self.facts.ids))]
        levels = comparison.values[:, :, list(METRICS).index(metric)]
        rows = []
        for position, month in enumerate(comparison.frames.months):
            if month.month == 12 or position == len(comparison.frames.months) - 1:
                means = [float(levels[list(comparison.positions[name].values()), position].mean()) for name in names]
                rows.append({"label": self.numbers.month(month), "cells": [tables.cell(self.numbers.plain(mean), mean) for mean in means]})
        return {"columns": [self.labels[name] for name in names], "rows": rows, "caption": self.words.metric_label(metric)}

    def _outcome(self, outcome: str) -> str:
        caption = paired.outcome_label(self.words, outcome)
        return self._table(tables.outcomes(self.words, self.numbers, self.results, outcome), self.words("ranking.scenario"), caption)

    def _balance(self, name: str, unit: str, split: str) -> str:
        sheet = self.facts.sheets[name][unit][split]
        return self._table(tables.balance(self.words, self.numbers, sheet), self.words(f"balance.{split}"), self.labels[name])

    def _heat(self, name: str) -> str:
        rows = heatmap.rows(self.words, self.numbers, self.facts.tightness[name])
        return self._render("heatmap", rows=rows, provinces=PROVINCES, caption=self.labels[name])

    def _table(self, table: dict[str, Any], corner: str, caption: str) -> str:
        return self._render("table", table=table, corner=corner, caption=caption)

    def _render(self, template: str, **values: Any) -> str:
        return self.templates.get_template(f"{template}.html.j2").render(say=self.words, **values)


def shorten(text: str) -> str:
    """Cut a long label at a word, for use inside a chart."""
    if len(text) <= SHORT_NAME:
        return text
    return text[: SHORT_NAME - 1].rsplit(" ", 1)[0] + "…"
