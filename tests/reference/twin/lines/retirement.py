"""Line of the month: retirement. To be written."""

from __future__ import annotations

from twin.line import Line


class Retirement(Line):
    """To be written."""

    name = "retirement"
