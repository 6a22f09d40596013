"""Line of the month: search. To be written."""

from __future__ import annotations

from twin.line import Line


class Search(Line):
    """To be written."""

    name = "search"
