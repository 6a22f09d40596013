"""What every line of the month is: a name, tables made once, and a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

from sim.evidence.parameters import Values

if TYPE_CHECKING:
    from sim.model import LabourMarket


class Phase:
    """One line of the month.

    Built once per run: subclasses turn parameters into integer thresholds in ``__init__``. ``run`` is called every month, in the order of
    `sim.model.MONTH`.
    """

    name: ClassVar[str]
    carries: ClassVar[tuple[str, ...]] = ()
    """Public attributes that change from month to month: what the next month or the record reads. Checkpoints hold them (arrays, numbers,
    tuples of them). Names with an underscore are scratch: nothing may read them before writing them in the same month."""

    def __init__(self, model: LabourMarket) -> None:
        self.model = model
        self.parameters = Values(self.name, model.config.parameters.get(self.name))

    def run(self) -> None:
        """Do the work of one month."""
        raise NotImplementedError(self.name)


class Observer(Protocol):
    """Looks on while the model walks the lines of the month (`LabourMarket.observer`); must change nothing."""

    def before(self, line: Phase) -> None:
        """Called just before `line` runs."""

    def after(self, line: Phase) -> None:
        """Called just after `line` ran."""
