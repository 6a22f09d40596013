"""Turn the errors of pydantic into sentences that say what, where, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from sim.config.errors import UserError
from sim.config.origin import Origin
from sim.config.visible import shortened

LONGEST_VALUE = 200
"""Characters of a value that a message repeats."""
MANY_NAMES = 25
"""A list of known names longer than this is of no help in a message."""


def reword(
    error: ValidationError, model: type[BaseModel], origin: Origin, prefix: tuple[str, ...] = (), ends: Mapping[str, str] | None = None
) -> UserError:
    """One line per mistake: ``place: key: what is wrong``.

    Parameters
    ----------
    error, model
        What went wrong in which class.
    prefix
        Where the model sits in the configuration, e.g. ``("policies", "job_bridge")``.
    ends
        Parameters that nobody set: the setting ``evidence`` put them at this end of their range.
    """
    lines = []
    for item in error.errors():
        inside = tuple(str(part) for part in item["loc"])
        key = (*prefix, *inside)
        name = ".".join(key)
        if ends and inside and inside[0] in ends:
            end = ends[inside[0]]
            lines.append(f"{origin.where(('evidence',))}: evidence: the {end} end of {name} cannot be had: {sentence(item, model, inside)} "
                         f"Set {name} itself, or leave evidence at central.")  # fmt: skip
            continue
        place = origin.where(key or ("until",))  # the only rule about several keys at once is that `until` fits the start
        lines.append(f"{place}: {name + ': ' if name else ''}{sentence(item, model, inside)}")
    return UserError("\n".join(dict.fromkeys(lines)))


def sentence(item: Any, model: type[BaseModel], key: tuple[str, ...]) -> str:
    """What is wrong with one key, and what would be right."""
    kind, context, value = item["type"], item.get("ctx", {}), item["input"]
    said = shortened(repr(value), LONGEST_VALUE)
    if kind == "extra_forbidden":
        return f"unknown setting{nearest(key[-1], fields(model, key[:-1]))}"
    if kind == "missing":
        extra = ": every scenario needs a Dutch (nl) and an English (en) one" if set(key) & {"label", "question"} else ""
        return f"is missing{extra}."
    if kind == "literal_error":
        known = [part.strip(" '") for part in context["expected"].replace(" or ", ", ").split(",")]
        return f"must be one of {', '.join(known)}; got {said}.{hint(str(value), known)}"
    if kind.startswith("bool_"):
        return f"must be true or false, got {said}."
    if kind.startswith("int_"):
        return f"must be a whole number, got {said}."
    if kind.startswith("float_") or kind == "finite_number":
        return f"must be a number, got {said}."
    if kind.startswith("string_"):
        return f"must be text, got {said}."
    if kind in {"dict_type", "model_type", "model_attributes_type"}:
        return f"must hold settings ({', '.join(fields(model, key)) or 'name: value'}), got {said}."
    for limit, words in {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}.items():
        if limit in context:
            return f"must be {words} {context[limit]}, got {said}."
    if kind == "value_error":
        text = str(context["error"])
        return f"{said} {text}." if key and repr(value) not in text else f"{text}."
    return f"{item['msg']}, got {said}."


def nearest(name: str, known: Iterable[str]) -> str:
    """End of a sentence about an unknown name: the nearest known one, or all of them."""
    names = sorted(known)
    close = get_close_matches(name[:LONGEST_VALUE], names, n=1, cutoff=0.5)
    if close:
        return f"; did you mean '{close[0]}'?"
    return f"; known: {', '.join(names)}." if 0 < len(names) <= MANY_NAMES else "."


def hint(name: str, known: Iterable[str]) -> str:
    """The nearest known name as a question, or nothing."""
    close = get_close_matches(name[:LONGEST_VALUE], list(known), n=1, cutoff=0.5)
    return f" Did you mean '{close[0]}'?" if close else ""


def fields(model: type[BaseModel], key: tuple[str, ...]) -> list[str]:
    """Names of the settings below `key`; empty when that is no section."""
    section = section_of(model, key)
    return list(section.model_fields) if section else []


def section_of(model: type[BaseModel], key: tuple[str, ...]) -> type[BaseModel] | None:
    """The class of the section at `key`; positions in lists are skipped."""
    for part in key:
        if part.isdigit():
            continue
        field = model.model_fields.get(part)
        inner = model_in(field.annotation) if field else None
        if inner is None:
            return None
        model = inner
    return model


def model_in(annotation: Any) -> type[BaseModel] | None:
    """The pydantic class inside an annotation such as ``tuple[Crisis, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (tuple, list, Union, UnionType):
        return next((found for part in get_args(annotation) if (found := model_in(part))), None)
    return None
