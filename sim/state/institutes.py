"""Training institutes for adults: one row per sector taught and province."""

from __future__ import annotations

from typing import ClassVar

from sim.state.columns import Column, Table


class Institutes(Table):
    """The columns of a training institute."""

    columns: ClassVar[dict[str, Column]] = {
        "sector": Column("uint8", "SECTORS", "sector whose diploma is taught", "world"),
        "province": Column("uint8", "PROVINCES", "where", "world"),
        "seats_per_intake": Column("int32", "persons", "seats at each intake", "world"),
        "intake_months": Column("uint16", "bit set of calendar months", "bit 0 = January; months in which a course starts", "world"),
        "duration_months": Column("uint8", "months", "length of the course", "world"),
        "dropout_per_month": Column("uint32", "threshold of 2**32", "monthly probability that a student stops", "world"),
        "cost_eur": Column("int32", "euros per student", "cost of a completed course (EUR of 2023)", "world"),
        "waiting": Column("int32", "persons", "people on the waiting list", "training"),
        "students": Column("int32", "persons", "people in the course", "training"),
    }  # fmt: skip
