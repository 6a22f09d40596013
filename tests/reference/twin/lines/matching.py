"""Line of the month: matching. To be written."""

from __future__ import annotations

from twin.line import Line


class Matching(Line):
    """To be written."""

    name = "matching"
