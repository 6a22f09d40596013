"""Whole numbers as text: the small ones, of which a series coded by its steps consists, take one character each.

A number n is turned into c = 2n + 1, or -2n for n below zero, and 0 for nothing; c is written in digits of `BASE`, the lowest first.
Every digit but the last of a number stands in the upper half of `ALPHABET`. Text in JSON is gzipped with everything else, which
shortens the frequent characters; packed bytes would hide them from it. ``assets/script/series.js`` reads the same.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

ALPHABET = "".join(chr(code) for code in range(32, 127) if chr(code) not in "\"\\'")
BASE = len(ALPHABET) // 2
NOTHING = np.iinfo(np.int64).min
"""Stands for what is not defined."""


def pack(numbers: np.ndarray) -> list[str]:
    """Return one text for each row of whole numbers (n_texts, n_numbers) int64."""
    code = np.where(numbers >= 0, 2 * numbers + 1, -2 * numbers)
    code[numbers == NOTHING] = 0
    digits = [code % BASE]
    rest = code // BASE
    more = []
    while rest.any():
        more.append(rest > 0)
        digits.append(rest % BASE)
        rest = rest // BASE
    is_there = np.stack([np.ones(code.shape, bool), *more], axis=-1)
    goes_on = np.concatenate([is_there[..., 1:], np.zeros((*code.shape, 1), bool)], axis=-1)
    table = np.frombuffer(ALPHABET.encode(), np.uint8)
    characters = table[np.stack(digits, axis=-1) + BASE * goes_on]
    return [row[here].tobytes().decode() for row, here in zip(characters, is_there, strict=True)]


def unpack(text: str) -> Iterator[int | None]:
    """Yield the numbers of a text, None for nothing."""
    code, unit = 0, 1
    for character in text:
        digit = ALPHABET.index(character)
        code += digit % BASE * unit
        unit *= BASE
        if digit < BASE:
            yield None if code == 0 else -(code // 2) if code % 2 == 0 else code // 2
            code, unit = 0, 1


def step(spread: np.ndarray, parts: int) -> np.ndarray:
    """Number of the largest step 1, 2 or 5 times a power of ten (`size`) of which `spread` (n,) has at least `parts`."""
    spread = np.asarray(spread, dtype=np.float64)
    wanted = np.log10(np.where(spread > 0, spread, parts) / parts) + 1e-9
    power = np.floor(wanted).astype(np.int64)
    return np.where(spread > 0, 3 * power + np.searchsorted(np.log10([2.0, 5.0]), wanted - power, side="right"), 0)


def size(number: np.ndarray) -> np.ndarray:
    """Size of a step by its number."""
    digit, power = np.array([1.0, 2.0, 5.0])[number % 3], number // 3
    return np.asarray(np.where(power >= 0, digit * 10.0 ** np.maximum(power, 0), digit / 10.0 ** np.maximum(-power, 0)))


def whole(values: np.ndarray, step_size: np.ndarray | float) -> np.ndarray:
    """Values in steps, int64; `NOTHING` where they are not defined."""
    steps = np.round(values / step_size)
    return np.where(np.isnan(steps), NOTHING, np.nan_to_num(steps)).astype(np.int64)


def deltas(numbers: np.ndarray, order: int = 1) -> np.ndarray:
    """Differences along the last axis from the number before, the first from 0; `order` times; `NOTHING` is passed over."""
    if order == 0:
        return numbers
    known = numbers != NOTHING
    last = np.maximum.accumulate(np.where(known, np.arange(numbers.shape[-1]), -1), axis=-1)
    before = np.concatenate([np.full((*last.shape[:-1], 1), -1), last[..., :-1]], axis=-1)
    earlier = np.where(before >= 0, np.take_along_axis(numbers, np.maximum(before, 0), axis=-1), 0)
    return deltas(np.where(known, numbers - np.where(known, earlier, 0), NOTHING), order - 1)
