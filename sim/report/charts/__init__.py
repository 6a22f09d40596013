"""The charts of the report, one file each: what it shows, the data it needs and how it is drawn.

A figure is a Plotly figure in which ``{"ref": "a/{metric}/b"}`` stands for data of the page; braces take the reader's present choice
(scenario, metric, outcome, split). So one figure serves every choice, and the page's script knows nothing of any chart.
"""

from __future__ import annotations

from typing import Any

Figure = dict[str, Any]
TICKS, SHORT_TICKS, HOVER, EXACT = ",~r", "~s", ",.3~r", ",.9~r"
"""Formats of differences: on an axis in full, on a narrow axis in thousands (200k), under the pointer to three digits, or as they are
when they are rounded to their uncertainty already."""


def ref(path: str) -> dict[str, str]:
    """Return the stand-in for data of the page."""
    return {"ref": path}
