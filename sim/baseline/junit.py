"""A check as JUnit XML, which every CI server reads: a test suite per tier, a test case per item, a failure for each that moved."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from sim.baseline.tell import distance, plain, summary
from sim.baseline.verdict import Verdict
from sim.config.errors import UserError


def write(verdict: Verdict, path: Path) -> Path:
    """Write the file and return its path.

    Raises
    ------
    UserError
        It cannot be written.
    """
    tree = ElementTree.ElementTree(document(verdict))
    ElementTree.indent(tree)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        tree.write(path, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}. Choose another place with --junit.") from error
    return path


def document(verdict: Verdict) -> ElementTree.Element:
    """The root, ``testsuites``; control characters, which XML does not have, are written out."""
    seconds = sum(verdict.seconds.values())
    name = plain(f"baseline {verdict.baseline.name}: {summary(verdict)}")
    root = ElementTree.Element("testsuites", {"name": name, **counts(verdict, None), "time": f"{seconds:.3f}"})
    for tier in verdict.tiers:
        took = verdict.seconds.get(tier, 0.0)
        of_suite = {"name": f"baseline.{tier}", **counts(verdict, tier), "time": f"{took:.3f}"}
        suite = ElementTree.SubElement(root, "testsuite", of_suite)
        properties = ElementTree.SubElement(suite, "properties")
        for name, value in facts(verdict, tier).items():
            ElementTree.SubElement(properties, "property", name=name, value=plain(value))
        items = verdict.of(tier)
        for item in items:
            case = ElementTree.SubElement(suite, "testcase", classname=f"baseline.{tier}", name=plain(item.id),
                                          time=f"{took / len(items):.3f}")  # fmt: skip
            if item.moved:
                failure = ElementTree.SubElement(case, "failure", message=plain(item.sentence), type="moved")
                failure.text = f"{plain(item.sentence)} [{distance(item)}]"
    return root


def counts(verdict: Verdict, tier: str | None) -> dict[str, str]:
    """How many tests there are and how they ended."""
    items = [item for item in verdict.items if tier in (None, item.tier)]
    return {"tests": str(len(items)), "failures": str(sum(item.moved for item in items)), "errors": "0", "skipped": "0"}


def facts(verdict: Verdict, tier: str) -> dict[str, str]:
    """What was compared: versions and digests, stored and now."""
    found = {f"now.{name}": getattr(verdict.now, name) for name in ("version", "code_digest", "data_digest", "platform")}
    stored = next((update for of, update in verdict.stored.items() if of == tier), None)
    if stored:
        found |= {f"stored.{name}": getattr(stored, name) for name in ("version", "code_digest", "data_digest", "date")}
    return found
