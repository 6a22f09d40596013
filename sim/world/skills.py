"""How far the skills of one sector are from those of another.

Distance is the Hellinger distance between the occupation mixes of two sectors (ISCO-08 major groups, Eurostat 2022), shorter to and from
temp agencies (N), whose staff works in all sectors. Defence has the mix of section O.

No Dutch matrix of moves between all sectors is public. Against the 25 published shares of destinations and origins (CBS 2018/19), moves
drawn from openings with a weight that falls with this distance correlate 0.69, without distance 0.61 (`predicted_switches`, tested): the
data say little more than that large and fast-turning sectors, temp agencies first, are everybody's destination.
"""

from __future__ import annotations

import numpy as np

from sim.codes import SECTOR, SECTORS
from sim.world import sources

MIXED_IN = 0.05
"""Share of the national mix added to each sector's: small sectors have suppressed cells."""


def occupation_mix() -> np.ndarray:
    """(20, 10) shares of ISCO-08 major groups in each sector."""
    frame = sources.read("occupations.csv", ("sector", "OC1", "OC2"))
    rows = {row[0]: np.array(row[1:], dtype=float) for row in frame.iter_rows()}
    national = sum(rows[key] for key in sources.SECTIONS)
    mix = np.array([rows["O" if key == "DEF" else key] for key in SECTORS])
    mix = mix / mix.sum(axis=1, keepdims=True)
    return np.asarray((1 - MIXED_IN) * mix + MIXED_IN * national / np.sum(national))


def skill_distance() -> np.ndarray:
    """(20, 20) float64 in [0, 1], symmetric, 0 on the diagonal; rounded to 0.0001.

    Sectors with the same mix (O and DEF) are set a tenth apart: the jobs differ though the occupation groups do not.
    """
    root = np.sqrt(occupation_mix())
    distance = np.sqrt(np.maximum(0.0, 1.0 - root @ root.T))
    distance[SECTOR["N"], :] *= sources.fact("hub_distance_factor")
    distance[:, SECTOR["N"]] *= sources.fact("hub_distance_factor")
    distance = np.maximum(distance / distance.max(), 0.1)
    np.fill_diagonal(distance, 0.0)
    return np.round(distance, 4)


def predicted_switches(distance: np.ndarray, openings: np.ndarray, leavers: np.ndarray, steepness: float) -> np.ndarray:
    """(20, 20) moves between sectors if people who leave choose openings with weight ``exp(-steepness x distance)``.

    Parameters
    ----------
    openings : (20,) open jobs; leavers : (20,) people who change sector.
    """
    weight = openings[None, :] * np.exp(-steepness * distance)
    np.fill_diagonal(weight, 0.0)
    return np.asarray(leavers[:, None] * weight / weight.sum(axis=1, keepdims=True))


def published_switches() -> list[tuple[str, int, int, float]]:
    """(kind, origin, destination, share) of the published destination and origin shares."""
    frame = sources.read("sector_switches.csv", ("kind", "origin", "destination", "share_pct"))
    return [(r["kind"], SECTOR[r["origin"]], SECTOR[r["destination"]], r["share_pct"] / 100.0) for r in frame.iter_rows(named=True)]


def switch_shares(moves: np.ndarray) -> np.ndarray:
    """(25,) shares in a table of moves that answer the published ones, in the same order."""
    out = []
    for kind, origin, destination, _ in published_switches():
        total = moves[origin].sum() if kind == "destination" else moves[:, destination].sum()
        out.append(moves[origin, destination] / total)
    return np.array(out)
