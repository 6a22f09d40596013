"""Who gains and who loses: the balance sheet of a scenario."""

from __future__ import annotations

from typing import Any

from sim.analysis.balance_sheet import SPLITS, UNITS
from sim.report import tables
from sim.report.charts import Figure, balance
from sim.report.facts import Facts
from sim.report.section import Section


class Balance(Section):
    """The balance sheet, by unit and split."""

    name = "balance"
    of_effects = True

    @classmethod
    def choices(cls, facts: Facts) -> dict[str, Any]:
        """By what it is split, and in what unit."""
        del facts
        return {"split": SPLITS[0], "unit": UNITS[0]}

    @classmethod
    def data(cls, facts: Facts) -> dict[str, Any]:
        """Bars by scenario, unit and split."""
        return balance.data({facts.ids[name]: sheets for name, sheets in facts.sheets.items()})

    def context(self) -> dict[str, Any]:
        """Return the first sheet, and those of all scenarios by sector."""
        first = self.facts.first
        assert first is not None  # or the section is not shown
        by_sector = {name: by_unit["fte"]["sector"] for name, by_unit in self.facts.sheets.items()}
        return {
            "title": self.findings.balance(first, by_sector[first.name]),
            "note": self.words(f"balance.notes.{UNITS[0]}.{SPLITS[0]}"),
            "splits": [(split, self.words(f"balance.{split}")) for split in SPLITS],
            "units": [(unit, self.words(f"balance.units.{unit}")) for unit in UNITS],
            "table": self._table(first.name, UNITS[0], SPLITS[0]),
            "all": tables.all_balances(self.words, self.numbers, self.facts.results, by_sector),
        }

    def figures(self) -> dict[str, Figure]:
        """Return the chart."""
        return {"balance": balance.figure(self.page.separators)}

    def texts(self) -> dict[str, Any]:
        """Return the title by scenario, unit and split, and what the headings of the table say."""
        say = self.words
        return {
            "balance_split": {split: say(f"balance.{split}") for split in SPLITS},
            "balance_mean": {unit: say(f"balance.means.{unit}") for unit in UNITS},
            "balance_total": say("balance.total"),
            "balance": {
                self.facts.ids[result.name]: {
                    unit: {split: self.findings.balance(result, sheet) for split, sheet in by.items()}
                    for unit, by in self.facts.sheets[result.name].items()
                }
                for result in self.facts.results
            },
        }

    def fragments(self) -> dict[str, Any]:
        """Return the note by unit and split."""
        return {"note": {unit: {split: self.words(f"balance.notes.{unit}.{split}") for split in SPLITS} for unit in UNITS}}

    def columns(self) -> dict[str, list[dict[str, str]]]:
        """Return the table of a sheet, which the script fills for any scenario, unit and split."""
        place = "balance/{scenario}/{unit}/{split}"
        lines = {"ref": "balance_lines/{scenario}/{unit}/{split}", "heading": "balance_split/{split}", "last": "balance_total"}
        mean = {"heading": "balance_mean/{unit}", "clear": f"{place}/clear", "last_clear": f"{place}/total/clear", "sign": "+"}
        ends = zip(("mean", "low", "high"), (mean, *({"label": label} for label in tables.ends(self.words))), strict=True)
        digits = {"digits": f"{place}/digits", "last_digits": f"{place}/total/digits"}
        return {"balance": [lines, *({"ref": f"{place}/{end}", "last": f"{place}/total/{end}", **digits, **more} for end, more in ends)]}

    def chart_words(self) -> dict[str, Any]:
        """Return the title of the axis by unit, and the names of the lines in the order of the bars."""
        sheets = {self.facts.ids[name]: by_unit for name, by_unit in self.facts.sheets.items()}
        axes = {unit: self.words(f"balance.axes.{unit}") for unit in UNITS}
        return {"balance_axis": axes, "balance_lines": balance.labels(self.words, sheets)}

    def _table(self, name: str, unit: str, split: str) -> str:
        sheet = tables.balance(self.words, self.numbers, self.facts.sheets[name][unit][split])
        return self.page.table(sheet, self.words(f"balance.{split}"), self.page.labels[name])
