"""Employers: one row each, in order of market cell (sector x province), never moved."""

from __future__ import annotations

from typing import ClassVar

from sim.codes import NEVER
from sim.state.columns import Column, Table


class Employers(Table):
    """The columns of an employer. Jobs are heads: main jobs plus second jobs."""

    columns: ClassVar[dict[str, Column]] = {
        "sector": Column("uint8", "SECTORS", "sector of activity", "world"),
        "province": Column("uint8", "PROVINCES", "province of the workplace", "world"),
        "base_jobs": Column("int32", "jobs", "desired jobs at the start: filled, vacant, just vacated", "world; labour demand, once"),
        "shock": Column("int32", "millionths of a log point", "the employer's own AR(1) deviation from its sector", "labour demand"),
        "shock_at_start": Column("int32", "millionths of a log point", "the same at the start, held by base_jobs", "labour demand, once"),
        "base_hours": Column("int32", "hours per week", "desired hours at the start", "labour demand, once"),
        "usual_hours": Column("int32", "1/256 hours per week", "mean hours of a job here at the start", "labour demand, once"),
        "desired_hours": Column("int32", "hours per week", "contract hours the employer wants filled this month", "labour demand"),
        "desired_jobs": Column("int32", "jobs", "jobs wanted: those filled, and the hours missing as jobs of usual hours", "labour demand"),
        "filled_jobs": Column("int32", "jobs", "jobs filled, staff under notice included", "every line that moves people"),
        "filled_hours": Column("int32", "hours per week", "contract hours of staff at the end of last month", "accounts"),
        "notices": Column("int32", "jobs", "staff under notice, still at work", "labour demand, exits"),
        "closed_until": Column("int16", "month", "month of takeover of a closed site; NEVER: open", "labour demand", NEVER),
        "programmes": Column("uint16", "bit set of policies", "programmes the employer is committed to", "policies"),
    }  # fmt: skip
