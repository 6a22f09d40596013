"""The documents: name, title, and Markdown of each. The same code gives the same bytes, on any day and any machine."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sim.docs import pieces
from sim.docs.figures import figures
from sim.docs.markdown import number
from sim.docs.parameters import by_grade, by_group, every_parameter, fitted
from sim.docs.provenance import data_files, rates
from sim.docs.trace import checklist, missing_steps
from sim.docs.validation import bars, shortfall_list, target_table, targets_lost, unmeasured

TEXT = Path(__file__).with_name("text")
ELEMENTS = ("purpose", "entities", "overview", "concepts", "initialization", "input", "submodels")
"""Elements of ODD, in order, one file of text each."""
DOCUMENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "odd": ("The model: ODD protocol", tuple(f"odd_{number}_{name}" for number, name in enumerate(ELEMENTS, 1))),
    "parameters": ("Parameters", ("parameters",)),
    "provenance": ("Data and their provenance", ("provenance",)),
    "validation": ("Validation", ("validation",)),
    "trace": ("TRACE checklist", ("trace",)),
}
"""Documents by name: title, and the files of text that they are made of."""
PIECES: dict[str, Callable[..., str]] = {
    "columns": pieces.columns,
    "codes_used": pieces.codes_used,
    "carried": pieces.carried,
    "attributes": pieces.attributes,
    "levers": pieces.levers,
    "month": pieces.month,
    "equations": pieces.equations,
    "streams": pieces.streams,
    "lines": pieces.lines,
    "policies": pieces.policies,
    "beside": pieces.beside,
    "world": pieces.world,
    "input_files": pieces.input_files,
    "record": pieces.record,
    "by_grade": by_grade,
    "by_group": by_group,
    "fitted": fitted,
    "every_parameter": every_parameter,
    "data_files": data_files,
    "rates": rates,
    "bars": bars,
    "target_table": target_table,
    "targets_lost": targets_lost,
    "unmeasured": unmeasured,
    "shortfall_list": shortfall_list,
    "checklist": checklist,
    "missing_steps": missing_steps,
}
"""What the text calls for the parts that are made."""


@cache
def documents() -> dict[str, str]:
    """Markdown of every document, by name."""
    templates = environment()
    head = templates.get_template("head.md").render(figures())
    return {
        name: f"# {title}\n\n{head}\n\n" + "\n\n".join(part(templates, text) for text in texts) + "\n"
        for name, (title, texts) in DOCUMENTS.items()
    }


def environment() -> Environment:
    """The files of text; a figure or piece that does not exist is an error."""
    templates = Environment(loader=FileSystemLoader(TEXT), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    templates.filters["thousands"] = number
    return templates


def part(templates: Environment, text: str) -> str:
    """One file of text, with its figures and pieces filled in."""
    return templates.get_template(f"{text}.md").render(figures() | PIECES).strip()
