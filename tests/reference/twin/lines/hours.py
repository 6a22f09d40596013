"""Line of the month: hours. To be written."""

from __future__ import annotations

from twin.line import Line


class Hours(Line):
    """To be written."""

    name = "hours"
