"""Cross-indices: what people say about themselves must be what employers and institutes count.

A failed check is a fault of ours, never of the user; it names the check and the first offender.
"""

from __future__ import annotations

import numpy as np

from sim.codes import NEVER, NOBODY, Commitment, Contract, State
from sim.state.employers import Employers
from sim.state.institutes import Institutes
from sim.state.ledger import LedgerError
from sim.state.people import People
from sim.state.vacancies import Vacancies


def _require(what: str, wrong: np.ndarray) -> None:
    offenders = np.flatnonzero(wrong)
    if offenders.size:
        raise LedgerError(f"{what}: {offenders.size} rows disagree, first row {offenders[0]}")


def check_cross_indices(people: People, employers: Employers, institutes: Institutes, vacancies: Vacancies) -> None:
    """Raise LedgerError at the first disagreement."""
    _check_heads(people, employers)
    _check_states(people)
    _check_seats(people, institutes)
    _require("vacancy of no employer", (vacancies.employer < 0) | (vacancies.employer >= len(employers)))
    takers = vacancies.taker[vacancies.taker != NOBODY]
    _require("person hired twice in a month", np.bincount(takers, minlength=1) > 1)


def _check_heads(people: People, employers: Employers) -> None:
    """Heads and notices that employers count = those that people say."""
    main, second = (people[name][people[name] != NOBODY] for name in ("employer", "second_employer"))
    heads = np.bincount(main, minlength=len(employers)) + np.bincount(second, minlength=len(employers))
    _require("filled jobs of employers", heads != employers.filled_jobs)
    noticed = people.employer[(people.notice_until != NEVER) & (people.employer != NOBODY)]
    _require("notices of employers", np.bincount(noticed, minlength=len(employers)) != employers.notices)
    working = people.employer != NOBODY
    same = np.ones(len(people), bool)
    same[working] = employers.sector[people.employer[working]] == people.sector[working]
    _require("sector of an employee is that of the employer", ~same)


def _check_states(people: People) -> None:
    """Nobody is in two states; a contract goes with work, a second job with its commitment."""
    at_work = people.state == State.EMPLOYED
    _require("contract and state of work", at_work != (people.contract != Contract.NONE))
    _require("employee without work", (people.employer != NOBODY) & ~at_work)
    _require("self-employed with an employer", (people.contract == Contract.SELF_EMPLOYED) & (people.employer != NOBODY))
    _require("notice without employer", (people.notice_until != NEVER) & (people.employer == NOBODY))
    has_second = people.second_employer != NOBODY
    _require("second job and commitment", has_second != ((people.commitments & Commitment.SECOND_JOB) != 0))
    _require("second job without work", has_second & ~at_work)
    _require("wage below zero", people.wage_cents < 0)


def _check_seats(people: People, institutes: Institutes) -> None:
    """Waiting lists and courses hold those who say they are on them."""
    enrolled = people.institute != NOBODY
    learning = enrolled & (people.state == State.TRAINING)
    _require("in training without institute", (people.state == State.TRAINING) & ~enrolled)
    n = len(institutes)
    _require("students of institutes", np.bincount(people.institute[learning], minlength=n) != institutes.students)
    _require("waiting lists of institutes", np.bincount(people.institute[enrolled & ~learning], minlength=n) != institutes.waiting)
