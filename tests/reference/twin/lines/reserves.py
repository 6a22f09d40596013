"""Line of the month: reserves. To be written."""

from __future__ import annotations

from twin.line import Line


class Reserves(Line):
    """To be written."""

    name = "reserves"
