"""Words about grids: what an axis, a value and a grid are called, what a chart finds, and what stands under the sliders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.analysis.contrast import ScenarioResult
from sim.analysis.grid import CHOICE, MONTH, NUMBER, Axis, Point
from sim.analysis.grid_response import MONEY, PRICE, PROGRAMMES, WORK, Response, interval_of
from sim.analysis.headline import NET
from sim.analysis.intervals import Interval
from sim.codes import month_date
from sim.report.charts.grid import MILLION, is_share
from sim.report.findings import lower_first
from sim.report.numbers import Numbers
from sim.report.words import Words

POLICIES = "policies."


@dataclass(frozen=True)
class GridWords:
    """Writes about grids in one language; `responses` are all grids of the page."""

    words: Words
    numbers: Numbers
    responses: Sequence[Response]

    # --- names --------------------------------------------------------------------------------------------------------------------
    def axis(self, along: Axis) -> dict[str, str]:
        """Return name of a setting, and ``value``: how one of its values stands in a sentence; the setting itself when it has no word."""
        key = along.key.removesuffix(".name").removeprefix("parameters.")
        last = key.rpartition(".")[2]
        known: dict[str, Any] = self.words.raw("grid.axes")
        if key == "population.start":
            last = "population_start"
        if last in known:
            return dict(known[last])
        short = last if along.key.startswith((POLICIES, "structure.")) else key
        return {"name": short, "value": short + " = {value}"}

    def bare(self, response: Response, along: Axis, position: int) -> str:
        """Return a computed value without its setting."""
        value = along.values[position]
        if along.kind == MONTH:
            return self.numbers.month(month_date(int(value)))
        if along.kind == CHOICE:
            return str(self.words.raw("grid.choices").get(value, value))
        share = is_share(along, response.comparison.parameters)
        shown = float(value) * (100 if share else 1)
        digits = f"{shown:.6g}"
        text = digits if "e" in digits else self.numbers.plain(shown, len(digits.partition(".")[2]))
        return self.words("grid.percent", value=text) if share else text

    def place(self, response: Response, point: Point, axes: slice = slice(None)) -> str:
        """Return where a point lies, in all settings (or those of `axes`)."""
        pairs = list(zip(response.grid.axes, point, strict=True))[axes]
        return ", ".join(self.axis(along)["value"].format(value=self.bare(response, along, position)) for along, position in pairs)

    def label(self, response: Response) -> str:
        """Return what the scenarios of a grid have in common in their labels; without anything in common, their policies."""
        labels = [result.label[self.words.language] for result in response.results]
        alike = [len(set(letters)) == 1 for letters in zip(*labels, strict=False)]
        common = labels[0][: alike.index(False) if False in alike else len(alike)]
        while common.count("(") > common.count(")"):
            common = common[: common.rindex("(")]
        whole = common in labels or common.endswith((" ", ")"))
        common = (common if whole else common.rpartition(" ")[0]).strip(" :,;-")
        return common or ", ".join(response.results[0].config.get("policies") or ()) or response.results[0].of

    def names(self) -> list[str]:
        """Return how each grid is called in a list of all; lines that would be called alike say what is held."""
        plain = [f"{self.label(r)}: {' × '.join(lower_first(self.axis(along)['name']) for along in r.grid.axes)}" for r in self.responses]
        return [
            name if plain.count(name) == 1 else name + self._held(name, plain, r) for name, r in zip(plain, self.responses, strict=True)
        ]

    def _held(self, name: str, plain: list[str], response: Response) -> str:
        alike = [other.grid.fixed for other, its in zip(self.responses, plain, strict=True) if its == name]
        told = {key: value for key, value in response.grid.fixed.items() if len({repr(fixed.get(key)) for fixed in alike}) > 1}
        held = ", ".join(f"{key.rpartition('.')[2]} = {self.numbers.anything(value)}" for key, value in told.items())
        return f" ({held})" if held else ""

    def outcome(self, outcome: str) -> str:
        """Return the name of an outcome."""
        if outcome in (*MONEY, PRICE):
            return self.words(f"grid.outcomes.{outcome}")
        family, _, group = outcome.partition(".")
        if family == NET:
            return self.words("grid.outcomes.net_group", group=self.words(f"groups.{group}")) if group else self.words("grid.outcomes.net")
        return self.words("grid.outcomes.shortage", group=self.words(f"groups.{group}"))

    def unit(self, outcome: str) -> str:
        """Return the unit of an outcome."""
        kind = "work" if outcome in WORK else "money" if outcome in MONEY else "price" if outcome == PRICE else "shortage"
        return self.words(f"grid.units.{kind}")

    # --- what a chart finds -------------------------------------------------------------------------------------------------------
    def finding(self, response: Response, outcome: str) -> str:
        """Return the title of the chart: the highest against the lowest computed value, as far as the interval of the difference tells.

        Intervals of titles hold for all grids of the page together (Bonferroni).
        """
        along, line = response.grid.axes[0], response.grid.line
        label, family = self.label(response), len(self.responses)
        if along.kind == CHOICE:
            line = sorted(line, key=lambda point: interval_of(response.grid.points[point], _of(outcome)).mean)
            family *= max(len(line) * (len(line) - 1) // 2, 1)  # the two furthest apart were chosen among all pairs
        low, high = line[0], line[-1]
        told = {
            "label": label,
            "low": self.bare(response, along, low[0]),
            "high": self.axis(along)["value"].format(value=self.bare(response, along, high[0])),
            "outcome": lower_first(self.outcome(outcome)),
            "held": self.words("grid.held", place=self.place(response, low, slice(1, None))) if len(low) > 1 else "",
        }
        if outcome == PRICE:
            return self._price_finding(response, low, high, told)
        change = _scaled(response.contrast(outcome, {low: -1.0, high: 1.0}, family), outcome)
        if change.low is None:
            return self.words("grid.finding_single", **told, difference=self._change(change, outcome))
        if change.mean == 0 and not change.half_width:
            return self.words("grid.finding_same", **told)
        numbers = {"difference": self._change(change, outcome), "interval": self.numbers.interval(change)}
        if not change.is_clear:
            return self.words("grid.finding_none", **told, **numbers)
        return self.words("grid.finding_clear", **told, **numbers, proportion=self._proportion(response, outcome, low, high, change))

    def _change(self, change: Interval, outcome: str) -> str:
        """A difference with its unit, but for work, whose name says it."""
        return self.numbers.mean(change) + ("" if outcome in WORK else f" {self.unit(outcome)}")

    def _proportion(self, response: Response, outcome: str, low: Point, high: Point, change: Interval) -> str:
        """Whether the effect grows in proportion to the size of a policy; empty for what is no size, and for money."""
        along = response.grid.axes[0]
        a, b = along.values[low[0]], along.values[high[0]]
        if along.kind != NUMBER or not along.key.startswith(POLICIES) or outcome in MONEY or float(a) <= 0:
            return ""
        bend = response.contrast(outcome, {high: 1.0, low: -float(b) / float(a)}, len(self.responses))
        kind = "unknown" if not bend.is_clear else "more" if bend.sign == change.sign else "less"
        return self.words(f"grid.proportion.{kind}", ratio=self.numbers.anything(round(float(b) / float(a), 1)))

    def _price_finding(self, response: Response, low: Point, high: Point, told: dict[str, str]) -> str:
        """A price is higher where cost x gain of the other point is more than the other's cost x gain; only gains are uncertain here."""
        points = response.grid.points
        ends = [(points[point].cost_per_net_fte_month, points[point].cost_eur) for point in (low, high)]
        (cheap, cost_low), (dear, cost_high) = ends
        if cheap is None or dear is None:
            return self.words("grid.price_none", **told)
        change = response.contrast(NET, {low: cost_high, high: -cost_low}, len(self.responses))
        prices = {"from_price": self.numbers.eur(cheap.mean), "to_price": self.numbers.eur(dear.mean)}
        return self.words("grid.price_clear" if change.is_clear else "grid.price_unclear", **told, **prices)

    # --- what stands under the sliders, and the table --------------------------------------------------------------------------------
    def said(self, response: Response, point: Point, outcome: str) -> str:
        """Return the sentence for a computed point, as the script writes it."""
        result, plain = response.grid.points[point], self.place(response, point)
        place = plain[:1].upper() + plain[1:]
        status = self.words("grid.said.computed", n=len(result.pairs))
        figure = self._amount(result, outcome)
        if figure is None:
            return self.words("grid.said.no_price", place=place, status=status)
        amount, low, high = figure
        interval = (
            self.words("grid.said.interval", interval=self.words("range", low=low, high=high)) if low else self.words("grid.said.single")
        )
        return self.words("grid.said.sentence", place=place, amount=amount, interval=interval, status=status)

    def _amount(self, result: ScenarioResult, outcome: str) -> tuple[str, str, str] | None:
        if outcome == PRICE:
            price = result.cost_per_net_fte_month
            return None if price is None else (self.numbers.eur(price.mean), self.numbers.eur(price.low), self.numbers.eur(price.high))
        found = _scaled(interval_of(result, outcome), outcome)
        amount = f"{self.numbers.mean(found, signed=outcome not in MONEY)} {self.unit(outcome)}"
        if found.low is None or found.high is None:
            return amount, "", ""
        low, high = (self.numbers.uncertain(bound, found.half_width) for bound in (found.low, found.high))
        return amount, low, high

    def table(self, response: Response, outcome: str) -> dict[str, Any]:
        """Return the computed points: values, mean, ends of the interval, pairs. The script makes those of other choices."""
        from sim.report.tables import bounds, cell

        rows = []
        for point, result in response.grid.points.items():
            bare = [self.bare(response, along, position) for along, position in zip(response.grid.axes, point, strict=True)]
            found = _scaled(interval_of(result, outcome), outcome)
            mean = cell(self.numbers.mean(found, signed=outcome not in MONEY), found.mean, bold=found.is_clear and outcome not in MONEY)
            cells = [cell(text) for text in bare[1:]] + [mean, *bounds(self.numbers, found), cell(str(found.n), found.n)]
            rows.append({"label": bare[0], "cells": cells})
        return {"columns": [*self.columns(response)[1:], f"{self.outcome(outcome)} ({self.unit(outcome)})", *self.ends()], "rows": rows}

    def columns(self, response: Response) -> list[str]:
        """Return the headings of the columns that say where a point lies."""
        return [self.axis(along)["name"] for along in response.grid.axes]

    def ends(self) -> list[str]:
        """Return the headings of the last columns."""
        return [self.words("over_time.low95"), self.words("over_time.high95"), self.words("provenance.seeds")]


def _of(outcome: str) -> str:
    return PROGRAMMES if outcome == PRICE else outcome


def _scaled(found: Interval, outcome: str) -> Interval:
    """Money in millions."""
    if outcome not in MONEY:
        return found
    low, high = (None if bound is None else bound / MILLION for bound in (found.low, found.high))
    return Interval(found.mean / MILLION, low, high, found.n)
