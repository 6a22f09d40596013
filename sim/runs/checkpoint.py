"""Checkpoints: a model stopped after any month goes on, in another process, as if it had never stopped.

A checkpoint is one ``.npz`` file: arrays, and JSON that says where each belongs. It holds everything that one month hands to the next:
the tables, the ledger, the levers, what each line of the month and each programme declares in ``carries``, and Mesa's random numbers.
What follows from the configuration and the world is not in it: `restore` builds the model anew and then lets Mesa's clock, with all that
is scheduled on it, run through the months that are past. Our own draws need no state at all (`sim.numerics.rng`).
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.config.errors import UserError
from sim.policies.levers import LEVERS
from sim.runs import disk
from sim.runs.identity import flat, identity, result_settings
from sim.state.ledger import SUMS
from sim.state.vacancies import Vacancies

if TYPE_CHECKING:
    from sim.model import LabourMarket
    from sim.recorder import Recorder

FORMAT = 1
TABLES = ("people", "employers", "institutes", "vacancies")


def write(path: Path, model: LabourMarket, recorder: Recorder | None = None) -> None:
    """Store a model, and what has been recorded of it, between two months. The file is whole or absent, whatever happens.

    Raises
    ------
    UserError
        The file cannot be written.
    """
    arrays: dict[str, np.ndarray] = {}
    content = {
        "about": about(model),
        "model": pack(state_of(model), arrays),
        "recorder": None if recorder is None else pack(recorder.state(), arrays),
    }
    text = np.frombuffer(json.dumps(content).encode(), np.uint8)

    def fill(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez(file, content=text, **arrays)  # type: ignore[arg-type]

    disk.write_whole(path, fill, needs=sum(array.nbytes for array in arrays.values()))


def restore(path: Path, model: LabourMarket) -> None:
    """Bring a model that was just made to the month of the checkpoint.

    Raises
    ------
    UserError
        There is no whole checkpoint, or it is of another version, configuration or world; the message says which.
    """
    with Opened(path) as opened:
        refuse_other(path, opened.about, about(model))
        put_state(model, opened.part("model"))


def recorded(path: Path) -> Mapping[str, Any]:
    """What `Recorder.state` gave when the checkpoint was written; UserError when nothing had been recorded."""
    with Opened(path) as opened:
        state: Mapping[str, Any] | None = opened.part("recorder")
    if state is None:
        raise UserError(f"{path}: this checkpoint was written without a recorder, so the months before it are not on record.")
    return state


class Opened:
    """A checkpoint file that is open; arrays are read when they are asked for. Damage of any kind becomes a UserError."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Opened:
        try:
            self.file = np.load(self.path, allow_pickle=False)
            self.content = json.loads(bytes(self.file["content"]))
            self.about: dict[str, Any] = self.content["about"]
        except FileNotFoundError:
            raise UserError(f"there is no checkpoint {self.path}.") from None
        except (OSError, KeyError, TypeError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise self.damaged(error) from error
        return self

    def __exit__(self, *error: object) -> None:
        self.file.close()

    def part(self, name: str) -> Any:
        """One part of the content, with its arrays."""
        try:
            return unpack(self.content[name], self.file)
        except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise self.damaged(error) from error

    def damaged(self, error: Exception) -> UserError:
        """The error for a file that is no whole checkpoint."""
        return UserError(f"{self.path}: not a whole checkpoint ({type(error).__name__}: {error}). Remove it and start again.")


def about(model: LabourMarket) -> dict[str, Any]:
    """What must be equal where the run goes on: version, code, data, world, and every setting that results depend on."""
    who = identity()
    whose = {"format": FORMAT, "version": who.version, "code": who.code_digest, "data": who.data_digest, "world": model.world_digest}
    settings = flat(result_settings(model.config)) | {"seed": model.config.seed}
    return whose | {f"setting {name}": value for name, value in settings.items()}


def refuse_other(path: Path, there: Mapping[str, Any], here: Mapping[str, Any]) -> None:
    """Raise UserError unless the checkpoint was written by this code with these settings; names all that differs."""
    differences = [
        f"{name} is {there.get(name)!r} there, {here.get(name)!r} here"
        for name in dict.fromkeys([*here, *there])
        if there.get(name) != here.get(name)
    ]
    if differences:
        raise UserError(f"{path}: this checkpoint belongs to another run: {'; '.join(differences)}. Start without it.")


def state_of(model: LabourMarket) -> dict[str, Any]:
    """Everything that the next month may read, and the results of the last."""
    ledger = model.ledger
    return {
        "month": model.month,
        "n_present": model.n_present,
        "person_months": model.person_months,
        "seconds": model.seconds,
        "tables": {name: {column: table[column] for column in table} for name in TABLES for table in [getattr(model, name)]},
        "balances": {"opening": ledger.opening, "closing": ledger.closing},
        "books": {name: getattr(ledger.books, name) for name in SUMS},
        "levers": {name: getattr(model.levers, name) for name in LEVERS},
        "phases": {phase.name: carried(phase) for phase in model.phases},
        "programmes": {programme.policy.name: carried(programme) for programme in model.programmes},
        "random": model.random.getstate(),
        "rng": model.rng.bit_generator.state,
    }


def put_state(model: LabourMarket, state: Mapping[str, Any]) -> None:
    """The reverse of `state_of`. Arrays are filled in place, since kernels' arguments share them."""
    model.skip(state["month"] - model.month)
    model.n_present, model.person_months = state["n_present"], state["person_months"]
    model.seconds = dict(state["seconds"])
    openings = state["tables"]["vacancies"]
    model.vacancies = Vacancies(len(openings["key"]), openings)
    for name in TABLES[:-1]:
        for column, values in state["tables"][name].items():
            getattr(model, name)[column][:] = values
    model.ledger.put_sums(state["books"])
    for owner, names in ((model.ledger, "balances"), (model.levers, "levers")):
        for name, values in state[names].items():
            getattr(owner, name)[:] = values
    for phase in model.phases:
        carry(phase, state["phases"][phase.name])
    for programme in model.programmes:
        carry(programme, state["programmes"][programme.policy.name])
    model.random.setstate(state["random"])
    model.rng.bit_generator.state = state["rng"]
    model.call_roll()


def carried(owner: Any) -> dict[str, Any]:
    """What a line of the month or a programme hands to the next month: the attributes named in its ``carries``."""
    return {name: getattr(owner, name) for name in owner.carries}


def carry(owner: Any, values: Mapping[str, Any]) -> None:
    """The reverse of `carried`."""
    for name, value in values.items():
        setattr(owner, name, filled(getattr(owner, name), value))


def filled(old: Any, new: Any) -> Any:
    """`new` in the place of `old`: the same array with other values where the shape allows, the same kind of named tuple."""
    if isinstance(old, np.ndarray) and old.shape == new.shape and old.dtype == new.dtype:
        old[...] = new
        return old
    if isinstance(old, tuple) and hasattr(old, "_fields"):
        return type(old)(*(filled(*pair) for pair in zip(old, new, strict=True)))
    return new


def pack(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    """`value` as JSON; its arrays go into `arrays`, their names into the JSON. Lists become tuples on the way back."""
    if isinstance(value, np.ndarray):
        name = f"array_{len(arrays)}"
        arrays[name] = value
        return {"array": name}
    if isinstance(value, Mapping):
        return {"pairs": [[pack(key, arrays), pack(inner, arrays)] for key, inner in value.items()]}
    if isinstance(value, list | tuple):
        return {"items": [pack(inner, arrays) for inner in value]}
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(
        f"a checkpoint cannot hold a {type(value).__name__}; `carries` may name arrays, numbers, text, and tuples and dicts of them"
    )


def unpack(value: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    """The reverse of `pack`."""
    if not isinstance(value, dict):
        return value
    if "array" in value:
        return arrays[value["array"]]
    if "pairs" in value:
        return {unpack(key, arrays): unpack(inner, arrays) for key, inner in value["pairs"]}
    return tuple(unpack(inner, arrays) for inner in value["items"])
