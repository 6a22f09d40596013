"""Line of the month: separations. To be written."""

from __future__ import annotations

from twin.line import Line


class Separations(Line):
    """To be written."""

    name = "separations"
