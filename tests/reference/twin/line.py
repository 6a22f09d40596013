"""What a line of the month is here: a name, numbers made once, and a `run` that asks one agent after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from sim.evidence.parameters import Values

if TYPE_CHECKING:
    from twin.market import ReferenceMarket


def plain(value: Any) -> Any:
    """An array, number or container of them as lists, ints and floats."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


class Line:
    """One line of the month.

    ``compares`` names the attributes that must equal those of the line of the model after every run (lists in place of arrays); they are
    read from it by `read` when one line is tested alone. Lines are built in the order of `twin.market.LINES`; `start` runs once, in the
    order of `twin.market.START_ORDER`, when agents are there and nothing has happened yet.
    """

    name: ClassVar[str]
    compares: ClassVar[tuple[str, ...]] = ()

    def __init__(self, market: ReferenceMarket) -> None:
        self.market = market
        self.parameters = Values(self.name, market.config.parameters.get(self.name))

    def start(self) -> None:
        """What has to be set before the first month."""

    def run(self) -> None:
        """One month."""
        raise NotImplementedError(self.name)

    def read(self, line: Any) -> None:
        """Take over what the line of the model carries from month to month."""
        for name, value in self.figures(line).items():
            setattr(self, name, value)

    def figures(self, line: Any) -> dict[str, Any]:
        """What the line of the model says of `compares`, by name. Override when names or shapes differ."""
        return {name: plain(getattr(line, name)) for name in self.compares}
