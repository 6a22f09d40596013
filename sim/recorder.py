"""What a run remembers: month by month, weighted to the country, as the tidy tables of a run folder.

`people_panel` (``panel.parquet``): month x sector of the current or last job x province of residence x age band.
`market` (``market.parquet``): month x sector x province of work. `sexes`: month x sex. `flows`: the ledger. `policies`: month x policy.
`retirements`: month x age x before, at or after the state pension age.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from sim.codes import AGE_BANDS, MAX_AGE, N_AGE_BANDS, N_PROVINCES, N_SECTORS, N_SEXES, NOBODY, PROVINCES, SECTORS, SEXES, State, month_date
from sim.phases.retirement import FROM_AGE
from sim.runs.checkpoint import recorded
from sim.state.employers import N_MARKET_CELLS, totals
from sim.state.ledger import CELL_SHAPE, N_PEOPLE_SECTORS, PEOPLE_SECTOR_KEYS, STATE_KEYS, flow_table

if TYPE_CHECKING:
    from sim.model import LabourMarket
    from sim.phases.base import Phase

WEEKS_PER_MONTH = 365.25 / 12 / 7
PEOPLE_CELLS = (N_PEOPLE_SECTORS, N_PROVINCES, N_AGE_BANDS)
MARKET_CELLS = (N_SECTORS, N_PROVINCES)
SEX_COLUMNS = ("employed", "fte")
PANEL_COLUMNS = (*STATE_KEYS[:-1], "fte", "wage_bill_eur", "retirements", "retirement_age_months")
MARKET_COLUMNS = (
    "jobs_desired", "jobs_filled", "vacancies_open", "vacancies_new", "vacancies_filled", "vacancies_withdrawn", "hires", "layoffs",
    "desired_fte", "filled_fte", "shortage_fte", "reserve_fte", "drill_fte", "hours_worked_fte",
)  # fmt: skip
RETIREMENT_AGES = tuple(range(FROM_AGE // 12, MAX_AGE + 1))
"""Whole years of age at which people can retire."""
TIMINGS = ("before", "at", "after")
"""Retired in a month before, in or after that of the state pension age."""


class AgesAtRetirement:
    """Looks on at the line of retirement and counts the employees who retire, by age: those whom the line itself counts.

    Attributes
    ----------
    persons : (len(RETIREMENT_AGES), len(TIMINGS)) int64 - simulated people of the month that was walked last.
    pension_age : state pension age that was in force then, policies included, in months.
    """

    def __init__(self, model: LabourMarket) -> None:
        self.model = model
        self.persons, self.pension_age = np.zeros((len(RETIREMENT_AGES), len(TIMINGS)), np.int64), 0
        self._rows = self._employed = np.empty(0, np.int64)
        model.onlookers.append(self)

    def before(self, line: Phase) -> None:
        """Take down who of the old has an employer."""
        if line.name == "retirement":
            people, n, eldest = self.model.people, self.model.n_initial, self.model.month - FROM_AGE
            born = people.birth_month
            # Who was there at the start lies in order of birth; of those who came later few are old.
            self._employed = people.employer[: int(np.searchsorted(born[:n], eldest, side="right"))] != NOBODY
            later = n + np.flatnonzero(born[n : self.model.n_present] <= eldest)
            self._rows = later[people.employer[later] != NOBODY]

    def after(self, line: Phase) -> None:
        """Count those of them who are retired now."""
        if line.name == "retirement":
            state, retired = self.model.people.state, int(State.RETIRED)
            early = np.flatnonzero(self._employed & (state[: self._employed.size] == retired))
            rows = np.concatenate([early, self._rows[state[self._rows] == retired]])
            age = self.model.month - self.model.people.birth_month[rows].astype(np.int64)
            self.pension_age = int(self.model.now.pension_age)
            timing = 1 + np.sign(age - self.pension_age)
            cell = (age // 12 - RETIREMENT_AGES[0]) * len(TIMINGS) + timing
            self.persons = np.bincount(cell, minlength=self.persons.size).reshape(self.persons.shape)


class Recorder:
    """Collects the months of one run; the first month on record is the opening balance, the month before the first on record."""

    def __init__(self, model: LabourMarket, n_months: int) -> None:
        self.model = model
        self.first_month = model.opening
        self._first_of_cell = model.employers.first_of_cell()
        self._panel = np.zeros((n_months + 1, len(PANEL_COLUMNS), *PEOPLE_CELLS))
        self._market = np.zeros((n_months + 1, len(MARKET_COLUMNS), *MARKET_CELLS))
        self._sexes = np.zeros((n_months + 1, len(SEX_COLUMNS), N_SEXES))
        self._retirements = np.zeros((n_months + 1, len(RETIREMENT_AGES), len(TIMINGS)))
        self._pension_ages = np.zeros(n_months + 1, np.int16)
        self._ages = AgesAtRetirement(model)
        self._flows: list[tuple[np.ndarray, np.ndarray]] = []
        self._policies: list[tuple[object, ...]] = []
        self._n = 0

    def record(self, *, is_opening: bool = False) -> None:
        """Add the month that has just been closed."""
        self._record_people(self._panel[self._n], is_opening)
        self._market[self._n] = self._market_month(is_opening)
        self._record_sexes(self._sexes[self._n])
        if not is_opening:
            self._retirements[self._n], self._pension_ages[self._n] = self._ages.persons * self.model.weight, self._ages.pension_age
        self._n += 1
        if not is_opening:
            month = self.model.month
            self._flows.append(self.model.ledger.movements())
            for programme in self.model.programmes:
                weight = self.model.weight
                self._policies.append((
                    month, programme.policy.name, programme.new * weight, programme.participants.size * weight, programme.total * weight,
                    programme.cost, programme.gross_outcome * weight, programme.gross_count * weight,
                    programme.control_outcome * weight, programme.control_count * weight, programme.saving,
                ))  # fmt: skip

    def state(self) -> dict[str, Any]:
        """The months on record so far, for a checkpoint."""
        arrays: dict[str, np.ndarray] = {"panel": self._panel, "market": self._market, "sexes": self._sexes}
        arrays |= {"retirements": self._retirements, "pension_ages": self._pension_ages}
        return {name: array[: self._n] for name, array in arrays.items()} | {"flows": self._flows, "policies": self._policies}

    def restore(self, path: Path) -> None:
        """Put the months on record that were so when the checkpoint was written; UserError when none were."""
        state = recorded(path)
        self._n = len(state["panel"])
        self._panel[: self._n], self._market[: self._n], self._sexes[: self._n] = state["panel"], state["market"], state["sexes"]
        self._retirements[: self._n], self._pension_ages[: self._n] = state["retirements"], state["pension_ages"]
        self._flows, self._policies = list(state["flows"]), list(state["policies"])

    def _record_people(self, rows: np.ndarray, is_opening: bool) -> None:
        model = self.model
        books, retirement, n = model.ledger.books, model.phase("retirement"), CELL_SHAPE[0]
        rows[:n] = model.ledger.closing.reshape(CELL_SHAPE)
        rows[n] = books.work_hours.reshape(PEOPLE_CELLS) / model.tables.hours_per_fte
        rows[n + 1] = books.wage_bill.reshape(PEOPLE_CELLS) * (WEEKS_PER_MONTH / 100)
        if not is_opening:
            rows[n + 2], rows[n + 3] = (x.reshape(PEOPLE_CELLS) for x in (retirement.retirements, retirement.age_months))
        rows *= model.weight

    def _record_sexes(self, rows: np.ndarray) -> None:
        books = self.model.ledger.books
        rows[0], rows[1] = books.sex_heads, books.sex_hours / self.model.tables.hours_per_fte
        rows *= self.model.weight

    def _market_month(self, is_opening: bool) -> np.ndarray:
        model, e = self.model, self.model.employers
        posting, matching, separations = model.phase("vacancies"), model.phase("matching"), model.phase("separations")
        reserves, hours, per_fte = model.phase("reserves"), model.phase("hours"), model.tables.hours_per_fte
        sums = np.zeros((4, N_MARKET_CELLS), np.int64)
        totals(self._first_of_cell, e.desired_jobs, e.filled_jobs, e.desired_hours, e.filled_hours, sums)
        desired, filled, desired_hours, filled_hours = sums.reshape(4, *MARKET_CELLS)
        flows = [
            x.reshape(MARKET_CELLS) * (not is_opening)
            for x in (posting.new, matching.filled, posting.withdrawn, matching.hires, separations.layoffs)
        ]
        desired_fte, filled_fte = desired_hours / per_fte, (filled_hours - reserves.absent_hours) / per_fte
        reserve_fte = reserves.reserve_hours / per_fte
        worked = filled_fte * (1 - hours.sickness) + reserve_fte
        shortage = np.maximum(desired_fte - filled_fte - reserve_fte, 0)
        rows = [
            desired, filled, posting.open.reshape(MARKET_CELLS), *flows, desired_fte, filled_fte, shortage, reserve_fte,
            reserves.drill_hours / per_fte, worked,
        ]  # fmt: skip
        return np.stack(rows) * model.weight

    def _dates(self, months: np.ndarray) -> pl.Series:
        """First days of months counted from the opening balance."""
        return pl.Series("month", [month_date(self.first_month + k) for k in range(self._n)]).gather(months)

    def _tidy(self, data: np.ndarray, columns: tuple[str, ...], keys: dict[str, tuple[str, ...]]) -> pl.DataFrame:
        """(months, columns, *cells) to one row per month and cell, with the cell's keys."""
        n_months, n_cells = self._n, int(np.prod(data.shape[2:]))
        frame: dict[str, pl.Series | np.ndarray] = {"month": self._dates(np.repeat(np.arange(n_months), n_cells))}
        for axis, (name, labels) in enumerate(keys.items()):
            position = np.indices(data.shape[2:], dtype=np.uint32)[axis].ravel()
            frame[name] = pl.Series(labels).gather(np.tile(position, n_months)).cast(pl.Categorical)
        for column, name in enumerate(columns):
            frame[name] = data[:n_months, column].ravel()
        return pl.DataFrame(frame)

    def panel(self) -> pl.DataFrame:
        """People by month, sector, province of residence and age band; cells that are empty all along are left out."""
        keys = {"sector": PEOPLE_SECTOR_KEYS, "province": PROVINCES, "age_band": AGE_BANDS}
        frame = self._tidy(self._panel, PANEL_COLUMNS, keys)
        return frame.filter(pl.sum_horizontal(STATE_KEYS[:-1]) > 0)

    def market(self) -> pl.DataFrame:
        """Jobs, vacancies and hours by month, sector and province of work."""
        return self._tidy(self._market, MARKET_COLUMNS, {"sector": SECTORS, "province": PROVINCES})

    def sexes(self) -> pl.DataFrame:
        """People at work, and full-time equivalents of their main jobs, by month and sex."""
        return self._tidy(self._sexes, SEX_COLUMNS, {"sex": SEXES})

    def flows(self) -> pl.DataFrame:
        """The ledger's movements by month: cause, from state and sector, to state and sector, persons."""
        where, persons = (np.concatenate(columns) for columns in zip(*self._flows, strict=True))
        months = np.repeat(np.arange(1, self._n), [len(where) for where, _ in self._flows])
        return flow_table(where, persons * self.model.weight).insert_column(0, self._dates(months))

    def policies(self) -> pl.DataFrame:
        """Participants, costs, gross outcome and that of the comparison group, by month and policy."""
        schema = {
            "month": pl.Int64, "policy": pl.String, "participants_new": pl.Float64, "participants_active": pl.Float64,
            "participants_total": pl.Float64, "cost_eur": pl.Float64, "gross_outcome": pl.Float64, "gross_count": pl.Float64,
            "control_outcome": pl.Float64, "control_count": pl.Float64, "saving_eur": pl.Float64,
        }  # fmt: skip
        frame = pl.DataFrame(self._policies, schema=schema, orient="row")
        return frame.with_columns(pl.col("month").map_elements(month_date, return_dtype=pl.Date))

    def retirements(self) -> pl.DataFrame:
        """Employees who retire, by month, age in whole years, and before, at or after the state pension age; nobody is left out."""
        counted = self._retirements[: self._n]
        month, age, timing = np.nonzero(counted)
        return pl.DataFrame(
            {
                "month": self._dates(month),
                "age": pl.Series(RETIREMENT_AGES, dtype=pl.UInt8).gather(age),
                "timing": pl.Series(TIMINGS).gather(timing),
                "pension_age": self._pension_ages[month],
                "persons": counted[month, age, timing],
            }
        )

    def summary(self) -> dict[str, float]:
        """Headline figures of the last month, country totals."""
        panel, market = self._panel[self._n - 1], self._market[self._n - 1]
        people = {name: float(panel[k].sum()) for k, name in enumerate(PANEL_COLUMNS)}
        jobs = {name: float(market[k].sum()) for k, name in enumerate(MARKET_COLUMNS)}
        last_year = self._panel[max(self._n - 12, 0) : self._n].sum(axis=(0, 2, 3, 4))
        retired, age = last_year[PANEL_COLUMNS.index("retirements")], last_year[PANEL_COLUMNS.index("retirement_age_months")]
        care = SECTORS.index("Q")
        return {
            "employed": people["employed"],
            "unemployed": people["unemployed"],
            "unemployment_rate_pct": 100 * people["unemployed"] / max(people["employed"] + people["unemployed"], 1.0),
            "vacancies_open": jobs["vacancies_open"],
            "vacancies_open_care": float(market[MARKET_COLUMNS.index("vacancies_open"), care].sum()),
            "shortage_fte": jobs["shortage_fte"],
            "shortage_fte_care": float(market[MARKET_COLUMNS.index("shortage_fte"), care].sum()),
            "mean_retirement_age": float(age / retired / 12) if retired else float("nan"),
        }
