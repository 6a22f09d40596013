"""Read the parquet files of many runs, a run at a time, and reduce them to the small tables that the metrics need.

A run has about 150,000 rows in ``panel`` and 21,000 in ``market``. Nothing but sums (`sim.analysis.sums`) is kept of it, about 70 kB, so
that a thousand runs need hardly more memory than a hundred.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl

from sim.analysis.cuts import CUT_SUMS, GROUPS, LAST_MONTHS
from sim.analysis.foreign import UNLIKE_OURS
from sim.analysis.runs import Run
from sim.analysis.sums import MONTHLY, POLICY_SUMS, STOCKS, Sums, sums
from sim.codes import month_date, month_index
from sim.runs.cores import cores
from sim.runs.record import BrokenRun
from sim.runs.store import broken

__all__ = ["GROUPS", "LAST_MONTHS", "POLICY_SUMS", "STOCKS", "Frames", "gather"]

CHUNK = 50
"""Runs whose months become one piece of a table: whole tables would stand in memory twice while they are made."""


@dataclass(frozen=True)
class Frames:
    """Sums over the runs; ``run`` is the position in `runs`. The opening balance (the month before the first step) is left out.

    Attributes
    ----------
    months : the months of the runs, in order.
    monthly : run, month and national sums (persons, euros, FTE; ``shortage_fte.care`` etc. per group).
    market_fte : (n_runs, n_sectors, n_provinces) float64 - FTE-months at work or in reserve, summed over the months.
    people_fte : split -> (n_runs, n_lines) float64 - FTE-months of people's main jobs by ``age`` and ``sex``, summed over the months.
    person_months : split -> (n_runs, n_lines) float64 - months of people at work (main job or own business) by ``sector``, ``province``
        of residence, ``age`` and ``sex``.
    unemployed, vacancies : (n_runs, n_sectors, n_provinces) float64 - mean of the last twelve months, persons and vacancies.
    cuts : kind of cuts -> (n_runs, n_sums, n_periods, n_cells) float32 - sums over the months of a quarter or year (`Sums.cuts`).
    programmes : run, policy and the totals of ``policies.parquet``.
    flows : (n_runs, n_places, n_places) float64 - persons who moved over the months; NaN when not on record (`sim.analysis.flows`).
    retirements, pension_ages : (n_runs, n_periods, …) float64 - see `sim.analysis.retirement.Ages`; NaN when not on record.
    """

    runs: list[Run]
    months: list[dt.date]
    monthly: pl.DataFrame
    market_fte: np.ndarray
    people_fte: dict[str, np.ndarray]
    person_months: dict[str, np.ndarray]
    unemployed: np.ndarray
    vacancies: np.ndarray
    cuts: dict[str, np.ndarray]
    programmes: pl.DataFrame
    flows: np.ndarray
    retirements: np.ndarray
    pension_ages: np.ndarray


def gather(runs: list[Run]) -> Frames:
    """Reduce the files of finished runs that cover the same months; raises `BrokenRun` when a file is missing or cut short."""
    start, until = (month_index(str(runs[0].record[key])) for key in ("start", "until"))
    months = [month_date(month) for month in range(start, until + 1)]
    n, n_last = len(runs), min(LAST_MONTHS, len(months))
    parts: list[pl.DataFrame] = []
    waiting: list[np.ndarray] = []
    kept: dict[str, np.ndarray] = {}
    policies: list[tuple[int, str, np.ndarray]] = []
    for position, run in enumerate(in_turn(runs, months)):
        if run.n_months != len(months):
            folder = runs[position].path
            raise BrokenRun(f"{folder} holds {run.n_months} months instead of {len(months)}: run it again.", folder)
        for name, values in tables(run, n_last).items():
            kept.setdefault(name, np.empty((n, *values.shape), values.dtype))[position] = values
        policies += [(position, policy, totals) for policy, totals in run.programmes.items()]
        waiting.append(run.monthly)
        if len(waiting) == CHUNK or position == n - 1:
            parts.append(by_month(waiting, months, position + 1 - len(waiting)))
            waiting.clear()
    return Frames(
        runs=runs,
        months=months,
        monthly=pl.concat(parts, rechunk=False),
        market_fte=kept["market_fte"],
        people_fte={split: kept[f"fte/{split}"] for split in ("age", "sex")},
        person_months={split: kept[f"employed/{split}"] for split in ("sector", "province", "age", "sex")},
        unemployed=kept["unemployed"],
        vacancies=kept["vacancies"],
        cuts={kind: kept[f"cuts/{kind}"] for kind in CUT_SUMS},
        programmes=pl.DataFrame(
            {
                "run": pl.Series([position for position, _, _ in policies], dtype=pl.UInt32),
                "policy": pl.Series([policy for _, policy, _ in policies], dtype=pl.String),
                **{
                    name: pl.Series([float(totals[k]) for _, _, totals in policies], dtype=pl.Float64) for k, name in enumerate(POLICY_SUMS)
                },
            }
        ),
        flows=kept["flows"],
        retirements=kept["retirements"],
        pension_ages=kept["pension_ages"],
    )


def by_month(runs: list[np.ndarray], months: list[dt.date], first: int) -> pl.DataFrame:
    """The national sums of some runs in a row as a table; `first` is the position of the first of them."""
    columns = np.concatenate(runs).T
    return pl.DataFrame(
        {
            "run": np.repeat(np.arange(first, first + len(runs), dtype=np.uint32), len(months)),
            "month": pl.concat([pl.Series(months, dtype=pl.Date)] * len(runs)),
            **{name: np.ascontiguousarray(values) for name, values in zip(MONTHLY, columns, strict=True)},
        }
    )


def tables(run: Sums, n_last: int) -> dict[str, np.ndarray]:
    """What is kept of a run beside its months; ``unemployed`` and ``vacancies`` as means over `n_last` months."""
    return {
        "market_fte": run.market_fte,
        "fte/age": run.fte.sum(axis=(0, 1)),
        "fte/sex": run.sex_fte,
        "employed/sector": run.employed.sum(axis=(1, 2)),
        "employed/province": run.employed.sum(axis=(0, 2)),
        "employed/age": run.employed.sum(axis=(0, 1)),
        "employed/sex": run.sex_employed,
        "unemployed": run.unemployed.sum(axis=2) / n_last,
        "vacancies": run.vacancies / n_last,
        "flows": run.flows,
        "retirements": run.ages.persons,
        "pension_ages": run.ages.pension_age,
        **{f"cuts/{kind}": values for kind, values in run.cuts.items()},
    }


def in_turn(runs: list[Run], months: list[dt.date]) -> Iterator[Sums]:
    """The sums of every run in the order of `runs`, read by a thread per core; few are in memory at a time."""
    threads = cores()
    with ThreadPoolExecutor(threads) as pool:
        ahead: deque[Future[Sums]] = deque()
        for run in runs:
            ahead.append(pool.submit(read, run, months))
            if len(ahead) > 2 * threads:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def read(run: Run, months: list[dt.date]) -> Sums:
    """The sums of a run; raises `BrokenRun` when a table is damaged, also within, where its size does not tell."""
    try:
        return sums(run.path, months)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, *UNLIKE_OURS) as error:
        raise broken(run.path, f"a table in {run.path} cannot be read ({str(error).partition(chr(10))[0]})") from error
