"""A check on GitHub: an annotation for everything that moved, and a table on the summary page of the job.

Annotations are lines ``::error title=...::sentence`` on standard output; the summary is Markdown appended to the file that
``GITHUB_STEP_SUMMARY`` names (docs.github.com, "Workflow commands for GitHub Actions").
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Mapping
from pathlib import Path

from sim.baseline.item import Item
from sim.baseline.tell import counted, distance, figure, headline, luck, next_step, plain, summary
from sim.baseline.verdict import Verdict
from sim.config.errors import UserError

SUMMARY = "GITHUB_STEP_SUMMARY"
MOST_ANNOTATIONS = 10
"""GitHub shows no more errors of one step."""
MOST_ROWS = 200
"""Of the summary, which may have a megabyte."""


def tell(verdict: Verdict, environment: Mapping[str, str] = os.environ) -> str:
    """Append the summary where GitHub wants it, and return the annotations to print.

    Raises
    ------
    UserError
        The file of the summary cannot be written.
    """
    if path := environment.get(SUMMARY):
        try:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(markdown(verdict))
        except OSError as error:
            raise UserError(f"cannot write {path}, which {SUMMARY} names: {error.strerror}.") from error
    return commands(verdict)


def commands(verdict: Verdict) -> str:
    """One line for each item that moved; the last of ten says how many more there are."""
    moved = [item for item in verdict.items if item.moved]
    if not moved:
        return f"::notice title={value('Baseline')}::{data(headline(verdict))}"
    shown = moved if len(moved) <= MOST_ANNOTATIONS else moved[: MOST_ANNOTATIONS - 1]
    lines = [f"::error title={value(f'{item.id} {distance(item)}')}::{data(plain(item.sentence))}" for item in shown]
    if len(moved) > len(shown):
        more = f"{len(moved) - len(shown)} more items moved; the summary of this job lists them."
        lines.append(f"::error title={value('Baseline')}::{data(more)}")
    return "\n".join(lines)


def data(text: str) -> str:
    """`text` as a message: what would end or change the command is escaped.

    >>> data("100 %\\r\\nmore")
    '100 %25%0D%0Amore'
    """
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def value(text: str) -> str:
    """`text` as the value of a property.

    >>> value("a: b, c")
    'a%3A b%2C c'
    """
    return data(plain(text)).replace(":", "%3A").replace(",", "%2C")


def markdown(verdict: Verdict) -> str:
    """The summary: what moved, the luck there is, and what to do."""
    moved = [item for item in verdict.items if item.moved]
    parts = [f"### Baseline {cell(verdict.baseline.name)}: {summary(verdict)}"]
    if moved:
        rows = [row(item) for item in moved[:MOST_ROWS]]
        parts.append("\n".join(["| standard errors | item | stored | now | |", "|---:|---|---:|---:|---|", *rows]))
        if len(moved) > MOST_ROWS:
            parts.append(f"and {counted(len(moved) - MOST_ROWS, 'more item')}")
    stored = [
        f"| {tier} | {cell(update.version)} | {cell(update.code_digest)} | {cell(update.date)} | {cell(update.reason)} |"
        for tier, update in verdict.stored.items()
    ]
    if stored:
        now = f"| now | {cell(verdict.now.version)} | {cell(verdict.now.code_digest)} | | |"
        parts.append("\n".join(["| tier | version | code | date | why stored |", "|---|---|---|---|---|", *stored, now]))
    parts += [cell(note) for tier in verdict.tiers if (note := luck(verdict, tier))]
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", next_step(verdict))), default=2))
    return "\n\n".join([*parts, f"{fence}text\n{next_step(verdict)}\n{fence}"]) + "\n\n"


def row(item: Item) -> str:
    """One line of the table."""
    cells = (distance(item), f"<code>{cell(item.id)}</code>", figure(item.stored), figure(item.now), item.sentence)
    return "| " + " | ".join(text if text.startswith("<code>") else cell(text) for text in cells) + " |"


def cell(text: str) -> str:
    """`text` as a cell of Markdown: nothing in it is markup.

    >>> cell("a|b <i> [x](y) *z*")
    'a&#124;b &lt;i&gt; &#91;x&#93;(y) &#42;z&#42;'
    """
    return re.sub(r"[|\[\]*_`~\\!@#]", lambda found: f"&#{ord(found[0])};", html.escape(plain(text), quote=False))
