"""Line of the month: labour_demand. To be written."""

from __future__ import annotations

from twin.line import Line


class LabourDemand(Line):
    """To be written."""

    name = "labour_demand"
    compares = ("layoff",)
