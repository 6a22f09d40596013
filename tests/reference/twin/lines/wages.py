"""Line of the month: wages. To be written."""

from __future__ import annotations

from twin.line import Line


class Wages(Line):
    """To be written."""

    name = "wages"
