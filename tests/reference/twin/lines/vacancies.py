"""Line of the month: vacancies. To be written."""

from __future__ import annotations

from twin.line import Line


class Vacancies(Line):
    """To be written."""

    name = "vacancies"
