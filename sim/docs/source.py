"""What the code says of itself, read as text: docstrings, declared columns, levers, streams, the order of the month.

Nothing of the model is imported, since that would load Numba. Declarations are read where they stand; one that is not a plain
declaration any more (a computed column, say) is an error here and not a gap in a document.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import sim

PACKAGE = Path(sim.__file__).resolve().parent
TABLES = {"People": "people", "Employers": "employers", "Institutes": "institutes", "Vacancies": "vacancies"}
"""Tables of state by class, and the module of ``sim/state`` that declares each."""
TAIL = re.compile(r"(?:(?<=\n)|(?<=[.;] ))(Source|Reads|Writes|Draws):\s", re.DOTALL)
HELPER = re.compile(r"\A(?:First|Second) half of line (\d+): ")
BESIDE = {"policies": ("policies/programme.py", "policies/target.py", "policies/budget.py")}
"""Modules outside ``sim/phases`` that do part of the work of a line."""


@dataclass(frozen=True)
class Declared:
    """A column: type, unit, meaning, and the line of the month that writes it."""

    name: str
    dtype: str
    unit: str
    meaning: str
    writer: str


@dataclass(frozen=True)
class DeclaredLever:
    """A lever: unit, who reads it, what a positive value raises, and whether it holds per person, country or sector."""

    name: str
    unit: str
    read_by: str
    raises: str
    per: str


@dataclass(frozen=True)
class Line:
    """A line of the month, from the docstring of its module.

    Attributes
    ----------
    number, name, title : place in the month, name in the code, first sentence. path : file, from the top of the checkout.
    body : the rest in Markdown, with equations as indented blocks. source, reads, writes, draws : as stated; empty when not stated.
    helpers : path and body of the modules that do part of the work. streams : names of the random streams that the code of all of
        these uses, in their order.
    """

    number: int
    name: str
    title: str
    path: str
    body: str
    source: str
    reads: str
    writes: str
    draws: str
    helpers: tuple[tuple[str, str], ...]
    streams: tuple[str, ...]

    @property
    def equations(self) -> list[str]:
        """The indented blocks of the docstrings, without their indent."""
        return [block for body in (self.body, *(text for _, text in self.helpers)) for block in indented(body)]


@cache
def text(path: str) -> str:
    """A file of the package; `path` is relative to it."""
    return (PACKAGE / path).read_text(encoding="utf-8")


@cache
def tree(path: str) -> ast.Module:
    """Syntax tree of a file of the package."""
    return ast.parse(text(path))


@cache
def docstring(path: str) -> str:
    """Docstring of a module, without the indent of its lines."""
    return ast.get_docstring(tree(path)) or ""


def indented(body: str) -> list[str]:
    """The blocks of `body` that stand four columns in, without the indent."""
    blocks = re.findall(r"(?:\A|\n\n)((?: {4}[^\n]*(?:\n\n(?= {4})|\n|\Z))+)", body)
    return ["\n".join(line[4:] for line in block.rstrip().split("\n")) for block in blocks]


def months_lines() -> list[str]:
    """Names of the modules of the lines, in the order of `sim.model.MONTH`."""
    model = tree("model.py")
    modules = {name.name: node.module for node in model.body if isinstance(node, ast.ImportFrom) for name in node.names}
    month = next(n for n in model.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name) and n.target.id == "MONTH")
    assert isinstance(month.value, ast.Tuple)
    return [str(modules[item.id]).rsplit(".", 1)[1] for item in month.value.elts if isinstance(item, ast.Name)]


@cache
def month() -> tuple[Line, ...]:
    """The lines of the month, in order."""
    helpers: dict[int, list[str]] = {}
    for file in sorted((PACKAGE / "phases").glob("*.py")):
        found = HELPER.match(docstring(f"phases/{file.name}"))
        if found:
            helpers.setdefault(int(found[1]), []).append(f"phases/{file.name}")
    return tuple(_line(number, name, helpers.get(number, [])) for number, name in enumerate(months_lines(), 1))


def _line(number: int, name: str, helpers: list[str]) -> Line:
    path = f"phases/{name}.py"
    head, _, rest = docstring(path).partition("\n")
    title = re.fullmatch(rf"Line {number}, [^:]+: (.+)", head)
    if title is None:
        raise ValueError(f"sim/{path} must begin with 'Line {number}, name: summary', it begins with {head!r}")
    body, parts = _split(rest)
    helpers = [*helpers, *BESIDE.get(name, ())]
    return Line(
        number, name, _capital(title[1]), f"sim/{path}", body, parts.get("Source", ""), parts.get("Reads", ""), parts.get("Writes", ""),
        parts.get("Draws", ""), tuple((f"sim/{file}", docstring(file)) for file in helpers), tuple(_streams_in([path, *helpers])),
    )  # fmt: skip


def _split(rest: str) -> tuple[str, dict[str, str]]:
    """The body of a docstring, and what it says behind ``Source:``, ``Reads:``, ``Writes:`` and ``Draws:`` at its end."""
    found = list(TAIL.finditer("\n" + rest))
    if not found:
        return rest.strip("\n"), {}
    padded = "\n" + rest
    ends = [*(match.start() for match in found[1:]), len(padded)]
    parts = {match[1]: " ".join(padded[match.end() : end].split()) for match, end in zip(found, ends, strict=True)}
    return padded[: found[0].start()].strip("\n"), parts


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _streams_in(files: list[str]) -> Iterator[str]:
    used = {
        node.attr
        for file in files
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Stream"
    }
    yield from (name for name in streams() if name in used)


@cache
def streams() -> dict[str, int]:
    """Random streams: number by name, in order."""
    stream = class_in("numerics/rng.py", "Stream")
    return {
        node.targets[0].id: int(ast.literal_eval(node.value))
        for node in stream.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def class_in(path: str, name: str) -> ast.ClassDef:
    """A class of a module."""
    return next(node for node in tree(path).body if isinstance(node, ast.ClassDef) and node.name == name)


def _strings(call: ast.expr, what: str) -> list[str]:
    if not isinstance(call, ast.Call):
        raise ValueError(f"{what} is not a plain declaration")
    return [ast.literal_eval(argument) for argument in call.args if isinstance(argument, ast.Constant)]


@cache
def columns(table: str) -> tuple[Declared, ...]:
    """The columns of a table of state (a key of `TABLES`), as declared."""
    body = class_in(f"state/{TABLES[table]}.py", table).body
    declared = next(n for n in body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name) and n.target.id == "columns")
    assert isinstance(declared.value, ast.Dict)
    pairs = zip(declared.value.keys, declared.value.values, strict=True)
    found = [(ast.literal_eval(key), value) for key, value in pairs if key is not None]
    return tuple(Declared(name, *_strings(value, f"{table}.{name}")[:4]) for name, value in found)


def described(table: str) -> str:
    """What a table is: first sentence of its module."""
    return _capital(docstring(f"state/{TABLES[table]}.py").partition("\n")[0])


@cache
def levers() -> tuple[DeclaredLever, ...]:
    """All levers, as declared."""
    module = tree("policies/levers.py")
    declared = next(n for n in module.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name) and n.target.id == "LEVERS")
    assert isinstance(declared.value, ast.Dict)
    found = []
    for key, value in zip(declared.value.keys, declared.value.values, strict=True):
        assert key is not None
        name = ast.literal_eval(key)
        unit, read_by, raises = _strings(value, f"lever {name}")[:3]
        more = {word.arg: ast.literal_eval(word.value) for word in getattr(value, "keywords", [])}
        found.append(DeclaredLever(name, unit, read_by, raises, more.get("per", "person")))
    return tuple(found)


@cache
def constant(path: str, name: str) -> Any:
    """Value of a constant of a module that is written out there."""
    return assigned(tree(path).body, name, f"sim/{path}")


def assigned(body: Sequence[ast.stmt], name: str, where: str) -> Any:
    """Value that is written out for a name in a module or class; KeyError, with `where`, when there is none."""
    for node in body:
        if isinstance(node, ast.AnnAssign | ast.Assign) and node.value is not None:
            targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
            if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                return ast.literal_eval(node.value)
    raise KeyError(f"{where} has no constant {name}")
