"""The sentences that the figures say by themselves: the answer, and the title of every chart."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.analysis.balance_sheet import BalanceSheet
from sim.analysis.contrast import Comparison, ScenarioResult, label_of
from sim.analysis.metrics import METRICS, last_year
from sim.analysis.runs import CENTRAL
from sim.analysis.tightness import Tightness
from sim.analysis.weak_evidence import COMMAND, WeakEvidence, may_do_nothing, weak_evidence
from sim.report.answers import Answers, lower_first
from sim.report.charts.balance import line_label
from sim.report.charts.paired import interval_of, outcome_label, outcome_unit
from sim.report.numbers import Numbers
from sim.report.words import Words

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
        return self._answers.answer()

    def more(self) -> list[str]:
        """Return what belongs to the answer: at what price, at whose expense, on how weak an evidence, and what becomes of other work."""
        return self._answers.more()

    @property
    def _answers(self) -> Answers:
        return Answers(self.words, self.numbers, self.comparison)

    def cheapest(self) -> ScenarioResult | None:
        """Return the scenario with the lowest price per net FTE-month among those that have one (and cost anything)."""
        priced = [result for result in self.comparison.scenarios if result.cost_per_net_fte_month_eur]
        return min(priced, key=lambda result: result.cost_per_net_fte_month_eur or 0.0, default=None)

    # --- titles of charts ---------------------------------------------------------------------------------------------------------
    def over_time(self, metric: str, result: ScenarioResult | None) -> str:
        """Return the title of the fan chart of a metric."""
        say, label = self.words, self.words.metric_label(metric)
        if result is None:
            return self._level(metric, label)
        change = result.outcomes[metric]
        scenario, unit = result.label[say.language], say.unit(METRICS[metric].unit, difference=True)
        if math.isnan(change.mean):
            return say("over_time.finding_unknown", metric=label)
        if change.mean == 0 and not change.half_width:
            return say("over_time.finding_same", metric=label, scenario=scenario, reference=self.reference(result))
        shown = {"metric": label, "scenario": scenario, "unit": unit, "when": say("over_time.end")}
        if change.half_width is None:
            return say("over_time.finding_single", difference=self.numbers.mean(change), **shown)
        return say(
            f"over_time.finding_{'clear' if change.is_clear else 'none'}",
            difference=self.numbers.uncertain(
                abs(change.mean) if change.is_clear else change.mean, change.half_width, signed=not change.is_clear
            ),
            direction=say("over_time.higher" if change.mean > 0 else "over_time.lower"),
            interval=self.numbers.interval(change),
            **shown,
        )

    def _level(self, metric: str, label: str) -> str:
        level, _ = self.baseline_level(metric, next(iter(self.comparison.positions)))
        shown = self.numbers.uncertain(level, None, decimals=METRICS[metric].decimals)
        return self.words("over_time.finding_level", metric=label, level=shown, unit=self.words.unit(METRICS[metric].unit))

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
        return sentences + ([say("evidence.nothing", scenarios=say.listed(nothing), n=len(nothing))] if nothing else [])

    def _order(self, found: WeakEvidence) -> str:
        say = self.words
        first = {name: rows[0].of for name, rows in (("central", found.central), ("low", found.low))}
        order = say.listed([self.label(result.of) for result in found.low])
        kind = "same" if not found.changes_order else "first" if first["central"] != first["low"] else "order"
        lost = say.listed([result.label[say.language] for result in found.no_longer_clear])
        more = say("evidence.no_longer_clear", scenarios=lost) if lost else ""
        return say(f"evidence.{kind}", n=len(found.low), best=self.label(first["low"]), order=order) + more

    def balance(self, result: ScenarioResult, sheet: BalanceSheet) -> str:
        """Return the title of a balance sheet."""
        gains, losses = (self._named(sheet.split, keys) for keys in (sheet.gains, sheet.losses))
        kind = "both" if gains and losses else "gains" if gains else "losses" if losses else "none"
        return self.words(f"balance.finding_{kind}", scenario=result.label[self.words.language], gains=gains, losses=losses)

    def _named(self, split: str, keys: list[str]) -> str:
        names = [line_label(self.words, split, key) for key in keys]
        return self.words.listed([lower_first(name) if split == "sector" else name for name in names], MOST_NAMED)

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
