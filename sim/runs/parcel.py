"""A run folder that travels: done on a machine that cannot reach the store, written to it by the one that can."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from sim.runs import store
from sim.runs.execute import Engine, Task, do
from sim.runs.identity import Identity
from sim.runs.record import RunRecord


@dataclass(frozen=True)
class Parcel:
    """The record of a run and the content of its files, some 2 MB; no files when the run is in the store already."""

    record: RunRecord
    files: dict[str, bytes]

    def unpack(self, folder: Path) -> None:
        """Put the run into the store, whole or not at all.

        Raises
        ------
        UserError
            The folder cannot be written.
        """
        if self.files:
            store.write(folder, self.write)

    def write(self, folder: Path) -> None:
        """Write the files into a folder."""
        for name, content in self.files.items():
            (folder / name).write_bytes(content)


def pack(task: Task, identity: Identity, engine: Engine) -> Parcel:
    """Do a run in a temporary folder of this machine and take its files along; a failed run has a record too."""
    with tempfile.TemporaryDirectory(prefix="loopbrug-") as place:
        folder = Path(place) / "scenario" / task.folder.name
        record = do(replace(task, folder=folder), identity, engine, None)
        return Parcel(record, {path.name: path.read_bytes() for path in sorted(folder.iterdir())})
