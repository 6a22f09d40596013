"""The findings of pilots as plain text: reported beside simulated, gross beside net, and what it would take to know."""

from __future__ import annotations

from collections.abc import Sequence

from sim.pilots.design import Design, simulated_participants
from sim.pilots.findings import Call, Finding, Net, Spread, Survey, Trial
from sim.runs.tell import columns, rounded, rounded_to_digits, share

UNITS = {"share": "pp", "months": "months"}


def text(asked: Design, found: Sequence[Finding]) -> str:
    """Everything, for people."""
    trials = [finding for finding in found if finding.trial]
    parts = [heading(asked, found), *unfilled(asked, found), reports(found)]
    if trials:
        parts += [effects(trials), "\n".join(told(finding, finding.trial) for finding in trials if finding.trial), MORAL]
    parts += [heard(finding, finding.survey) for finding in found if finding.survey]
    parts += [came(finding, finding.call) for finding in found if finding.call]
    return "\n\n".join(parts)


IMPOSSIBLE = " (more than everybody: that end of the ranges cannot be)."
MORAL = (
    "With the gross figure only, no number of participants is enough: more of them make the gross share more exact, but it does not\n"
    "contain what would have happened without. A comparison group drawn by lot does."
)


def heading(asked: Design, found: Sequence[Finding]) -> str:
    """How it was simulated."""
    coverage = max((finding.coverage for finding in found), default=0.0)
    return (
        f"{asked.repetitions} repetitions of every pilot ({asked.config.seeds} seeds, {asked.pilots.lots} lots each), in a sample of "
        f"{asked.config.population.scale:g} of the population;\nat most {100 * coverage:.1f} % of the people whom a programme is for take "
        "part there. What a programme reported is no input."
    )


def unfilled(asked: Design, found: Sequence[Finding]) -> list[str]:
    """One line for every pilot that did not find its participants in the sample."""
    scale = asked.config.population.scale
    sizes = {finding.name: simulated_participants(finding.name, finding.pilot, scale) for finding in found}
    return [
        f"{finding.name}: not filled: {finding.participants:.1f} of {sizes[finding.name]} places, for want of people whom it is for; "
        "a larger population.scale has more."
        for finding in found
        if finding.participants < sizes[finding.name]
    ]


def reports(found: Sequence[Finding]) -> str:
    """Reported beside simulated gross."""
    rows = [("pilot", "people", "reported", "gross (95 % of pilots)", "same people without", "net, pp (s.e.)", "counts as success")]
    rows += [
        (
            finding.name,
            f"{finding.pilot.participants:,}",
            share(finding.pilot.reported.share),
            between(finding.gross),
            share(finding.without.mean),
            "see below" if finding.call else net(finding.net, 100),
            finding.meaning,
        )
        for finding in found
    ]
    return columns(rows, right=range(1, 6))


def effects(found: Sequence[Finding]) -> str:
    """Net effects, and trials that could find them."""
    rows = [
        ("pilot", "net per head (s.e.)", "trials of this size find (95 %)", "their power", "needed in each group", "months at work",
         "full-time months")
    ]  # fmt: skip
    for finding in found:
        trial = finding.trial
        assert trial is not None
        times = 100 if trial.unit == "share" else 1
        low, high = (rounded_to_digits(times * end, 2) for end in (trial.found.low, trial.found.high))
        rows.append(
            (
                finding.name,
                f"{net(trial.net, times)} {UNITS[trial.unit]}",
                f"{low} to {high} {UNITS[trial.unit]}",
                share(trial.power),
                needed(trial),
                net(finding.work, 1),
                net(finding.fte_months, 1),
            )
        )
    return columns(rows, right=range(1, 7))


def needed(trial: Trial) -> str:
    """Participants of a trial, with the range that the uncertainty of the net effect gives."""
    if trial.needed is None:
        return "no number (no effect)"
    if trial.at_least is None or not trial.net.is_clear:
        least = trial.needed if trial.at_least is None else trial.at_least
        return f"over {rounded_to_digits(least, 2)} (net not clear)"
    most = "no number" if trial.at_most is None else rounded_to_digits(trial.at_most, 2)
    return f"{rounded_to_digits(trial.needed, 2)} ({rounded_to_digits(trial.at_least, 2)} to {most})"


def told(finding: Finding, trial: Trial) -> str:
    """One pilot in a sentence."""
    reported, gross = finding.pilot.reported, finding.gross
    words = f"{finding.name}: "
    if reported.share is not None and finding.pilot.measure == "outcome":
        fits = gross.low <= reported.share <= gross.high
        words += (
            f"reported {share(reported.share)} gross, {'inside' if fits else 'outside'} what 95 % of pilots of this size would report with "
            f"a net effect of {net(trial.net, 100)} pp. "
        )
    else:
        words += f"reported {reported.text}. "
    times = 100 if trial.unit == "share" else 1
    needed = "no number" if trial.needed_for_evidence is None else f"{rounded_to_digits(trial.needed_for_evidence, 2)} in each group"
    words += f"Net of {finding.pilot.participants:,} participants: {per_pilot(finding, trial)}. "
    return words + f"To find the {times * trial.evidence:g} {UNITS[trial.unit]} of the evidence: {needed}."


def per_pilot(finding: Finding, trial: Trial) -> str:
    """The effect on everybody in the pilot together."""
    people = finding.pilot.participants
    total, error = trial.net.mean * people, None if trial.net.error is None else trial.net.error * people
    what = "more successes" if trial.unit == "share" else "months later in retirement, together"
    return f"{rounded(total, error)} {what}"


def heard(finding: Finding, found: Survey) -> str:
    """The measurement model of a survey."""
    return (
        f"{finding.name}, the survey: {rounded_to_digits(100 * found.longer.mean, 2)} % stay at least half a year longer, less those who "
        f"stay shorter. If {share(found.realised)} of wishes come true and\n{share(found.attribution)} of what is said is due to the "
        f"programme, a survey hears {between(found.heard)} in 95 % of pilots; over the ranges of both {share(found.least)} to "
        f"{share(found.most)}{IMPOSSIBLE if found.most > 1 else '.'}\nReported: {finding.pilot.reported.text}."
    )


def came(finding: Finding, found: Call) -> str:
    """Reservists in a crisis."""
    crisis = finding.pilot.crisis
    wave = f"{100 * (crisis.demand_factor - 1):+.0f} % of demand for {crisis.months} months" if crisis else "crisis"
    size, demand = f"{finding.pilot.participants:,}", rounded_to_digits(found.extra_fte, 2)
    return (
        f"{finding.name}, a wave of {wave}: of {size} recruits {people(found.register)} are on the register. They work\n"
        f"{people(found.hours)} hours a week, as {people(found.shifts)} on full duty would: {people(found.fte)} full-time\n"
        f"equivalents after productivity, {100 * found.share.mean:.2f} % of the {demand} that the wave asks for.\n"
        f"Reported: {finding.pilot.reported.text}.\n"
        "Nobody comes who is not on the register, so no comparison group is needed; but hours must be counted in a call:\n"
        "the register does not tell them."
    )


def people(found: Spread) -> str:
    """``1,200 (900 to 1,500)``."""
    return " ".join((rounded_to_digits(found.mean, 2), f"({rounded_to_digits(found.low, 2)} to {rounded_to_digits(found.high, 2)})"))


def between(found: Spread) -> str:
    """``66 % (51 to 81)``."""
    return f"{share(found.mean)} ({100 * found.low:.0f} to {100 * found.high:.0f})"


def net(found: Net, times: float) -> str:
    """``5.1 (0.8)``, in `times` its unit."""
    if found.error is None:
        return rounded_to_digits(times * found.mean, 2)
    return f"{rounded(times * found.mean, times * found.error)} ({rounded_to_digits(times * found.error, 2)})"
