"""The watcher: looks at one row of the people table before and after every line of the month, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable

from sim.follow.events import Event, events_of
from sim.follow.lines import conclude, explain
from sim.follow.reason import Reason
from sim.follow.wording import Row
from sim.model import LabourMarket
from sim.phases.base import Phase


class Watcher:
    """Follows one person; give it to `LabourMarket.observer`.

    Parameters
    ----------
    model : the model to watch. row : of the people table. explains : months in which to ask for reasons; default: all.

    Attributes
    ----------
    events : what happened, in order. reasons : month -> the questions of that month with their answers, in order of the lines.
    """

    def __init__(self, model: LabourMarket, row: int, explains: Callable[[int], bool] = lambda month: True) -> None:
        self.model, self.row, self.explains = model, row, explains
        self.events: list[Event] = []
        self.reasons: dict[int, list[Reason]] = {}
        self._before: Row = self.snapshot()
        self._asked: list[Reason] = []

    def snapshot(self) -> Row:
        """All columns of the person now."""
        people = self.model.people
        return {name: int(people[name][self.row]) for name in people}

    def before(self, line: Phase) -> None:
        """Take the row down, and ask what the line is about to ask."""
        self._before = self.snapshot()
        self._asked = explain(line, self.row) if self.explains(self.model.month) else []

    def after(self, line: Phase) -> None:
        """Compare, and complete the answers."""
        self.events += events_of(self.model, line.name, self._before, self.snapshot())
        if self.explains(self.model.month):
            self.reasons.setdefault(self.model.month, []).extend(conclude(line, self.row, self._asked))
