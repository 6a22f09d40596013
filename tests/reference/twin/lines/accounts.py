"""Line of the month: accounts. To be written."""

from __future__ import annotations

from twin.line import Line


class Accounts(Line):
    """To be written."""

    name = "accounts"
