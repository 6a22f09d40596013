"""Numbers for people: rounded to their uncertainty."""

from __future__ import annotations

import pytest

from sim.runs.tell import columns, rounded, rounded_to_digits


@pytest.mark.parametrize(
    ("value", "uncertainty", "shown"),
    [
        (12345.6, 8000.0, "12,300"),
        (12345.6, 150.0, "12,350"),
        (12345.6, 290.0, "12,350"),
        (12345.6, 310.0, "12,350"),
        (100_000, 150_000, "100,000"),
        (0.01234, None, "0.0123"),
        (-3.0, 1e-9, "-3.0000000000"),
        (0.0, None, "0"),
        (-0.2, 40.0, "0"),
        (None, None, "-"),
        (float("nan"), 1.0, "-"),
    ],
)
def test_rounded_to_its_uncertainty(value, uncertainty, shown) -> None:
    assert rounded(value, uncertainty) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(1234.0, "1,200"), (9_583_200.0, "9,600,000"), (0.0456, "0.046"), (1000.0, "1,000"), (None, "-")]
)
def test_rounded_to_two_digits(value, shown) -> None:
    assert rounded_to_digits(value, 2) == shown


def test_columns_are_aligned_and_plain() -> None:
    text = columns([("name", "value"), ("a", "1"), ("long name", "1,000")], right=(1,))
    assert text.splitlines() == ["name       value", "----------------", "a              1", "long name  1,000"]
