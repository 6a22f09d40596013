"""Institutes that retrain adults for care, teaching, defence, industry, building and ICT: one per sector taught and province.

Seats a year are what such programmes took in before 2023Q3 (``training.csv``, with source and grade; counts for industry, building and
ICT are assumptions). Provinces have seats in proportion to the jobs of the sector. Courses start in September and February.
"""

from __future__ import annotations

import numpy as np

from sim.codes import N_PROVINCES, SECTOR
from sim.world import sources
from sim.world.fitting import whole
from sim.world.people import Columns, targets

INTAKE_MONTHS = (1, 8)
"""February and September (0 = January)."""


def build_institutes(start: str, scale: float) -> Columns:
    """Columns of the institutes; seats of each sector add up to the national seats times `scale`."""
    rows = sources.read("training.csv", ("sector", "seats_per_year", "duration_months", "completion_share", "cost_eur", "grade", "source"))
    taught = sorted(rows.iter_rows(named=True), key=lambda row: SECTOR[row["sector"]])
    work = targets(start).work
    shares = np.array([work[SECTOR[row["sector"]]] for row in taught])
    per_intake = np.array([max(1, round(row["seats_per_year"] * scale / len(INTAKE_MONTHS))) for row in taught])
    months = np.array([row["duration_months"] for row in taught])
    completion = np.array([row["completion_share"] for row in taught])
    dropout = np.round((1.0 - completion ** (1.0 / months)) * 2**20) * 2**12

    def repeated(values: np.ndarray, dtype: str) -> np.ndarray:
        return np.repeat(values, N_PROVINCES).astype(dtype)

    return {
        "sector": repeated(np.array([SECTOR[row["sector"]] for row in taught]), "uint8"),
        "province": np.tile(np.arange(N_PROVINCES, dtype=np.uint8), len(taught)),
        "seats_per_intake": whole(shares, per_intake).ravel().astype(np.int32),
        "intake_months": np.full(len(taught) * N_PROVINCES, sum(1 << month for month in INTAKE_MONTHS), np.uint16),
        "duration_months": repeated(months, "uint8"),
        "dropout_per_month": repeated(dropout, "uint32"),
        "cost_eur": repeated(np.array([row["cost_eur"] for row in taught]), "int32"),
    }
