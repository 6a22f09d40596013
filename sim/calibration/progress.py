"""What the user sees while a fit goes on: one line that is rewritten on a terminal, a line now and then in a log. On standard error."""

from __future__ import annotations

import sys
import time
from typing import TextIO

PATIENCE_S = {True: 0.5, False: 15.0}
"""Seconds between two lines, on a terminal and in a log."""


class Progress:
    """Shows nothing; also the interface of the other."""

    def note(self, text: str) -> None:
        """Say something in passing."""

    def evaluation(self, done: int, best: float, seconds_left: float) -> None:
        """One more evaluation is finished."""

    def end(self) -> None:
        """Nothing more to come."""


class Line(Progress):
    """Evaluations done, best loss, minutes left."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.rewrites, self.last, self.width = self.stream.isatty(), -1e9, 0

    def note(self, text: str) -> None:
        """Print a line."""
        self.end()
        print(text, file=self.stream, flush=True)

    def evaluation(self, done: int, best: float, seconds_left: float) -> None:
        """Print or rewrite the line, not too often."""
        if time.monotonic() - self.last < PATIENCE_S[self.rewrites]:
            return
        self.last = time.monotonic()
        text = f"{done} evaluations, best loss {best:.4g}, at most {seconds_left / 60:.0f} minutes left"
        print(f"\r{text.ljust(self.width)}" if self.rewrites else text, end="" if self.rewrites else "\n", file=self.stream, flush=True)
        self.width = len(text)

    def end(self) -> None:
        """Leave the line as it stands."""
        if self.rewrites and self.width:
            print(file=self.stream, flush=True)
        self.width = 0
