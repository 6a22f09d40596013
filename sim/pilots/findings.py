"""What the repetitions of a pilot say: gross with the spread that chance gives it, the same people without, net, and what it would take."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.special import stdtrit

from sim.evidence.parameters import Values, load_parameters
from sim.pilots.design import Design, Pilot, simulated_participants
from sim.pilots.measure import Measured
from sim.pilots.power import SIZE, participants_for_means, participants_for_shares, power_of_means, power_of_shares

INNER = (2.5, 97.5)
"""Percentiles: 95 % of the repetitions."""
GROUP = "pilots"
WISHES, ATTRIBUTION = "pilots.realised_wishes", "pilots.attribution"


@dataclass(frozen=True)
class Spread:
    """A mean over all participants of all repetitions, and where 95 % of the repetitions lie."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Net:
    """Mean per head and its standard error over `seeds`, which are independent; none with one seed."""

    mean: float
    error: float | None
    seeds: int

    @property
    def half_width(self) -> float:
        """Half the 95 % interval (Student's t over the seeds)."""
        return math.inf if self.error is None else float(stdtrit(self.seeds - 1, 1 - SIZE / 2)) * self.error

    @property
    def is_clear(self) -> bool:
        """Whether the 95 % interval leaves out zero."""
        return abs(self.mean) > self.half_width


@dataclass(frozen=True)
class Trial:
    """Pilots with a comparison group by lot.

    Attributes
    ----------
    unit : of the effect. net : effect per head, same people with and without. found : what trials as large as the pilot found.
    needed : participants, with as many in comparison, to find the effect with 80 % power; None: no number. at_least, at_most : the same at
        the ends of the 95 % interval of `net`; at_most None: no number. power : of a trial as large as the pilot.
    evidence : the effect that the evidence table has, in the same unit. needed_for_evidence : participants to find that one.
    """

    unit: str
    net: Net
    found: Spread
    needed: int | None
    at_least: int | None
    at_most: int | None
    power: float
    evidence: float
    needed_for_evidence: int | None


@dataclass(frozen=True)
class Survey:
    """What a survey among the participants would have heard, if wishes and effect went together as the two parameters say.

    Attributes
    ----------
    longer : participants who stayed at least six months longer, less those who stayed shorter. heard : `longer` / (realised wishes x
        attribution). least, most : `heard` (mean) at the ends of the ranges of both.
    """

    longer: Spread
    heard: Spread
    least: float
    most: float
    realised: float
    attribution: float


@dataclass(frozen=True)
class Call:
    """Reservists in a crisis; people, hours per week and full-time jobs of the whole country, means over its months.

    Attributes
    ----------
    register : people whom the pilot added. hours : that they came, per week. shifts : `hours` in weekly duties of a reservist. fte : after
        productivity. extra_fte : what the crisis asks for. share : `fte` of `extra_fte`.
    """

    register: Spread
    hours: Spread
    shifts: Spread
    fte: Spread
    extra_fte: float
    share: Spread


@dataclass(frozen=True)
class Finding:
    """One pilot.

    Attributes
    ----------
    participants : people simulated in one repetition. coverage : share of those who could take part. gross : success among participants.
    without : the same people without the programme. net : their difference. trial : how an effect could be found.
    delay, work, fte_months : months per head by which they retire later, are at work more, and work more in full-time months.
    own_comparison : successes less those of the comparison group that the programme draws (`sim.policies.programme`), per head.
        survey, call : where they apply.
    """

    name: str
    meaning: str
    pilot: Pilot
    repetitions: int
    participants: float
    coverage: float
    gross: Spread
    without: Spread
    net: Net
    trial: Trial | None
    delay: Net
    work: Net
    fte_months: Net
    own_comparison: Net
    survey: Survey | None = None
    call: Call | None = None

    def to_json(self) -> dict[str, Any]:
        """As ``--json`` shows it."""
        return asdict(self) | {"pilot": self.pilot.model_dump(mode="json")}


def findings(asked: Design, runs: Mapping[str, np.ndarray]) -> list[Finding]:
    """Findings in the order of the file.

    Parameters
    ----------
    runs : (n_seeds, n_lots, fields of `Measured`) by policy.
    """
    return [finding(name, pilot, Sums(runs[name]), asked) for name, pilot in asked.pilots.programmes.items()]


class Sums:
    """The figures of all repetitions by name, (n_seeds, n_lots)."""

    def __init__(self, runs: np.ndarray) -> None:
        self.runs = runs

    def __getitem__(self, name: str) -> np.ndarray:
        return np.asarray(self.runs[:, :, Measured._fields.index(name)])

    def net(self, plus: str, minus: str | None = None) -> Net:
        """Difference per participant, with the standard error of a ratio over seeds: the lots of a seed share their market."""
        gain, people = (array.sum(axis=1) for array in (self[plus] - (self[minus] if minus else 0), self["participants"]))
        if not people.sum():
            return Net(math.nan, None, len(people))
        mean, n = float(gain.sum() / people.sum()), len(people)
        error = math.sqrt(((gain - mean * people) ** 2).sum() * n / (n - 1)) / people.sum() if n > 1 else None
        return Net(mean, error, n)


def spread(values: np.ndarray, weights: np.ndarray | None = None) -> Spread:
    """Mean (weighted by people) and percentiles of one figure per repetition; undefined ones are left out."""
    weights = np.ones(values.shape) if weights is None else weights
    kept = np.isfinite(values) & (weights > 0)
    if not kept.any():
        return Spread(math.nan, math.nan, math.nan)
    low, high = np.percentile(values[kept], INNER)
    return Spread(float(np.average(values[kept], weights=weights[kept])), float(low), float(high))


def ratio(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    """`over` / `under`, nan where there is nobody."""
    return np.divide(over, under, out=np.full(over.shape, np.nan), where=under > 0)


def finding(name: str, pilot: Pilot, sums: Sums, asked: Design) -> Finding:
    """What the repetitions of one pilot say."""
    from sim.policies.registry import POLICIES

    people = sums["participants"]
    net, delay = sums.net("gross", "without"), sums.net("delay")
    eligible = np.nanmean(sums["eligible"][:, 0])
    size = simulated_participants(name, pilot, asked.config.population.scale)
    return Finding(
        name=name,
        meaning=POLICIES[name].gross_meaning,
        pilot=pilot,
        repetitions=people.size,
        participants=float(people.mean()),
        coverage=float(people.mean() / eligible) if eligible else math.nan,
        gross=spread(ratio(sums["gross"], people), people),
        without=spread(ratio(sums["without"], people), people),
        net=net,
        trial={"outcome": of_shares, "stay": of_stays, "wish": of_stays}[pilot.measure](sums, size, name) if pilot.crisis is None else None,
        delay=delay,
        work=sums.net("work"),
        fte_months=sums.net("fte_months"),
        own_comparison=sums.net("gross", "control"),
        survey=survey(sums, asked) if pilot.measure == "wish" else None,
        call=call(sums, asked) if pilot.crisis is not None else None,
    )


def ends(net: Net) -> tuple[float, float]:
    """The ends of the 95 % interval of an effect that are nearest to zero (zero when it lies inside) and farthest from it."""
    low, high = net.mean - net.half_width, net.mean + net.half_width
    far = max(low, high, key=abs)
    return (0.0 if low <= 0 <= high else min(low, high, key=abs)), far


def others(over: np.ndarray, under: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A comparison group by lot: who takes part in the next lot of the same seed, as they are without the programme; nan with one lot.

    Other people of the same kind in the same market, as many as there are participants; the comparison group that the programme itself
    draws can be smaller (`Finding.own_comparison` has the effect by that one).
    """
    if over.shape[1] < 2:
        return np.full(over.shape, np.nan), under
    return np.roll(over, -1, axis=1), np.roll(under, -1, axis=1)


def stated(name: str) -> float:
    """Central value of the effect of a policy in the evidence table."""
    from sim.policies.registry import POLICIES

    return load_parameters()[f"policies.{name}.{POLICIES[name].effect}"].central


def of_shares(sums: Sums, size: int, name: str) -> Trial:
    """A trial of the outcome after twelve months."""
    net = sums.net("gross", "without")
    comparison = float(sums["without"].sum() / max(1.0, sums["participants"].sum()))
    near, far = ends(net)
    found = spread(ratio(sums["gross"], sums["participants"]) - ratio(*others(sums["without"], sums["participants"])))
    sizes = [participants_for_shares(comparison, effect) for effect in (net.mean, far, near)]
    power, wanted = power_of_shares(size, comparison, net.mean), stated(name)
    return Trial("share", net, found, sizes[0], sizes[1], sizes[2], power, wanted, participants_for_shares(comparison, wanted))


def of_stays(sums: Sums, size: int, name: str) -> Trial:
    """A trial of the months until people retire; their spread is that of the participants."""
    net = sums.net("delay")
    people, total, squares = (sums[name].sum() for name in ("participants", "stay", "stay_squared"))
    sd = math.sqrt(max(squares / people - (total / people) ** 2, 0.0)) if people else math.nan
    near, far = ends(net)
    without = others(sums["stay"] - sums["delay"], sums["participants"])
    found = spread(ratio(sums["stay"], sums["participants"]) - ratio(*without))
    sizes = [participants_for_means(sd, effect) for effect in (net.mean, far, near)]
    power, wanted = power_of_means(size, sd, net.mean) if sd else math.nan, stated(name)
    return Trial("months", net, found, sizes[0], sizes[1], sizes[2], power, wanted, participants_for_means(sd, wanted))


def survey(sums: Sums, asked: Design) -> Survey:
    """What a survey would have heard."""
    values, rows = Values(GROUP, asked.config.parameters.get(GROUP)), load_parameters()
    wishes, attribution = rows[WISHES], rows[ATTRIBUTION]
    share = ratio(sums["longer"] - sums["shorter"], sums["participants"])
    longer, factor = spread(share, sums["participants"]), values.realised_wishes * values.attribution
    return Survey(
        longer=longer,
        heard=spread(share / factor, sums["participants"]),
        least=longer.mean / (wishes.high * attribution.high),
        most=longer.mean / (wishes.low * attribution.low),
        realised=values.realised_wishes,
        attribution=values.attribution,
    )


def call(sums: Sums, asked: Design) -> Call:
    """Reservists in a crisis."""
    weight = 1 / asked.config.population.scale
    duty = Values("reserves", asked.config.parameters.get("reserves")).care_hours
    return Call(
        register=spread(sums["members"] * weight),
        hours=spread(sums["hours"] * weight),
        shifts=spread(sums["hours"] * weight / duty),
        fte=spread(sums["fte"] * weight),
        extra_fte=float(sums["extra_fte"].mean() * weight),
        share=spread(ratio(sums["fte"], sums["extra_fte"])),
    )
