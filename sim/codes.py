"""The code lists of the model: months, sectors, provinces, ages, states. One place; everything else imports them.

Codes are array positions: ``SECTORS[people.sector[i]]`` is the key of a person's sector. Names in Dutch and English live in
``sim/report/locale``.
"""

from __future__ import annotations

import datetime as dt
from enum import IntEnum

NOBODY = -1
"""No row: a person without employer, a vacancy without taker."""
NEVER = -32768
"""A month that has not come (int16)."""

# --- sectors: SBI 2008 sections A-S, with O split into defence (O84.22) and other government -------------------------------------
SECTORS = ("A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "DEF", "P", "Q", "R", "S")
N_SECTORS = len(SECTORS)
NO_SECTOR = N_SECTORS
"""Code of somebody who never worked; tables over people's sectors therefore have ``N_SECTORS + 1`` rows."""
SECTOR = {key: code for code, key in enumerate(SECTORS)}

SECTOR_GROUPS: dict[str, tuple[str, ...]] = {
    "care": ("Q",),
    "education": ("P",),
    "defence": ("DEF",),
    "ict": ("J",),
    "technology": ("C", "F"),
    "rest": tuple(key for key in SECTORS if key not in {"Q", "P", "DEF", "J", "C", "F"}),
}
"""Groups for reporting. The first five are the crucial sectors the product is about."""

LICENSED_SECTORS = ("DEF", "P", "Q")
"""Sectors with a hard gate for part of their jobs: screening, teaching licence, registration in care."""

# --- provinces --------------------------------------------------------------------------------------------------------------------
PROVINCES = (
    "Groningen", "Friesland", "Drenthe", "Overijssel", "Flevoland", "Gelderland",
    "Utrecht", "Noord-Holland", "Zuid-Holland", "Zeeland", "Noord-Brabant", "Limburg",
)  # fmt: skip
N_PROVINCES = len(PROVINCES)
PROVINCE = {key: code for code, key in enumerate(PROVINCES)}

# --- ages -------------------------------------------------------------------------------------------------------------------------
MIN_AGE, MAX_AGE = 15, 74
"""Everybody aged 15 up to and including 74 is simulated."""
AGE_BANDS = ("15-24", "25-34", "35-44", "45-54", "55-59", "60-64", "65-74")
AGE_BAND_STARTS = (15, 25, 35, 45, 55, 60, 65)
N_AGE_BANDS = len(AGE_BANDS)
SEXES = ("M", "F")
N_SEXES = len(SEXES)
EDUCATION_LEVELS = ("low", "middle", "high")


class State(IntEnum):
    """Labour state of a person."""

    EMPLOYED = 0
    UNEMPLOYED = 1
    INACTIVE = 2
    TRAINING = 3
    RETIRED = 4
    OUTSIDE = 5
    """Not (yet, any more) in the population of 15-74: born later, arriving later, dead, emigrated, 75 or over."""


N_STATES = len(State)


class Contract(IntEnum):
    """Contract of the main job."""

    NONE = 0
    PERMANENT = 1
    FLEXIBLE = 2
    SELF_EMPLOYED = 3


class Commitment(IntEnum):
    """Bits of ``people.commitments``: one vector per person, so that nobody's hours are promised twice."""

    SECOND_JOB = 1
    CARE_RESERVE = 2
    DEFENCE_RESERVE = 4


# --- months -----------------------------------------------------------------------------------------------------------------------
EPOCH_YEAR = 1900


def month_index(label: str | dt.date) -> int:
    """Months since January 1900 of ``"2023-10"`` or a date; the unit of time of the whole model.

    >>> month_index("2023-10")
    1485
    """
    if isinstance(label, dt.date):
        return (label.year - EPOCH_YEAR) * 12 + label.month - 1
    year, month = label.split("-")
    if not 1 <= int(month) <= 12:
        raise ValueError(f"{label!r} is not a month: write it as 2023-10")
    return (int(year) - EPOCH_YEAR) * 12 + int(month) - 1


def month_label(index: int) -> str:
    """``"2023-10"`` of 1485."""
    return f"{EPOCH_YEAR + index // 12}-{index % 12 + 1:02d}"


def month_date(index: int) -> dt.date:
    """First day of the month."""
    return dt.date(EPOCH_YEAR + index // 12, index % 12 + 1, 1)
