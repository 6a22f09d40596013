"""Pilots as text for people: what was reported, what a simulated pilot of that size shows, what is net, what it would take to tell."""

from __future__ import annotations

from sim.pilots.effect import MONTHS, Needed
from sim.pilots.findings import Finding, Findings
from sim.pilots.power import POWER, wilson
from sim.pilots.spread import Spread
from sim.runs.tell import columns, rounded, rounded_to_digits

MANY = 1_000_000
SLOW_YEARS = 2
WHAT = {
    "outcome": "in the outcome of the programme, {of}",
    "placed": "began a new job within twelve months",
    "wish": "would say in a survey that they want to stay longer",
    "hours": "",
}
"""What the gross figure counts, by `sim.pilots.design.Pilot.measure`."""


def text(found: Findings) -> str:
    """The table, a paragraph for every pilot, and what holds for all."""
    asked = found.design
    head = (
        f"{len(found.pilots)} pilots, each simulated {asked.repetitions:,} times as small as it was: {asked.config.seeds} seeds (luck of "
        f"the market), {asked.pilots.lots} lots each (who takes part)."
    )
    parts = [head, columns([HEADING, *(row(pilot) for pilot in found.pilots)]), *(paragraph(pilot) for pilot in found.pilots), GENERAL]
    return "\n\n".join(parts) + f"\nEvery repetition: {found.path}\nNext: sim explain policies.job_bridge.net_effect"


HEADING = ("pilot", "people", "reported", "simulated gross (one pilot)", "net, simulated", "net, evidence", "needed to see it")
GENERAL = (
    "Reported: what the programme said, with its interval; no input of the model. Simulated gross: mean, and between which ends 95 % of "
    "single pilots of that size lie. Net: the same people with and without the programme, mean with 95 % interval over the seeds. Needed: "
    f"participants, and as many again in a comparison group by lot, for a chance of {POWER:.0%} to find the net effect of the evidence at "
    "the 5 % level (normal approximation)."
).replace("80%", "80 %")


def row(found: Finding) -> tuple[str, ...]:
    """A line of the table."""
    share, net = found.pilot.reported, "-"
    said = "no rate" if share.share is None else percent(share.share)
    if share.low is not None and share.high is not None:
        said += f" ({100 * share.low:.0f} to {100 * share.high:.0f})"
    gross = "-" if found.reported_gross is None else one_pilot(found.reported_gross)
    if found.call is not None:
        said = f"{found.pilot.participants:,} registered"
        gross = f"{rounded_to_digits(found.call.fte.mean.mean, 2)} full-time jobs"
        net = f"{100 * found.call.share.mean.mean:.2f} % of the extra demand"
    elif found.net is not None:
        net = effect(found.net, found.unit)
    return (
        found.name,
        f"{found.pilot.participants:,}",
        said,
        gross,
        net,
        "-" if found.evidence is None else size(found.evidence.effect, found.unit),
        "-" if found.evidence is None else people(found.evidence),
    )


def paragraph(found: Finding) -> str:
    """What there is to say about one pilot."""
    pilot = found.pilot
    last = found.pilot.months
    lines = [
        f"{found.name}: {pilot.participants:,} participants, {pilot.start} and on, {last} month{'s' if last > 1 else ''}; "
        f"{found.simulated} simulated at a time, {100 * found.coverage:.1f} % of those who could have taken part",
        f"  reported            {pilot.reported.text} [{pilot.reported.source}]",
    ]
    lines += register(found) if found.call is not None else programme(found)
    return "\n".join(lines)


def programme(found: Finding) -> list[str]:
    """Lines of a programme with participants."""
    lines = []
    if found.wish is not None:
        lines += wishes(found)
    elif found.pilot.measure == "placed" and found.reported_gross is not None and found.reported_without is not None:
        lines.append(
            f"  simulated, gross    {one_pilot(found.reported_gross)} {WHAT['placed']}; "
            f"without the programme {100 * found.reported_without.mean.mean:.0f} % of the same people"
        )
    if found.as_much is not None and found.wish is None:
        lines.append(f"                      as much as reported, or more, in {100 * found.as_much:.0f} % of the simulated pilots")
    lines.append(
        f"  after twelve months {one_pilot(found.gross)} {gross_meaning(found)}; the same people without it "
        f"{percent(found.without.mean.mean)}; comparison group by lot {percent(found.control.mean.mean)}"
    )
    if found.net is not None and found.trial is not None:
        lines.append(
            f"  net, per head       {effect(found.net, found.unit)}; a trial of this size would say {ends(found.trial, found.unit)}"
        )
    if found.unit != MONTHS and found.delay.mean.is_clear:
        lines.append(f"                      retirement later by {effect(found.delay, MONTHS)}")
    if found.evidence is not None:
        lines.append(
            f"  to see it           {people(needed := found.evidence)} for the effect of the evidence, {size(needed.effect, found.unit)}"
            f"{pace(found, needed)}; this pilot, with a comparison group of its size, has a chance of {percent(needed.power)}"
        )
    if found.simulated_effect is not None:
        needed = found.simulated_effect
        lines.append(f"                      {people(needed)} for the effect of the simulation, {size(needed.effect, found.unit)}")
    else:
        lines.append("                      the effect of the simulation is not clear in so few repetitions: use more seeds")
    return [*lines, without_comparison(found)]


def pace(found: Finding, needed: Needed) -> str:
    """How long it takes to find so many at the pace of the pilot; empty below two years."""
    years = 0.0 if needed.participants is None else needed.participants / (found.pilot.participants / found.pilot.months) / 12
    return f", {rounded_to_digits(years, 2)} years at the pace of the pilot" if years >= SLOW_YEARS else ""


def without_comparison(found: Finding) -> str:
    """Why more participants without a comparison group do not help."""
    gross = found.gross.mean.mean
    low, high = wilson(gross * MANY, MANY)
    return (
        f"  without comparison  no number is enough: a million participants would give {100 * gross:.1f} % ({100 * low:.1f} to "
        f"{100 * high:.1f}), exactly, and leave open whether it would have been {percent(found.without.mean.mean)} anyway"
    )


def wishes(found: Finding) -> list[str]:
    """Lines of a survey."""
    wish = found.wish
    assert wish is not None
    often = "" if found.as_much is None else f"; as much as reported, or more, in {100 * found.as_much:.0f} % of the simulated pilots"
    return [
        f"  simulated, gross    {one_pilot(wish.heard)} {WHAT['wish']}{often}",
        f"                      ({percent(wish.cautious)} to {percent(wish.hopeful)} at the ends of pilots.realisation and "
        "pilots.attribution: the figure hangs on them)",
        f"                      {100 * wish.longer.mean.mean:.1f} % stay six months longer than they would have, "
        f"{100 * wish.shorter.mean.mean:.1f} % leave as much earlier",
    ]


def register(found: Finding) -> list[str]:
    """Lines of a register in a crisis."""
    call, crisis = found.call, found.pilot.crisis
    assert call is not None
    assert crisis is not None
    jobs, hours, share = call.fte, call.hours, call.share
    return [
        f"  in the crisis       demand for {crisis.sector} x {crisis.demand_factor:g} for {crisis.months} months from {crisis.start}: "
        f"{rounded_to_digits(call.extra_fte.mean.mean, 3)} full-time jobs more are asked for",
        f"  simulated           {rounded_to_digits(call.members.mean.mean, 3)} still on the register; they come for "
        f"{hours.mean.mean:.1f} hours a week on average ({hours.low:.1f} to {hours.high:.1f}), counting those who do not come",
        f"  net                 {rounded_to_digits(jobs.mean.mean, 2)} full-time jobs ({rounded_to_digits(jobs.low, 2)} to "
        f"{rounded_to_digits(jobs.high, 2)}) after productivity: {100 * share.mean.mean:.2f} % of the extra demand "
        f"({100 * share.low:.2f} to {100 * share.high:.2f})",
        "  to see it           nothing to compare: a drill shows who comes; what luck does here is little beside what nobody knows of "
        "reserves.care_available",
    ]


def gross_meaning(found: Finding) -> str:
    """What the programme counts as a success."""
    from sim.policies.registry import POLICIES

    return POLICIES[found.name].gross_meaning.removeprefix("participants ").removesuffix(" twelve months after they joined")


def percent(share: float) -> str:
    """``78 %``."""
    return f"{100 * share:.0f} %"


def one_pilot(found: Spread) -> str:
    """``71 % (57 to 84)``: mean, and ends of single pilots."""
    return f"{percent(found.mean.mean)} ({100 * found.low:.0f} to {100 * found.high:.0f})"


def effect(found: Spread, unit: str) -> str:
    """``+4.1 points (3.3 to 4.9)``: mean with the interval over seeds."""
    factor, word = (1, "months") if unit == MONTHS else (100, "points")
    mean = found.mean
    if mean.low is None or mean.high is None:
        return f"{factor * mean.mean:+.1f} {word}"
    half = factor * (mean.high - mean.low) / 2
    bounds = f" ({rounded(factor * mean.low, half)} to {rounded(factor * mean.high, half)})" if half else ""
    return f"{'+' if mean.mean > 0 else ''}{rounded(factor * mean.mean, half)} {word}{bounds}"


def ends(found: Spread, unit: str) -> str:
    """``-18 to +25 points``: ends of single pilots."""
    factor, word = (1, "months") if unit == MONTHS else (100, "points")
    return f"{factor * found.low:+.0f} to {factor * found.high:+.0f} {word}"


def size(value: float, unit: str) -> str:
    """``+5 points``."""
    return f"{value:+.2g} months" if unit == MONTHS else f"{100 * value:+.2g} points"


def people(needed: Needed) -> str:
    """``2 x 1,400``."""
    return "no number is enough" if needed.participants is None else f"2 x {needed.participants:,}"
