"""Simulated moments of every run that was ever done for a fit, in one file that only grows.

A record is a key of 16 bytes (parameter values and seed) and the moments as 4-byte floats. A process that is killed while it writes
leaves a piece of a record at the end, which is cut off the next time; everything before it stays.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np


def key_of(values: Mapping[str, float], seed: int) -> bytes:
    """16 bytes that stand for a run."""
    text = json.dumps([sorted((path, float(value).hex()) for path, value in values.items()), seed])
    return hashlib.sha256(text.encode()).digest()[:16]


class Archive:
    """Moments by run.

    Parameters
    ----------
    path : the file; made when absent.
    width : moments of a run.
    """

    def __init__(self, path: Path, width: int) -> None:
        self.path, self.record = path, np.dtype([("key", "V16"), ("moments", "<f4", (width,))])
        path.touch()
        whole = path.stat().st_size // self.record.itemsize
        with path.open("r+b") as file:
            file.truncate(whole * self.record.itemsize)
        records = np.fromfile(path, self.record)
        self.runs: dict[bytes, np.ndarray] = {record["key"].tobytes(): record["moments"] for record in records}

    def __len__(self) -> int:
        return len(self.runs)

    def get(self, values: Mapping[str, float], seed: int) -> np.ndarray | None:
        """Moments of a run, shape (moments,) float32, or None when it was not done."""
        return self.runs.get(key_of(values, seed))

    def put(self, values: Mapping[str, float], seed: int, moments: np.ndarray) -> None:
        """Keep the moments of a run; they are in the hands of the operating system when this returns, so a kill does not lose them."""
        record = np.zeros(1, self.record)
        record["key"], record["moments"] = np.void(key_of(values, seed)), moments
        with self.path.open("ab") as file:
            file.write(record.tobytes())
        self.runs[key_of(values, seed)] = record["moments"][0]

    def mean(self, values: Mapping[str, float], seeds: tuple[int, ...]) -> np.ndarray:
        """Moments, mean over the `seeds` where they are defined, shape (moments,) float64; KeyError when one was not done."""
        runs = np.array([self.runs[key_of(values, seed)] for seed in seeds], np.float64)
        defined = np.isfinite(runs)
        count = defined.sum(axis=0)
        return np.where(count > 0, np.where(defined, runs, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)
