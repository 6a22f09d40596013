"""Line of the month: policies. To be written."""

from __future__ import annotations

from twin.line import Line


class Policies(Line):
    """To be written."""

    name = "policies"
