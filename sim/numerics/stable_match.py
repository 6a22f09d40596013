"""Deferred acceptance with limited applications: one job per searcher, one hire per opening, nobody and no employer would rather swap.

With strict rankings the searcher-optimal stable match is unique, so the order of proposals (and the number of threads) cannot change it.
"""

from __future__ import annotations

import numpy as np

from sim.codes import NOBODY
from sim.numerics.jit import serial


@serial
def deferred_acceptance(choice, score, counts, chunk, n_openings):
    """Match applicants to openings.

    Parameters
    ----------
    choice : (room, n_applications) int32 - openings applied for, best first, NOBODY after the last.
    score : (room, n_applications) uint64 - how the employer ranks each application; larger is better, ties do not occur.
    counts : (n_chunks,) int32 - applicants of each chunk; they stand from row ``b * chunk`` on, and other rows are not looked at.
    n_openings : number of openings.

    Returns
    -------
    (room,) int8 - position in `choice` of the job taken, NOBODY without one.
    """
    width = choice.shape[1]
    holder = np.full(n_openings, NOBODY, np.int32)
    turn = np.full(len(choice), NOBODY, np.int8)
    for b in range(counts.size):
        for start in range(b * chunk, b * chunk + counts[b]):
            q = start
            while q != NOBODY:
                turn[q] += 1
                if turn[q] >= width or choice[q, turn[q]] == NOBODY:
                    turn[q] = NOBODY
                    break
                v = choice[q, turn[q]]
                rival = holder[v]
                if rival == NOBODY:
                    holder[v] = q
                    break
                if score[q, turn[q]] > score[rival, turn[rival]]:
                    holder[v] = q
                    q = rival
    return turn
