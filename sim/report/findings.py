"""The sentences that the figures say by themselves: the answer, and the title of every chart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.analysis.balance_sheet import BalanceSheet
from sim.analysis.contrast import Comparison, ScenarioResult, label_of
from sim.analysis.metrics import METRICS, last_year
from sim.analysis.runs import CENTRAL
from sim.analysis.tightness import Tightness
from sim.analysis.weak_evidence import COMMAND, WeakEvidence, may_do_nothing, weak_evidence
from sim.report.charts.balance import line_label
from sim.report.charts.paired import interval_of, outcome_label, outcome_unit
from sim.report.numbers import Numbers
from sim.report.words import Words

MOST_SENTENCES = 2
"""Scenarios whose effect per head gets a sentence of its own."""
MOST_NAMED = 3


@dataclass(frozen=True)
class Findings:
    """Writes findings in one language."""

    words: Words
    numbers: Numbers
    comparison: Comparison

    def label(self, name: str) -> str:
        """Return the label of a scenario, the baseline included."""
        return label_of(self.comparison.run_of(name))[self.words.language]

    def reference(self, result: ScenarioResult) -> str:
        """Return what a scenario is compared with, as it stands in a sentence."""
        return self.words("key_figures.the_baseline") if result.against == self.comparison.baseline else self.label(result.against)

    # --- the answer ---------------------------------------------------------------------------------------------------------------
    def question(self) -> str:
        """Return the question that the page answers."""
        results = self.comparison.scenarios
        if not results:
            return self.words("page.question_levels")
        if len(results) == 1:
            return results[0].question[self.words.language] or self.words("page.question_many", n=1)
        return self.words("page.question_many", n=len(results))

    def answer(self) -> str:
        """Return the answer in one sentence with its uncertainty."""
        results, say = self.comparison.scenarios, self.words
        if not results:
            return say("answer.levels")
        best = results[0]
        if len(results) == 1 and best.is_identical:
            return say("answer.identical_one", scenario=best.label[say.language], reference=self.reference(best))
        if best.net_fte_months.low is None:
            return say("answer.single_pair", **self._effect(best))
        if best.net_fte_months.sign > 0:
            return say("answer.best" if len(results) > 1 else "answer.one_gain", cost=self._price(best), **self._effect(best))
        if len(results) > 1:
            return say("answer.no_clear_all", n=len(results), **self._effect(best))
        return say("answer.one_loss" if best.net_fte_months.sign < 0 else "answer.no_clear_one", **self._effect(best))

    def more(self, sheet: BalanceSheet | None) -> list[str]:
        """Return what belongs to the answer: the cheapest scenario, who pays, and how many effects are not clear."""
        results, say = self.comparison.scenarios, self.words
        sentences = []
        cheapest = self.cheapest()
        if cheapest and cheapest is not results[0]:
            price = cheapest.cost_per_net_fte_month_eur or 0.0
            sentences.append(say("answer.cheapest", scenario=cheapest.label[say.language], cost=self.numbers.eur(price)))
        if sheet and sheet.losses:
            sentences.append(say("answer.losers", sector=lower_first(line_label(say, "sector", sheet.losses[0]))))
        unclear = sum(result.net_fte_months.sign == 0 for result in results)
        if len(results) > 1 and unclear and results[0].net_fte_months.sign > 0:
            sentences.append(say("answer.unclear", n=unclear, all=len(results)))
        return sentences + self._per_heads(results)

    def _per_heads(self, results: list[ScenarioResult]) -> list[str]:
        """What trials inside the runs clearly find: a sentence each for one or two, else one sentence with the gains of all."""
        clear = [result for result in results if result.programme.per_head_points and result.programme.per_head_points.is_clear]
        gains = [result for result in clear if result.programme.per_head_points and result.programme.per_head_points.sign > 0]
        if len(clear) <= MOST_SENTENCES:
            return [self._per_head(result) for result in clear]
        items = ", ".join(
            f"{lower_first(result.label[self.words.language])} {self.numbers.mean(result.programme.per_head_points)}"
            for result in gains
            if result.programme.per_head_points
        )
        many = [self.words("answer.per_head_many", items=items)] if gains else []
        return many + [self._per_head(result) for result in clear if result not in gains]

    def _per_head(self, result: ScenarioResult) -> str:
        points = result.programme.per_head_points
        assert points is not None
        return self.words(
            "answer.per_head_more" if points.sign > 0 else "answer.per_head_less",
            scenario=result.label[self.words.language],
            points=self.numbers.uncertain(abs(points.mean), points.half_width),
            interval=self.numbers.interval(points),
        )

    def cheapest(self) -> ScenarioResult | None:
        """Return the scenario with the lowest price per net FTE-month among those that have one (and cost anything)."""
        priced = [result for result in self.comparison.scenarios if result.cost_per_net_fte_month_eur]
        return min(priced, key=lambda result: result.cost_per_net_fte_month_eur or 0.0, default=None)

    def _effect(self, result: ScenarioResult) -> dict[str, object]:
        net, months = result.net_fte_months, self.comparison.frames.months
        return {
            "scenario": result.label[self.words.language],
            "net": self.numbers.uncertain(abs(net.mean) if net.is_clear else net.mean, net.half_width, signed=not net.is_clear),
            "interval": self.numbers.interval(net),
            "pairs": self._pairs(result),
            "start": self.numbers.month(months[0]),
            "end": self.numbers.month(months[-1]),
        }

    def _pairs(self, result: ScenarioResult) -> str:
        """Return the number of paired seeds, and of draws of each when there are any."""
        return self.words("answer.draws_of", draws=result.n_draws, seeds=result.n_seeds) if result.n_draws > 1 else str(len(result.pairs))

    def _price(self, result: ScenarioResult) -> str:
        price = result.cost_per_net_fte_month_eur
        return self.words("answer.at_cost", cost=self.numbers.eur(price)) if price else ""

    # --- titles of charts ---------------------------------------------------------------------------------------------------------
    def over_time(self, metric: str, result: ScenarioResult | None) -> str:
        """Return the title of the fan chart of a metric."""
        say, label = self.words, self.words.metric_label(metric)
        if result is None:
            return self._level(metric, label)
        change = result.outcomes[metric]
        scenario, unit = result.label[say.language], say.unit(METRICS[metric].unit, difference=True)
        if change.mean == 0 and not change.half_width:
            return say("over_time.finding_same", metric=label, scenario=scenario, reference=self.reference(result))
        if change.half_width is None:
            return say("over_time.finding_single", metric=label, difference=self.numbers.mean(change), unit=unit, scenario=scenario)
        kind = "finding_clear" if change.is_clear else "finding_none"
        return say(
            f"over_time.{kind}",
            metric=label,
            scenario=scenario,
            unit=unit,
            difference=self.numbers.uncertain(
                abs(change.mean) if change.is_clear else change.mean, change.half_width, signed=not change.is_clear
            ),
            direction=say("over_time.higher" if change.mean > 0 else "over_time.lower"),
            interval=self.numbers.interval(change),
        )

    def _level(self, metric: str, label: str) -> str:
        column, decimals = list(METRICS).index(metric), METRICS[metric].decimals
        levels = self.comparison.values[:, :, column]
        ends = levels[:, np.argmax(~np.isnan(levels[0]))], levels[:, -1]
        first, last = (self.numbers.uncertain(float(end.mean()), None, decimals=decimals) for end in ends)
        return self.words("over_time.finding_level", metric=label, first=first, last=last, unit=self.words.unit(METRICS[metric].unit))

    def by_seed(self, outcome: str) -> str:
        """Return the title of the chart of paired differences."""
        say = self.words
        results = self.comparison.scenarios
        clear = [result for result in results if interval_of(result, outcome).is_clear]
        name = lower_first(outcome_label(say, outcome))
        if len(results) == 1:
            [only], found = results, interval_of(results[0], outcome)
            kind = "single" if found.low is None else "one_clear" if clear else "one_none"
            amount = f"{self.numbers.mean(found)} {outcome_unit(say, outcome)}"
            return say(f"by_seed.{kind}", scenario=only.label[say.language], outcome=name, difference=amount)
        best = ""
        if clear:
            largest = max(clear, key=lambda result: abs(interval_of(result, outcome).mean))
            amount = self.numbers.mean(interval_of(largest, outcome))
            best = say("by_seed.finding_best", scenario=largest.label[say.language], difference=amount, unit=outcome_unit(say, outcome))
        return say("by_seed.finding", clear=len(clear), all=len(results), outcome=name, best=best)

    def ranking(self) -> str:
        """Return the title of the ranking."""
        best, cheapest = self.comparison.scenarios[0], self.cheapest()
        if best.net_fte_months.sign <= 0 or cheapest is None:
            return self.words("ranking.title_none")
        scenario, other = best.label[self.words.language], cheapest.label[self.words.language]
        return self.words("ranking.title_same" if cheapest is best else "ranking.title_cost", scenario=scenario, cheapest=other)

    def costs(self) -> str:
        """Return the title of the table of costs: what a prevented month of shortage in the crucial sectors costs at least."""
        priced = {result.name: found for result in self.comparison.scenarios if (found := result.cost_per_shortage_month("crucial"))}
        if not priced:
            return self.words("costs.title_none")
        name = min(priced, key=lambda name: priced[name].mean)
        return self.words("costs.title", scenario=self.label(name), cost=self.numbers.eur(priced[name].mean))

    def weak_evidence(self) -> list[str]:
        """Return what the ranking hangs on: whether it changes with the evidence at its low end, and which policies then only cost."""
        say, found = self.words, weak_evidence(self.comparison)
        nothing = [r.label[say.language] for r in self.comparison.scenarios if r.evidence == CENTRAL and may_do_nothing(self.comparison, r)]
        sentences = (
            [self._order(found) if found.is_known else say("evidence.unknown", command=COMMAND)] if self.comparison.scenarios else []
        )
        return sentences + ([say("evidence.nothing", scenarios=", ".join(nothing), n=len(nothing))] if nothing else [])

    def _order(self, found: WeakEvidence) -> str:
        say = self.words
        first = {name: rows[0].of for name, rows in (("central", found.central), ("low", found.low))}
        order = ", ".join(self.label(result.of) for result in found.low)
        kind = "same" if not found.changes_order else "first" if first["central"] != first["low"] else "order"
        lost = ", ".join(result.label[say.language] for result in found.no_longer_clear)
        more = say("evidence.no_longer_clear", scenarios=lost) if lost else ""
        return say(f"evidence.{kind}", n=len(found.low), best=self.label(first["low"]), order=order) + more

    def balance(self, result: ScenarioResult, sheet: BalanceSheet) -> str:
        """Return the title of a balance sheet."""
        gains, losses = (self._named(sheet.split, keys) for keys in (sheet.gains, sheet.losses))
        kind = "both" if gains and losses else "gains" if gains else "losses" if losses else "none"
        return self.words(f"balance.finding_{kind}", scenario=result.label[self.words.language], gains=gains, losses=losses)

    def _named(self, split: str, keys: list[str]) -> str:
        names = [line_label(self.words, split, key) for key in keys[:MOST_NAMED]]
        text = ", ".join(lower_first(name) if split == "sector" else name for name in names)
        return self.words("balance.and_more", items=text, n=len(keys) - MOST_NAMED) if len(keys) > MOST_NAMED else text

    def tightness(self, name: str, tightness: Tightness) -> str:
        """Return the title of the heatmap."""
        tightest, counts = tightness.tightest(), tightness.counts()
        if tightest is None:
            return self.words("tightness.finding_unknown", scenario=self.label(name))
        return self.words(
            "tightness.finding",
            scenario=self.label(name),
            n=counts["tight"] + counts["very_tight"],
            all=sum(counts.values()),
            sector=lower_first(self.words(f"sectors.{tightest[0]}")),
            province=tightest[1],
        )

    def baseline_level(self, metric: str, name: str) -> tuple[float, float | None]:
        """Return the mean of the last twelve months over the seeds of a scenario, and the half width of its spread."""
        rows = list(self.comparison.positions[name].values())
        values = last_year(self.comparison.values)[rows, list(METRICS).index(metric)]
        return float(values.mean()), float(1.96 * values.std(ddof=1)) if len(rows) > 1 else None


def lower_first(text: str) -> str:
    """Lower the first letter for use within a sentence, unless the word is an abbreviation."""
    return text if len(text) > 1 and text[1].isupper() else text[:1].lower() + text[1:]
