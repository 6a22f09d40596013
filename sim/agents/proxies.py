"""One agent: a row of a table seen as a `mesa.Agent`.

A proxy holds a model and a row, nothing else. Its attributes are the columns of the row, plus attributes that are computed from them
(`derived`). Everything is written once for both one agent and many: with an array of rows in place of a row, the same expression gives
an array. `ColumnAgentSet` uses that; analysts see proxies of one row only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import mesa
import numpy as np

from sim.codes import AGE_BAND_STARTS, AGE_BANDS, EDUCATION_LEVELS, NEVER, NOBODY, PROVINCES, SECTORS, SEXES, Contract, State
from sim.state.columns import Table

if TYPE_CHECKING:
    from sim.agents.agentset import ColumnAgentSet
    from sim.agents.model import ColumnarModel

OLDER_FROM_AGE = 55
"""Years. From this age somebody in the labour force counts as an older worker."""


class derived:
    """A read-only attribute computed from columns, for one agent (a Python scalar) or for many (an array)."""

    def __init__(self, compute: Callable[[Any], Any]) -> None:
        self.compute = compute
        self.__doc__ = compute.__doc__

    def __get__(self, agent: ColumnAgent | None, owner: type) -> Any:
        """The value of `agent`; on the class, the declaration itself."""
        if agent is None:
            return self
        value = np.asarray(self.compute(agent))
        return value if isinstance(agent.row, np.ndarray) else value.item()


class label(derived):
    """The name that a code stands for: ``sector_key = label("sector", SECTORS)``."""

    def __init__(self, column: str, names: Sequence[str]) -> None:
        self.column = column
        self.names = np.array(names)
        super().__init__(lambda agent: self.names[getattr(agent, column)])
        self.__doc__ = f"Name of the code in column `{column}`."


class kernel:
    """A method that acts on the columns of one agent or of many at once; ``agentset.do("name")`` then makes one call.

    In the body, ``self.wage_cents`` is a number or an array, so write it with NumPy functions (`np.where`, not ``if``).
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.__doc__ = function.__doc__

    def __get__(self, agent: ColumnAgent | None, owner: type) -> Any:
        """The method bound to `agent`; on the class, the declaration itself."""
        return self if agent is None else partial(self._call, agent)

    def _call(self, agent: ColumnAgent, *args: Any, **kwargs: Any) -> Any:
        result = self.function(agent, *args, **kwargs)
        if result is None or isinstance(agent.row, np.ndarray):
            return result
        return np.asarray(result).item()


class ColumnAgent(mesa.Agent):
    """A row of a table as a Mesa agent. Never registered with the model; made when asked for.

    Parameters
    ----------
    model : the model that owns the table.
    row : row of the table (an array of rows inside `ColumnAgentSet`).
    """

    table_name: ClassVar[str] = ""
    """Attribute of the model that holds the table."""
    role: ClassVar[str | None] = None
    """Derived 0/1 attribute that an agent of this type must have; None: every agent present."""
    pos: ClassVar[None] = None
    current_action: ClassVar[None] = None
    is_present: bool | derived = True
    model: ColumnarModel
    row: Any

    sector_key = label("sector", (*SECTORS, "none"))
    province_name = label("province", PROVINCES)

    def __init__(self, model: ColumnarModel, row: Any) -> None:
        # Not super().__init__: that would register the proxy with the model.
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "row", row)

    @property
    def table(self) -> Table:
        """The table that holds the agent."""
        return getattr(self.model, self.table_name)

    @derived
    def unique_id(self) -> Any:
        """Row, counted on over people, employers and institutes: unique in the model, fixed for the whole run."""
        return self.model.first_ids[self.table_name] + self.row

    def vectorises(self, name: str) -> bool:
        """Whether `name` is the row, a column or a derived attribute, so that arrays answer for it."""
        return name == "row" or name in self.table.columns or isinstance(getattr(type(self), name, None), derived)

    def check_writable(self, name: str, value: Any) -> None:
        """AttributeError, TypeError or OverflowError if a column `name` cannot take `value`."""
        if name not in self.table.columns:
            raise AttributeError(f"{type(self).__name__} has no column {name!r} that can be set", name=name, obj=self)
        values, dtype = np.asarray(value), self.table[name].dtype
        if values.dtype.kind not in "biu":
            raise TypeError(f"{type(self).__name__}.{name} is a column of {dtype}; {value!r} is not an integer")
        limits = np.iinfo(dtype)
        if values.size and not limits.min <= values.min() <= values.max() <= limits.max:
            raise OverflowError(f"{type(self).__name__}.{name} is a column of {dtype}; {value!r} does not fit")

    def __getattr__(self, name: str) -> Any:
        # Reached for names that the class does not have: columns. Private names are probes of copy and pickle on an empty object.
        if not name.startswith("_") and name in self.table.columns:
            values = self.table[name][self.row]
            # 64 bits for many rows too: the difference of two uint8 must not wrap around.
            return values.astype(np.int64) if isinstance(self.row, np.ndarray) else values.item()
        raise AttributeError(f"{type(self).__name__} has no column or attribute {name!r}", name=name, obj=self)

    def __setattr__(self, name: str, value: Any) -> None:
        self.check_writable(name, value)
        self.table[name][self.row] = value
        if name == "state":
            self.model.call_roll()

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.table.columns]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ColumnAgent) and self._identity == other._identity and self.model is other.model

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[str, int]:
        return self.table_name, self.row

    def __repr__(self) -> str:
        return f"{type(self).__name__}(row {self.row})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.model, self.row)

    def remove(self) -> None:
        """Refused: rows never move, and people leave through the demography line so that every person is accounted for."""
        raise TypeError(f"{self!r} cannot be removed: agents of this model enter and leave through the demography line only")


class Worker(ColumnAgent):
    """A person aged 15-74. Columns: see `sim.state.people.People`."""

    table_name = "people"
    state_name = label("state", [state.name.lower() for state in State])
    contract_name = label("contract", [contract.name.lower() for contract in Contract])
    education_level = label("education", EDUCATION_LEVELS)
    sex_key = label("sex", SEXES)

    @derived
    def is_present(self) -> Any:
        """Whether the person is in the population of 15-74 now."""
        return self.state != State.OUTSIDE

    @derived
    def age(self) -> Any:
        """Whole years; the new age counts from the month of the birthday."""
        return self.age_months // 12

    @derived
    def age_months(self) -> Any:
        """Months since the month of birth."""
        return self.model.month - self.birth_month

    @derived
    def age_band(self) -> Any:
        """Age band of the reports; people over 74 are in the last."""
        return np.array(AGE_BANDS)[np.searchsorted(AGE_BAND_STARTS, np.maximum(self.age, AGE_BAND_STARTS[0]), side="right") - 1]

    @derived
    def months_in_state(self) -> Any:
        """Months since the current state began; 0 for somebody who has not entered yet."""
        return np.where(self.state_since == NEVER, 0, self.model.month - self.state_since)

    @derived
    def tenure_months(self) -> Any:
        """Months in the current main job; 0 without one."""
        return np.where(self.contract == Contract.NONE, 0, self.model.month - self.job_since)

    @derived
    def wage_eur_per_hour(self) -> Any:
        """Gross hourly wage of the current or last main job."""
        return self.wage_cents / 100

    @derived
    def is_older(self) -> Any:
        """Whether aged 55 or over and in the labour force (employed or unemployed)."""
        return (self.age >= OLDER_FROM_AGE) & np.isin(self.state, (State.EMPLOYED, State.UNEMPLOYED))

    @derived
    def is_displaced(self) -> Any:
        """Whether the last job was lost, or is under notice, by the employer's decision."""
        return (self.displaced_since != NEVER) & self.is_present

    @property
    def qualification_keys(self) -> tuple[str, ...]:
        """Sectors whose licence or diploma the person holds."""
        return tuple(key for code, key in enumerate(SECTORS) if self.qualifications >> code & 1)

    @property
    def employer_agent(self) -> Employer | None:
        """The employer of the main job."""
        return None if self.employer == NOBODY else Employer(self.model, self.employer)


class OlderWorker(Worker):
    """The role of somebody aged 55 or over in the labour force."""

    role = "is_older"


class DisplacedWorker(Worker):
    """The role of somebody who lost, or is under notice of losing, a job by the employer's decision."""

    role = "is_displaced"


class Employer(ColumnAgent):
    """An employer. Columns: see `sim.state.employers.Employers`."""

    table_name = "employers"

    @property
    def staff(self) -> ColumnAgentSet:
        """The people whose main job is here."""
        return self.model.workers.select(employer=self.row)


class TrainingInstitute(ColumnAgent):
    """An institute that trains adults. Columns: see `sim.state.institutes.Institutes`."""

    table_name = "institutes"


KINDS: tuple[type[ColumnAgent], ...] = (Worker, Employer, TrainingInstitute)
"""One type per table, in the order of ``unique_id``."""
ROLES: tuple[type[ColumnAgent], ...] = (OlderWorker, DisplacedWorker)
"""Types that an agent takes and leaves."""
