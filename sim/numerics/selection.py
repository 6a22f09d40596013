"""Who: the rows a scan picked, in order of row, whatever the number of threads.

A scan asks twice. First *who might*: one loop over a block without branches or tables, which the compiler turns into vector
instructions (0.7 ns a person against 2 to 5). It only does so when the loop runs over slices of the columns that start at the block, and it
does more people at once when months are compared as int16, not int64. A draw is compared with the largest threshold anybody could have, so
nobody is missed. Then *who does*: the exact question, for the few that `gather_set` finds flagged.

A scan writes the rows it picks, and what happens to each, at the start of each block's own stretch of two scratch arrays and counts
them; `Selection.collect` closes the gaps.
"""

from __future__ import annotations

import numpy as np

from sim.numerics.jit import BLOCK, inline, n_blocks, serial
from sim.numerics.types import int32s, uint8s


@inline
def gather_set(flags, where):
    """Write the positions of the non-zero bytes of `flags` ((BLOCK,) uint8) to `where` ((BLOCK,) int32), in order; returns their number."""
    words = flags.view(np.uint64)  # eight at a time, since nearly all are zero
    k = 0
    for w in range(words.size):
        if words[w] != 0:
            for j in range(8 * w, 8 * w + 8):
                where[k] = j
                k += 1 if flags[j] != 0 else 0
    return k


@inline
def fetch(column, rows, n):
    """The values of `column` at the first `n` of `rows`, as an array of its own.

    Nothing waits in this loop, so the processor has a dozen cache lines under way; a branch on a value that is not there yet would have it
    wait for each (the whole country: 3x slower).
    """
    values = np.empty(n, column.dtype)
    for k in range(n):
        values[k] = column[rows[k]]
    return values


@serial
def _close_gaps(rows: int32s, fates: uint8s, counts: int32s, out_rows: int32s, out_fates: uint8s):
    k = 0
    for b in range(counts.size):
        lo = b * BLOCK
        for j in range(lo, lo + counts[b]):
            out_rows[k] = rows[j]
            out_fates[k] = fates[j]
            k += 1


class Selection:
    """Scratch space for the rows a scan picks; one per model, reused by every scan.

    Attributes
    ----------
    rows : (n_rows,) int32, fates : (n_rows,) uint8 - written by scans, per block from its first row on.
    counts : (n_blocks,) int32 - rows picked per block.
    """

    def __init__(self, n_rows: int) -> None:
        self.rows = np.empty(n_rows, np.int32)
        self.fates = np.empty(n_rows, np.uint8)
        self._counts = np.zeros(n_blocks(n_rows), np.int32)

    def counts(self, n_rows: int) -> np.ndarray:
        """The counters of the blocks that cover the first `n_rows` rows, set to zero."""
        counts = self._counts[: n_blocks(n_rows)]
        counts[:] = 0
        return counts

    def collect(self, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rows (int32) and fates (uint8) picked by the scan that filled `counts`, in order of row."""
        total = int(counts.sum())
        rows, fates = np.empty(total, np.int32), np.empty(total, np.uint8)
        _close_gaps(self.rows, self.fates, counts, rows, fates)
        return rows, fates
