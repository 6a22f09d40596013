"""People: everybody aged 15-74, one row each; the row number is the person's id for the whole run.

Everybody who will ever enter before the horizon (15th birthdays, immigrants) has a row from the start, in order of ``entry_month``,
with state OUTSIDE until then. So ids are fixed by the calendar: no policy can shift them, and a person takes the same random draws in
every scenario.
"""

from __future__ import annotations

from typing import ClassVar

from sim.codes import NEVER, NO_SECTOR, NOBODY, Contract, State
from sim.state.columns import Column, Table


class People(Table):
    """The columns of a person. Months are months since January 1900 (`sim.codes.month_index`)."""

    columns: ClassVar[dict[str, Column]] = {
        # who they are
        "birth_month": Column("int16", "month", "month of birth", "world"),
        "entry_month": Column("int16", "month", "month in which the person enters (15th birthday, immigration)", "world", NEVER),
        "sex": Column("uint8", "SEXES", "0 male, 1 female", "world"),
        "province": Column("uint8", "PROVINCES", "province of residence", "world"),
        "education": Column("uint8", "EDUCATION_LEVELS", "highest level reached or being followed", "world"),
        "health": Column("uint8", "0/1", "1: health limits the work that can be done (long-term condition)", "demography"),
        "taste_for_work": Column("int8", "hundredths of log-odds", "personal deviation in the log-odds of retiring", "world"),
        # where they stand
        "state": Column("uint8", "State", "labour state", "every line that moves people, through the ledger", State.OUTSIDE),
        "state_since": Column("int16", "month", "month in which the current state began", "with state", NEVER),
        "sector": Column("uint8", "SECTORS", "sector of the current or last job; NO_SECTOR: never worked", "matching", NO_SECTOR),
        "qualifications": Column("uint32", "bit set of SECTORS", "sectors whose licence or diploma the person holds", "training"),
        # main job
        "employer": Column("int32", "row of employers", "NOBODY without a main job, and for the self-employed", "matching, exits", NOBODY),
        "contract": Column("uint8", "Contract", "contract of the main job", "matching, exits, separations, search", Contract.NONE),
        "job_since": Column("int16", "month", "month in which the current main job began", "matching, separations, search", NEVER),
        "hours": Column("uint8", "hours per week", "contract hours of the current or last main job", "matching, hours"),
        "wage_cents": Column("int32", "euro cents per hour", "gross hourly wage of the current or last main job", "matching, wages"),
        "notice_until": Column("int16", "month", "last month of the job of somebody under notice", "separations, exits", NEVER),
        "displaced_since": Column("int16", "month", "month in which the employer gave notice of the last job lost; NEVER: not displaced",
                                  "separations; cleared there, by search and by matching", NEVER),
        # beside the main job
        "commitments": Column("uint8", "bit set of Commitment", "second job, care reserve, defence reserve", "hours, reserves, exits"),
        "second_employer": Column("int32", "row of employers", "employer of the second job", "matching, hours, exits", NOBODY),
        "second_hours": Column("uint8", "hours per week", "contract hours of the second job", "matching, hours, exits"),
        # learning
        "graduation_month": Column("int16", "month", "end of initial education; NEVER: finished before the start", "world", NEVER),
        "study_field": Column("uint8", "SECTORS", "sector that the education prepares for", "world, training", NO_SECTOR),
        "institute": Column("int16", "row of institutes", "institute whose waiting list or course the person is in", "training", NOBODY),
        "training_until": Column("int16", "month", "month of the diploma of somebody in training", "training", NEVER),
        # search
        "is_searching": Column("uint8", "0/1", "looks for (another) job this month", "search"),
        # programmes
        "programmes": Column("uint16", "bit set of policies", "programmes the person takes part in now", "policies"),
        "ever_programmes": Column("uint16", "bit set of policies", "programmes the person ever took part in", "policies"),
        "programme_since": Column("int16", "month", "month of the last enrolment", "policies", NEVER),
    }  # fmt: skip
