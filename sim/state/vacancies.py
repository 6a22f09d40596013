"""Openings: one row per position an employer seeks to fill now; rebuilt every month in order of employer."""

from __future__ import annotations

from typing import ClassVar

from sim.state.columns import Column, Table


class Vacancies(Table):
    """The columns of an opening. `key` identifies it for its whole life, so that scenarios stay paired."""

    columns: ClassVar[dict[str, Column]] = {
        "key": Column("uint64", "id", "hash of employer, month opened and sequence number", "vacancies"),
        "employer": Column("int32", "row of employers", "who recruits", "vacancies"),
        "opened": Column("int16", "month", "month in which it was opened", "vacancies"),
        "is_recorded": Column("uint8", "0/1", "1: advertised, a vacancy in the statistics; 0: offered in the own network", "vacancies"),
        "needs_licence": Column("uint8", "0/1", "1: only for people with the sector's licence", "vacancies"),
        "taker": Column("int32", "row of people", "who was hired this month; NOBODY: still open", "matching", -1),
    }  # fmt: skip
