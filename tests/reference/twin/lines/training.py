"""Line of the month: training. To be written."""

from __future__ import annotations

from twin.line import Line


class Training(Line):
    """To be written."""

    name = "training"
