"""The answer at the head of the page, in at most three sentences.

Which policy helps most, by how many FTE-months net and between which bounds; at what cost, at whose expense and on how weak an evidence;
and what becomes of care, or of all work when the question is about care.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sim.analysis.balance_sheet import balance_sheets
from sim.analysis.contrast import Comparison, ScenarioResult, label_of
from sim.analysis.frames import GROUPS
from sim.analysis.intervals import Interval
from sim.analysis.prices import price
from sim.analysis.runs import CENTRAL
from sim.evidence.parameters import GRADES
from sim.report.numbers import Numbers
from sim.report.words import Words

ALL, CARE, CRUCIAL = "all", "care", "crucial"
ASKED = {CARE: re.compile(r"\bcare\b"), CRUCIAL: re.compile(r"\bcrucial\b")}
"""Words in the (English) question of a scenario that say what work it is about."""


def about(result: ScenarioResult) -> str:
    """The group of sectors that a scenario is about: that of the sectors its policies name, else of its question; ``all`` when of none."""
    policies = (result.config.get("policies") or {}).values()
    sectors = {str(settings["sector"]) for settings in policies if (settings or {}).get("sector")}
    if sectors:
        return next((group for group, keys in GROUPS.items() if sectors <= set(keys)), ALL)
    return next((group for group, word in ASKED.items() if word.search(result.question.get("en", "").lower())), ALL)


def focus(results: list[ScenarioResult]) -> str:
    """The group that all scenarios are about, ``crucial`` when that is of several crucial ones, else ``all``."""
    found = {about(result) for result in results}
    if len(found) == 1:
        return found.pop()
    return CRUCIAL if found and not found & {ALL, "rest"} else ALL


@dataclass(frozen=True)
class Answers:
    """Writes the answer in one language."""

    words: Words
    numbers: Numbers
    comparison: Comparison

    @property
    def results(self) -> list[ScenarioResult]:
        """The scenarios that the answer is about: with the evidence at its centre, where there are such."""
        central = [result for result in self.comparison.scenarios if result.evidence == CENTRAL]
        return central or self.comparison.scenarios

    # --- sentences ------------------------------------------------------------------------------------------------------------------
    def answer(self) -> str:
        """The first sentence: which scenario adds most of the work in question, by how much, and between which bounds."""
        results, say = self.results, self.words
        if not results:
            return say("answer.levels")
        group = focus(results)
        best = self.best(group)
        if len(results) == 1 and best.is_identical:
            return say("answer.identical_one", scenario=self.label(best), reference=self.reference(best))
        if self.net(best, group).low is None:
            return say("answer.single_pair", **self._effect(best, group))
        sign = self.net(best, group).sign
        if len(results) > 1:
            return say("answer.best" if sign > 0 else "answer.no_clear_all", n=len(results), **self._effect(best, group))
        return say(f"answer.{ {1: 'one_gain', -1: 'one_loss', 0: 'no_clear_one'}[sign] }", **self._effect(best, group))

    def more(self) -> list[str]:
        """The other two: price, expense and evidence; and care, or all work when the question is about a part of it."""
        if not self.results:
            return []
        group = focus(self.results)
        best = self.best(group)
        sentences = [self._price(best, group)]
        if self.net(best, group).low is not None and not all(result.is_identical for result in self.results):
            sentences.append(self._other(CARE if group == ALL else ALL))
        return sentences

    def _price(self, best: ScenarioResult, group: str) -> str:
        """What it costs, at whose expense, on how weak an evidence: of the best when its gain is clear, else of all."""
        say, found = self.words, price(best.cost_eur, self.net(best, group))
        if found is None and len(self.results) > 1:
            costs = [result.cost_eur for result in self.results]
            return say(
                "answer.no_price", low=self.numbers.eur(min(costs)), high=self.numbers.eur(max(costs)), grade=self._grade(self.results)
            )
        losses = balance_sheets(self.comparison, best.name)["fte"]["sector"].losses
        expense = say("answer.loses", sector=lower_first(say(f"sectors.{losses[0]}"))) if losses else say("answer.nobody_loses")
        if best.net_fte_months.low is None:
            expense = say("answer.unknown_who_loses")
        cost = say("answer.total", cost=self.numbers.eur(best.cost_eur)) if found is None else self._per_month(found.mean, group)
        return say("answer.price", cost=cost, expense=expense, grade=self._grade([best]))

    def _per_month(self, euros: float, group: str) -> str:
        if euros == 0:
            return self.words("answer.free")
        return self.words("answer.per_month" if group == ALL else "answer.per_month_there", cost=self.numbers.eur(euros))

    def _grade(self, results: list[ScenarioResult]) -> str:
        grades = [result.grade for result in results if result.grade]
        return self.words(f"grades.{max(grades, key=GRADES.index)}") if grades else self.words("answer.no_grade")

    def _other(self, group: str) -> str:
        """What becomes of another group of sectors than the one in question."""
        say, what = self.words, self.what(group)
        best = self.best(group)
        if len(self.results) == 1:
            sign = self.net(best, group).sign
            return say(f"answer.other_{ {1: 'gain', -1: 'loss', 0: 'none'}[sign] }", **self._effect(best, group))
        if self.net(best, group).sign > 0:
            return say("answer.other_best", **self._effect(best, group))
        losers = [result for result in self.results if self.net(result, group).sign < 0]
        if not losers:
            return say("answer.other_none_all", what=what)
        worst = min(losers, key=lambda result: self.net(result, group).mean)
        return say("answer.other_loss_all", **self._effect(worst, group))

    # --- parts ----------------------------------------------------------------------------------------------------------------------
    def best(self, group: str) -> ScenarioResult:
        """The scenario that does most for a group: clear gains first, then what is not clear, then clear losses; by the mean within."""
        return max(self.results, key=lambda result: (self.net(result, group).sign, self.net(result, group).mean))

    def net(self, result: ScenarioResult, group: str) -> Interval:
        """Net FTE-months of a group."""
        return result.net_fte_months if group == ALL else result.net_by_group[group]

    def what(self, group: str) -> str:
        """Which work is meant."""
        return self.words("answer.work") if group == ALL else self.words("answer.work_in", group=self.words(f"answer.groups.{group}"))

    def label(self, result: ScenarioResult) -> str:
        """Label of a scenario."""
        return result.label[self.words.language]

    def reference(self, result: ScenarioResult) -> str:
        """What it is compared with, as it stands in a sentence."""
        if result.against == self.comparison.baseline:
            return self.words("key_figures.the_baseline")
        return label_of(self.comparison.run_of(result.against))[self.words.language]

    def _effect(self, result: ScenarioResult, group: str) -> dict[str, object]:
        net, months = self.net(result, group), self.comparison.frames.months
        return {
            "scenario": self.label(result),
            "what": self.what(group),
            "net": self.numbers.uncertain(abs(net.mean) if net.is_clear else net.mean, net.half_width, signed=not net.is_clear),
            "interval": self.bounds(net),
            "start": self.numbers.month(months[0]),
            "end": self.numbers.month(months[-1]),
        }

    def bounds(self, net: Interval) -> str:
        """The interval of a gain or of an unclear effect; of a clear loss, which is given as a size, the interval of that size."""
        if net.sign < 0 and net.low is not None and net.high is not None:
            net = Interval(-net.mean, -net.high, -net.low, net.n)
        return self.numbers.interval(net)


def lower_first(text: str) -> str:
    """Lower the first letter for use within a sentence, unless the word is an abbreviation."""
    return text if len(text) > 1 and text[1].isupper() else text[:1].lower() + text[1:]
