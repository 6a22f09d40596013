"""YAML of strangers as plain values: settings, lists, text, decimal numbers, true, false and null; within limits that are told.

Tags (``!!python/...``), keys that are no text and anchors that stand inside themselves are refused. Anchors, aliases and merge keys
(``<<``) may be used; what they stand for is counted as if it were written out, before anything is built. Everything is looked at as a
stream of events first, so no file can be deep or large enough to fill the stack or the memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Never

import yaml

from sim.config.errors import UserError
from sim.config.visible import UNSEEN, shortened

MOST_VALUES = 20_000
"""Values in a file, with aliases written out; the largest shipped file has 700."""
DEEPEST = 20
"""Levels of nesting; shipped files have at most 6."""
LONGEST_TEXT, LONGEST_KEY, LONGEST_NUMBER = 10_000, 100, 30
"""Characters."""
KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*( /?[a-z_/]+)?|<<")
"""A name, a dotted name, or ``override /economy`` in a list of defaults."""
STR, INT, MERGE = (f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "merge"))
Refuse = Callable[[int, str], Never]


class PlainLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader of PyYAML, without dates and without numbers that are not decimal (``1:30`` would be 90, ``010`` would be 8)."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  as PyYAML has it


PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] in ("bool", "null", "merge")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
PlainLoader.add_implicit_resolver(INT, re.compile(r"[-+]?(?:0|[1-9][0-9]*(?:_[0-9]+)*)$"), list("-+0123456789"))
PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(
        r"(?:[-+]?[0-9]+(?:_[0-9]+)*(?:\.[0-9]*(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)"
        r"|[-+]?\.[0-9]+(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
    ),
    list("-+0123456789."),
)


@dataclass
class _Part:
    """A mapping or list that is being read: its `keys` so far, whether a key comes next, and its size with aliases written out."""

    is_mapping: bool
    anchor: str | None
    keys: set[str] = field(default_factory=set)
    wants_key: bool = False
    values: int = 1
    height: int = 1


def values_of(text: str, place: str, interpolations: bool = False) -> Any:
    """The plain values of a YAML document; None for an empty one.

    Parameters
    ----------
    text : the document.
    place : the file, for messages.
    interpolations : whether ``${...}`` and ``???``, which OmegaConf would resolve, may stand in it as text.

    Raises
    ------
    UserError
        No YAML, or something beyond plain values; the message says in which line.
    """

    def refuse(line: int, why: str) -> Never:
        raise UserError(f"{place} line {line + 1}: {why}".lstrip())

    try:
        _look(text, refuse, interpolations)
        return yaml.load(text, Loader=PlainLoader)
    except yaml.YAMLError as error:
        raise UserError(_broken(text, place, error)) from None


def _look(text: str, refuse: Refuse, interpolations: bool) -> None:
    """Refuse what is no plain value, or too much, in one pass over the events of the parser."""
    loader = PlainLoader(text)
    parts: list[_Part] = []
    anchors: dict[str, tuple[int, int] | None] = {}
    total = 0
    try:
        while loader.check_event():
            event = loader.get_event()
            line = event.start_mark.line
            if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                done = parts.pop()
                if done.anchor is not None:
                    anchors[done.anchor] = done.values, done.height
                _add(parts, done.values, done.height)
                continue
            if not isinstance(event, yaml.NodeEvent):
                continue
            is_key = bool(parts) and parts[-1].is_mapping and parts[-1].wants_key
            if isinstance(event, yaml.AliasEvent):
                if is_key:
                    refuse(line, "a key must be a name, not an alias.")
                size, height = _meant(anchors, event.anchor, line, refuse)
            else:
                if event.tag is not None:
                    refuse(line, f"a tag ({_said(event.tag)}) cannot be used here: write plain values.")
                size, height = 1, 1
            total += size
            if total > MOST_VALUES:
                refuse(line, f"too many values: at most {MOST_VALUES:,} in a file, with everything that aliases (*) stand for written out.")
            if len(parts) + height > DEEPEST:
                refuse(line, f"nested too deep: at most {DEEPEST} levels.")
            if isinstance(event, yaml.ScalarEvent):
                tag = loader.resolve(yaml.ScalarNode, event.value, event.implicit)
                if is_key:
                    _check_key(event.value, tag, parts[-1].keys, line, refuse, text)
                _check_scalar(event.value, tag, line, refuse, interpolations)
                if event.anchor is not None:
                    anchors[event.anchor] = 1, 1
                if is_key:
                    parts[-1].values += 1
                    parts[-1].wants_key = False
                else:
                    _add(parts, 1, 1)
            elif isinstance(event, yaml.AliasEvent):
                _add(parts, size, height)
            else:
                if is_key:
                    refuse(line, "a key must be a name, not a list or settings.")
                if event.anchor is not None:
                    anchors[event.anchor] = None
                is_mapping = isinstance(event, yaml.MappingStartEvent)
                parts.append(_Part(is_mapping, event.anchor, wants_key=is_mapping))
    finally:
        loader.dispose()


def _add(parts: list[_Part], size: int, height: int) -> None:
    """Count a value to the part it stands in; after the value of a key comes a key."""
    if parts:
        parts[-1].values += size
        parts[-1].height = max(parts[-1].height, height + 1)
        parts[-1].wants_key = parts[-1].is_mapping


def _meant(anchors: dict[str, tuple[int, int] | None], name: str, line: int, refuse: Refuse) -> tuple[int, int]:
    """Size and height of what an alias stands for."""
    if name not in anchors:
        refuse(line, f"*{_said(name)}: there is no &{_said(name)} before it.")
    found = anchors[name]
    if found is None:
        refuse(line, f"*{_said(name)} stands inside &{_said(name)} itself, without end.")
    return found


def _check_key(key: str, tag: str, keys: set[str], line: int, refuse: Refuse, text: str) -> None:
    if tag not in (STR, MERGE):
        refuse(line, f"{_said(key)}: a key must be a name; this is read as a number, true, false or null. Put a name in quotes.")
    if len(key) > LONGEST_KEY:
        refuse(line, f"{_said(key)}: a key of {len(key):,} characters: at most {LONGEST_KEY}.")
    if not KEY.fullmatch(key):
        refuse(line, f"{_said(key)}: not a usable key: letters, digits, _ and dots.")
    if key in keys and tag != MERGE:
        refuse(line, f"this is not valid YAML: found duplicate key {key}.\n    {_line_of(text, line)}")
    keys.add(key)


def _check_scalar(value: str, tag: str, line: int, refuse: Refuse, interpolations: bool) -> None:
    if len(value) > LONGEST_TEXT:
        refuse(line, f"a text of {len(value):,} characters: at most {LONGEST_TEXT:,}.")
    if tag == INT and len(value) > LONGEST_NUMBER:
        refuse(line, f"a number of {len(value):,} digits: at most {LONGEST_NUMBER}.")
    if not interpolations and ("${" in value or value == "???"):
        refuse(line, f"{_said(value)}: a file holds values, nothing that must be looked up (${{...}}, ???). Write the value itself.")
    if found := UNSEEN.search(value):
        refuse(line, f"{_said(value)}: a character that cannot be seen (U+{ord(found.group()):04X}). Leave it out.")


def _said(value: str) -> str:
    return shortened(value.split("\n")[0], 60)


def _line_of(text: str, line: int) -> str:
    lines = text.splitlines()
    return shortened(lines[line], 200) if line < len(lines) else ""


def _broken(text: str, place: str, error: yaml.YAMLError) -> str:
    """The message for what is no YAML, with the line shown."""
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or str(error).splitlines()[0]).rstrip(".")
    if mark is None:
        position = getattr(error, "position", None)
        line = f" line {text.count(chr(10), 0, position) + 1}" if isinstance(position, int) else ""
        return f"{place}{line}: this is not valid YAML: {problem}."
    return f"{place} line {mark.line + 1}: this is not valid YAML: {problem}.\n    {_line_of(text, mark.line)}"
