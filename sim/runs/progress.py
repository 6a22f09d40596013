"""What the user sees while runs go on: a bar with the time left on a terminal, one plain line per run elsewhere. On standard error."""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from typing import Any, Self, TextIO

from sim.runs.record import RunRecord

PATIENCE_S = 15.0
"""How long a log stays silent during one run."""
MOST_TOLD = 3
"""How often the same error is printed while runs go on."""


class Silent:
    """Shows nothing; also the interface of the others."""

    failures: int = 0
    seen: Counter[str] | None = None

    def is_told(self, record: RunRecord) -> bool:
        """Whether a failure was told so often that it need not be told again; the table at the end counts it."""
        self.seen = Counter() if self.seen is None else self.seen
        error = re.sub(r"\d+", "0", record.error or "")
        self.seen[error] += 1
        return self.seen[error] > MOST_TOLD

    def begin(self, total: int, reused: int) -> None:
        """There are `total` runs to do; `reused` more are there already."""

    def note(self, text: str) -> None:
        """Say something in passing."""

    def done(self, record: RunRecord) -> None:
        """One run ended."""

    def month(self, done: int, total: int) -> None:
        """A month of a single run ended."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.end()

    def end(self) -> None:
        """Nothing more to come."""


class Lines(Silent):
    """One line per finished run, for logs."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.total, self.finished, self.began = 0, 0, time.perf_counter()

    def begin(self, total: int, reused: int) -> None:
        """Say how much there is to do."""
        self.total = total
        self.note(f"{plural(total, 'run')} to do" + (f", {reused} already there" if reused else ""))

    def note(self, text: str) -> None:
        """Print `text`."""
        print(text, file=self.stream, flush=True)

    def done(self, record: RunRecord) -> None:
        """Print how the run ended."""
        self.finished += 1
        if not record.ok and self.is_told(record):
            return
        end = f"{record.wall_s:.1f} s" if record.ok else f"FAILED: {record.error}"
        width = len(str(self.total))
        self.note(f"[{self.finished:{width}d}/{self.total}] {record.scenario} {luck(record)}: {end}")

    def month(self, done: int, total: int) -> None:
        """Print how far a long run is, a few times a minute at most."""
        if time.perf_counter() - self.began > PATIENCE_S:
            self.began = time.perf_counter()
            self.note(f"month {done} of {total}")


class Bar(Silent):
    """A bar with the time left and the number of failures, for terminals."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(compact=True))
        self.progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self.task: Any = None
        self.failures = 0

    def begin(self, total: int, reused: int) -> None:
        """Show the bar, unless there is nothing to do."""
        if total:
            self.progress.start()
            self.task = self.progress.add_task("runs", total=total)

    def note(self, text: str) -> None:
        """Print above the bar."""
        self.progress.console.print(text, markup=False, highlight=False)

    def done(self, record: RunRecord) -> None:
        """Move the bar; a failure is printed at once."""
        if not record.ok:
            self.failures += 1
            if not self.is_told(record):
                self.note(f"{record.scenario} {luck(record)} FAILED: {record.error}")
            self.progress.update(self.task, description=f"runs ({self.failures} failed)")
        self.progress.advance(self.task)

    def month(self, done: int, total: int) -> None:
        """Show months instead of runs."""
        self.progress.update(self.task, description="months", completed=done, total=total)

    def end(self) -> None:
        """Take the bar away."""
        self.progress.stop()


def for_stream(stream: TextIO | None = None) -> Silent:
    """The right one for standard error as it is."""
    return Bar() if (stream or sys.stderr).isatty() else Lines(stream)


def luck(record: RunRecord) -> str:
    """``seed 3``, ``seed 3 draw 12``."""
    return f"seed {record.seed}" if record.draw is None else f"seed {record.seed} draw {record.draw}"


def plural(count: int, noun: str) -> str:
    """``1 run``, ``30 runs``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
