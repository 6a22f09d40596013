"""Types of kernel arguments, written as annotations: what a kernel declares is what it is compiled for, and all that it takes.

``int16s`` is a column of int16, ``int64s2`` a table with two axes, both contiguous; ``int64`` and the like are single numbers. A class
derived from NamedTuple stands for itself; its fields are annotated in the same way.
"""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from numba import types

if TYPE_CHECKING:  # what a type checker sees
    from builtins import bool as boolean
    from typing import Any as float64
    from typing import Any as int64
    from typing import Any as uint8
    from typing import Any as uint32
    from typing import Any as uint64

    from numpy import ndarray as float64s
    from numpy import ndarray as int8s
    from numpy import ndarray as int16s
    from numpy import ndarray as int32s
    from numpy import ndarray as int32s2
    from numpy import ndarray as int32s3
    from numpy import ndarray as int64s
    from numpy import ndarray as int64s2
    from numpy import ndarray as uint8s
    from numpy import ndarray as uint8s2
    from numpy import ndarray as uint8s3
    from numpy import ndarray as uint8s4
    from numpy import ndarray as uint16s
    from numpy import ndarray as uint32s
    from numpy import ndarray as uint32s2
    from numpy import ndarray as uint32s3
    from numpy import ndarray as uint64s
    from numpy import ndarray as uint64s2
else:
    float64, boolean, uint8, uint32, uint64, int64 = types.float64, types.boolean, types.uint8, types.uint32, types.uint64, types.int64
    float64s = types.float64[::1]
    int8s, uint8s, uint8s2, uint8s3 = types.int8[::1], types.uint8[::1], types.uint8[:, ::1], types.uint8[:, :, ::1]
    uint8s4 = types.uint8[:, :, :, ::1]
    int16s, uint16s = types.int16[::1], types.uint16[::1]
    int32s, int32s2, int32s3 = types.int32[::1], types.int32[:, ::1], types.int32[:, :, ::1]
    uint32s, uint32s2, uint32s3 = types.uint32[::1], types.uint32[:, ::1], types.uint32[:, :, ::1]
    int64s, int64s2 = types.int64[::1], types.int64[:, ::1]
    uint64s, uint64s2 = types.uint64[::1], types.uint64[:, ::1]


CHOICES = 2
"""Most types that one argument may have: ``Key | PhiloxKey``."""


def declared(function: Any, choice: int = 0) -> dict[str, types.Type]:
    """Names and Numba types of the arguments of a kernel, from its annotations; of two types the first, or with ``choice=1`` the second.

    Raises
    ------
    TypeError
        An argument has no annotation, or one that is not a type of this module.
    """
    hints = get_type_hints(function)
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    missing = [name for name in names if name not in hints]
    if missing:
        raise TypeError(f"{function.__module__}.{function.__name__} says no type for {', '.join(missing)}")
    return {name: numba_type(hints[name], choice) for name in names}


def numba_type(annotation: Any, choice: int = 0) -> types.Type:
    """The Numba type that an annotation stands for."""
    if isinstance(annotation, types.Type):
        return annotation
    if isinstance(annotation, UnionType):
        return numba_type(get_args(annotation)[choice])
    if isinstance(annotation, type) and issubclass(annotation, tuple) and hasattr(annotation, "_fields"):
        hints = get_type_hints(annotation)
        fields: Any = types.BaseTuple.from_types([numba_type(hints[name]) for name in annotation._fields], annotation)
        return fields
    raise TypeError(f"{annotation!r} is no type of a kernel argument; see sim.numerics.types")
