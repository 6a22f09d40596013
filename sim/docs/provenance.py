"""Pieces of the document of data: every file with its digest, and what is observed and what is assumed in them."""

from __future__ import annotations

from collections import Counter

from sim.docs import inputs
from sim.docs.markdown import bullets, code, plain, table


def data_files() -> str:
    """Every file: content, source table, period, licence, what was done, SHA-256."""
    parts = []
    for file in inputs.files():
        facts = {
            "Source": file.table,
            "Period": file.period,
            "Licence": file.licence,
            "What was done": file.done,
        }
        items = [f"{name}: {plain(text)}" for name, text in facts.items() if text != "-"]
        content = plain(file.content[:1].upper() + file.content[1:])
        parts.append(f"### {file.path.removeprefix('sim/')}\n\n{content}.\n\n{bullets([*items, f'SHA-256: {code(file.sha256)}'])}")
    return "\n\n".join(parts)


def rates() -> str:
    """How many rows of the files that mix sources have which grade."""
    files = [path for path in ("world/nl/facts.csv", "world/nl/profiles.csv", "world/nl/training.csv", "world/nl/demand_by_age.csv")
             if "grade" in inputs.rows(path)[0]]  # fmt: skip
    counts = {path: Counter(row["grade"] for row in inputs.rows(path)) for path in files}
    grades = sorted({grade for count in counts.values() for grade in count})
    return table(("file", *grades), [(code(path), *(count[grade] for grade in grades)) for path, count in counts.items()])
