"""Parts of the documents that are made from the code: tables of columns, levers, streams and parameters, the month, lines, policies."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import yaml

from sim.docs import inputs, policy_source, source
from sim.docs.markdown import bullets, code, joined, number, plain, table
from sim.docs.policy_source import DeclaredPolicy
from sim.docs.readers import readers
from sim.docs.source import Line
from sim.evidence.parameters import Parameter, load_parameters

PARAMETER_COLUMNS = ("parameter", "meaning", "value", "range", "unit", "grade", "status", "source")


# --- state ------------------------------------------------------------------------------------------------------------------------------
def columns() -> str:
    """Every column of every table of state."""
    parts = []
    for name in source.TABLES:
        rows = [(code(c.name), c.dtype, plain(c.unit), plain(c.meaning), plain(c.writer)) for c in source.columns(name)]
        heading = f"#### {name}\n\n{source.described(name)}"
        parts.append(f"{heading}\n\n{table(('column', 'type', 'unit', 'meaning', 'written by'), rows)}")
    return "\n\n".join(parts)


def codes_used() -> str:
    """The code lists that columns index."""
    module = source.tree("codes.py")
    enums = [node for node in module.body if isinstance(node, ast.ClassDef)]
    rows = [(code(node.name), ", ".join(_members(node)), plain(ast.get_docstring(node) or "")) for node in enums]
    lists = {name: source.constant("codes.py", name) for name in ("SECTORS", "PROVINCES", "AGE_BANDS", "SEXES", "EDUCATION_LEVELS")}
    return table(("list", "codes, from 0", "meaning"), [*((code(name), ", ".join(keys), "") for name, keys in lists.items()), *rows])


def _members(node: ast.ClassDef) -> list[str]:
    found = [item for item in node.body if isinstance(item, ast.Assign) and isinstance(item.targets[0], ast.Name)]
    return [f"{item.targets[0].id} {ast.literal_eval(item.value)}" for item in found if isinstance(item.targets[0], ast.Name)]


def carried() -> str:
    """What lines and programmes keep from one month to the next beside the tables: the names in their ``carries``."""
    rows = []
    for path in [*(f"phases/{line}.py" for line in source.months_lines()), "policies/programme.py"]:
        for node in source.tree(path).body:
            if isinstance(node, ast.ClassDef) and (names := _carries(node)):
                line = path.rsplit("/", 1)[1].removesuffix(".py")
                rows.append((code(line), joined(names), f"`sim/{path}`, `{node.name}`"))
    return table(("line", "kept from month to month", "declared in"), rows)


def _carries(node: ast.ClassDef) -> tuple[str, ...]:
    try:
        return tuple(source.assigned(node.body, "carries", node.name))
    except KeyError:
        return ()


def attributes(path: str, name: str) -> str:
    """The attributes that the docstring of a class describes, one bullet each."""
    node = next(item for item in source.tree(path).body if isinstance(item, ast.ClassDef) and item.name == name)
    _, _, rest = (ast.get_docstring(node) or "").partition("----------\n")
    text = rest or (ast.get_docstring(node) or "").partition("\n\n")[2]
    words = " ".join(text.split())
    found = list(re.finditer(r"(?:(?<=\A)|(?<=\. ))(\w+(?:, \w+)*) : ", words))
    ends = [*(match.start() for match in found[1:]), len(words)]
    return bullets(
        f"{joined(match[1].split(', '))}: {plain(words[match.end() : end].strip())}" for match, end in zip(found, ends, strict=True)
    )


def levers() -> str:
    """Every lever."""
    setters = {lever.name: [p.name for p in policy_source.policies() if lever.name in p.levers] for lever in source.levers()}
    rows = [
        (code(lever.name), lever.per, plain(lever.unit), plain(lever.raises), plain(lever.read_by), joined(setters[lever.name]))
        for lever in source.levers()
    ]
    return table(("lever", "per", "unit", "a positive value raises", "read by", "set by"), rows)


# --- the month --------------------------------------------------------------------------------------------------------------------------
def month() -> str:
    """The lines in order, with what each reads, writes and draws."""
    rows = [
        (f"{line.number} {code(line.name)}", plain(line.title), plain(line.reads), plain(line.writes or "nothing"), joined(line.streams))
        for line in source.month()
    ]
    return table(("line", "what happens", "reads", "writes", "random streams"), rows)


def equations() -> str:
    """The equations of the month, line by line."""
    parts = [f"#### {line.number}. {line.name}\n\n" + "\n\n".join(map(block, line.equations)) for line in source.month() if line.equations]
    return "\n\n".join(parts)


def block(text: str) -> str:
    """A text in which spaces count."""
    return f"```text\n{text}\n```"


def streams() -> str:
    """Every stream of random numbers, with the lines whose code draws from it."""
    by = {name: [line.name for line in source.month() if name in line.streams] for name in source.streams()}
    rows = [(code(name), value, joined(by[name])) for name, value in source.streams().items()]
    retired = source.constant("numerics/rng.py", "RETIRED_STREAMS")
    rows += [(f"{code(name)} (retired)", value, "-") for value, name in retired.items()]
    return table(("stream", "number", "drawn by"), rows)


# --- parameters -------------------------------------------------------------------------------------------------------------------------
def parameter_cells(row: Parameter) -> tuple[str, ...]:
    """One row of a table of parameters (`PARAMETER_COLUMNS`)."""
    spread = f"{number(row.low)} to {number(row.high)}" if row.low < row.high else "fixed"
    return (code(row.path), plain(row.meaning), number(row.central), spread, plain(row.unit), row.grade, row.status, plain(row.source))


def parameters_of(paths: Iterable[str]) -> str:
    """Table of these parameters."""
    return table(PARAMETER_COLUMNS, [parameter_cells(load_parameters()[path]) for path in paths])


def read_by(files: Iterable[str]) -> list[str]:
    """Paths of the parameters that any of these files reads."""
    wanted = set(files)
    return [path for path, found in readers().items() if wanted & set(found)]


def lines() -> str:
    """One section per line of the month."""
    return "\n\n".join(map(line, source.month()))


def line(of: Line) -> str:
    """A line of the month: its docstring, what it touches, and its parameters."""
    facts = {"Source": of.source, "Reads": of.reads, "Writes": of.writes, "Draws": of.draws}
    parts = [f"### Line {of.number}: {of.name}", f"{of.title} Code: `{of.path}`.", fenced(of.body)]
    parts += [f"From `{path}`. {fenced(body)}" for path, body in of.helpers]
    parts.append(bullets(f"{name}: {plain(text)}" for name, text in facts.items() if text))
    mine = read_by([of.path, *(path for path, _ in of.helpers)])
    parts.append(f"Parameters that `{of.name}` reads:\n\n{parameters_of(mine)}" if mine else "No parameters of its own.")
    return "\n\n".join(part for part in parts if part)


def fenced(body: str) -> str:
    """Text of a docstring with its indented blocks as blocks of Markdown."""
    return re.sub(r"(?:(?<=\A)|(?<=\n\n))(?: {4}[^\n]*(?:\n\n(?= {4})|\n|\Z))+", _block_of, body).strip()


def _block_of(found: re.Match[str]) -> str:
    ending = "\n" if found[0].endswith("\n") else ""
    return block("\n".join(line[4:] for line in found[0].rstrip().split("\n"))) + ending


def policies() -> str:
    """One section per policy."""
    return "\n\n".join(map(policy, policy_source.policies()))


def policy(of: DeclaredPolicy) -> str:
    """A policy: its docstring, its levers, its parameters, and what was measured of its effect."""
    parts = [f"### Policy: {of.name}", f"{of.title} Code: `{of.path}`.", fenced(of.body)]
    parts.append(bullets([f"Levers: {joined(of.levers)}", f"The programme itself would report: {plain(of.gross_meaning)}"]))
    graded = [path for _, path in of.fields if path]
    free = [name for name, path in of.fields if path is None]
    chosen = [name for name, path in of.fields if path and name in of.choices]
    notes = [f"The policy maker decides {joined(chosen)}; the range of those is one of choices, not of doubt."] if chosen else []
    notes += [f"Without a row of evidence: {joined(free)}."] if free else []
    parts.append(" ".join(notes))
    parts.append(parameters_of(graded))
    curve = inputs.curves().get(of.name)
    if curve:
        rows = [
            (number(p["strength"]), number(p["effect"]), number(p["standard_error"]), number(p["participants"])) for p in curve["points"]
        ]
        head = f"Effect on few participants by strength of the levers ({curve['outcome']}; {curve['world']}; version {curve['version']}):"
        parts.append(f"{plain(head)}\n\n{table(('strength', 'effect', 'standard error', 'participants'), rows)}")
    return "\n\n".join(part for part in parts if part)


def beside() -> str:
    """Parameters that no line of the month and no policy holds: of money, and of the pilots that are held against reports."""
    mine = {file for line in source.month() for file in (line.path, *(path for path, _ in line.helpers))}
    paths = [path for path, files in readers().items() if not path.startswith("policies.") and not mine & set(files)]
    return parameters_of(paths)


# --- start, data, record ----------------------------------------------------------------------------------------------------------------
def world() -> str:
    """How the start is built: the modules of ``sim/world`` in the order that it names."""
    order = re.findall(r"`(\w+)`", source.docstring("world/__init__.py").partition("in order of")[2])
    there = [name for name in order if (source.PACKAGE / "world" / f"{name}.py").is_file()]
    return "\n\n".join(f"### World: {name}\n\n{fenced(source.docstring(f'world/{name}.py'))}" for name in there)


def input_files() -> str:
    """The files that the model reads."""
    mine = [file for file in inputs.files() if "/world/" in file.path]
    rows = [(code(file.path.rsplit("/", 1)[1]), plain(file.content), plain(file.table), plain(file.period)) for file in mine]
    return table(("file in `sim/world/nl`", "content", "source table", "period"), rows)


@cache
def recorded() -> dict[str, Any]:
    """Tables of a run folder, as declared."""
    return dict(yaml.load(source.text("analysis/columns.yaml"), Loader=inputs.LOADER))


def record() -> str:
    """What a run leaves: tables with their number of columns."""
    rows = [(code(name), len(of["columns"]), plain(of["en"])) for name, of in recorded().items() if "columns" in of]
    return table(("table", "columns", "content"), rows)
