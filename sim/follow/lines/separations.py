"""Line 5: does this person's job end, and how? Competing risks: the first yes is the only one."""

from __future__ import annotations

from typing import Any

from sim.codes import NEVER, NOBODY, Contract, State, month_label
from sim.follow.reason import Reason, drawn, factors, share
from sim.numerics.rng import Stream
from sim.phases.separations import (
    BECOMES_PERMANENT,
    LEAVES,
    N_AGES,
    N_TENURE,
    NOTICE,
    NOTICE_ENDS,
    STARTS_BUSINESS,
    Separations,
    exit_chance,
    exit_class,
    exit_fate,
    looks_on,
    notice_months,
)

BY_CONTRACT = {Contract.FLEXIBLE: "flexible_relative_exit", Contract.SELF_EMPLOYED: "self_employed_relative_exit"}
BY_TENURE = ("newcomer_relative_exit", "newcomer_relative_exit", None)
BY_AGE = ("young_relative_exit", None, "older_relative_exit")
OLDER = 2


def explain(line: Separations, row: int) -> list[Reason]:
    """See `sim.follow.lines`."""
    model, people, month = line.model, line.model.people, line.model.month
    if people.state[row] != State.EMPLOYED:
        return []
    u, draw = drawn(model.key(Stream.SEPARATION), row)
    levers = model.levers.newcomer_exit, model.levers.sector_newcomer_exit
    fate = exit_fate(
        month,
        row,
        u,
        model.key(Stream.LAYOFF),
        people.contract,
        people.job_since,
        people.birth_month,
        people.employer,
        people.notice_until,
        people.sector,
        people.programmes,
        model.phase("labour_demand").layoff,
        line.risk,
        *levers,
    )
    first = int(exit_class(month, row, people.contract, people.job_since, people.birth_month))
    age, tenure = first // 3 % N_AGES, first // 3 // N_AGES % N_TENURE
    usual, business, permanent = (share(line.risk[first + n]) for n in range(3))
    leaves = share(exit_chance(month, row, first, people.job_since, people.sector, people.programmes, line.risk, *levers))
    note = "" if leaves == usual else f"policies {100 * (leaves / usual - 1):+.3g} %"
    names = "permanent_exit_per_month", BY_CONTRACT.get(Contract(first // 3 // N_AGES // N_TENURE)), BY_TENURE[tenure], BY_AGE[age]
    asked: list[tuple[int, list[Reason]]] = []

    def ask(of: int, question: str, no: str, kind: str, **more: Any) -> None:
        asked.append((of, [Reason(line.name, question, "yes" if fate == of else no, fate == of, kind, **more)]))

    if people.notice_until[row] != NEVER:
        ask(NOTICE_ENDS, "the notice ends", f"no, in {month_label(int(people.notice_until[row]))}", "notice_ends")
    ask(LEAVES, "leaves work", "stays", "leaves_work", high=leaves, draw=draw, because=factors(line, *names), note=note)
    if fate == LEAVES:
        asked[-1][1].append(_destination(line, row, is_older=age == OLDER))
    if business > usual:
        why = factors(line, "start_business_per_month")
        ask(STARTS_BUSINESS, "starts a business", "no", "starts_business", low=usual, high=business, draw=draw, because=why)
    if people.employer[row] != NOBODY and people.notice_until[row] == NEVER:
        asked.append((NOTICE, [_layoff(line, row, fate == NOTICE)]))
    if permanent > business:
        why = factors(line, "permanent_contract_per_month")
        ask(BECOMES_PERMANENT, "gets a permanent contract", "no", "permanent", low=business, high=permanent, draw=draw, because=why)
    until = next((n for n, (of, _) in enumerate(asked) if of == fate), len(asked))
    return [reason for _, reasons in asked[: until + 1] for reason in reasons]


def _destination(line: Separations, row: int, *, is_older: bool) -> Reason:
    model = line.model
    k = model.key(Stream.DESTINATION)
    looks = bool(looks_on(model.month, row, k, model.people.birth_month, line.to_unemployment))
    return Reason(
        line.name,
        "looks for other work at once",
        "yes: unemployed" if looks else "no: out of the labour force",
        looks,
        high=share(line.to_unemployment[1 if is_older else 0]),
        draw=drawn(k, row)[1],
        because=factors(line, "older_share_to_unemployment" if is_older else "share_to_unemployment"),
    )


def _layoff(line: Separations, row: int, yes: bool) -> Reason:
    model, people = line.model, line.model.people
    e = int(people.employer[row])
    demand, employers = model.phase("labour_demand"), model.employers
    months = int(notice_months(model.month, row, people.contract, people.job_since))
    wants = "closes" if employers.closed_until[e] != NEVER else f"wants {employers.desired_jobs[e]} jobs and has {employers.filled_jobs[e]}"
    return Reason(
        line.name,
        "the employer gives notice",
        f"yes, of {months} month{'s' if months > 1 else ''}" if yes else "no",
        yes,
        "notice",
        high=share(demand.layoff[e]),
        draw=drawn(model.key(Stream.LAYOFF), row)[1],
        because=factors(demand, "tolerated_surplus"),
        note=f"employer {e} {wants}",
    )
