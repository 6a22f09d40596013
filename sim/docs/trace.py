"""The TRACE checklist: elements, what was done, where the evidence is, and what was not done. Its text is ``text/trace.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, StrictUndefined

from sim.docs.figures import figures
from sim.docs.inputs import LOADER
from sim.docs.markdown import bullets, code, joined, number

TEXT = Path(__file__).parent / "text" / "trace.yaml"


@dataclass(frozen=True)
class Element:
    """An element of TRACE.

    Attributes
    ----------
    name, asks : what it is called, and what it asks. done, not_done : sentences. files : paths from the top of the checkout.
    tests : file -> names of its tests.
    """

    name: str
    asks: str
    done: tuple[str, ...]
    not_done: tuple[str, ...]
    files: tuple[str, ...]
    tests: dict[str, tuple[str, ...]]


@cache
def raw() -> list[dict[str, Any]]:
    """The text as it stands."""
    return list(yaml.load(TEXT.read_text(encoding="utf-8"), Loader=LOADER))


@cache
def elements() -> tuple[Element, ...]:
    """The elements with their figures filled in."""
    templates = Environment(undefined=StrictUndefined)
    templates.filters["thousands"] = number
    fill = templates.from_string

    def filled(texts: list[str]) -> tuple[str, ...]:
        return tuple(" ".join(fill(text).render(figures()).split()) for text in texts)

    return tuple(
        Element(
            item["name"], item["asks"], filled(item["done"]), filled(item["not_done"]), tuple(item["files"]),
            {file: tuple(names) for file, names in item["tests"].items()},
        )
        for item in raw()
    )  # fmt: skip


def checklist() -> str:
    """One section per element."""
    return "\n\n".join(f"## {number}. {item.name}\n\n{element(item)}" for number, item in enumerate(elements(), 1))


def element(of: Element) -> str:
    """An element: what it asks, what was done, evidence, what was not done."""
    parts = [f"*{of.asks}*", "Done:", bullets(of.done), "Evidence:"]
    evidence = [f"Code and data: {joined(of.files)}."] if of.files else []
    evidence += [f"Tests: {code(file)}" + (f": {joined(names)}." if names else ".") for file, names in of.tests.items()]
    return "\n\n".join([*parts, bullets(evidence), "Not done, or not well:", bullets(of.not_done)])


def missing_steps() -> str:
    """How much of it is open: number of things not done, by element."""
    return ", ".join(f"{item.name.lower()} {len(item.not_done)}" for item in elements())
