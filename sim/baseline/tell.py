"""A check in words: a table sorted by how far each item moved, a sentence each, what luck alone would do, and what to do next."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Sequence
from pathlib import Path

from sim.baseline import store
from sim.baseline.compare import BEYOND, by_luck
from sim.baseline.item import Item, Tier
from sim.baseline.verdict import Verdict

SHOWN = 10
"""Items that stand off the stored value, did not move, and are shown all the same; and digests that are listed: one would say it."""
WIDTH = 120
DIGEST = 12
"""Characters of a digest that are shown."""
DIGITS = re.compile(r"[0-9a-f]{16,}")
LONGEST = 40
"""Characters of any other text that stands in the place of a figure."""


def text(verdict: Verdict, everything: bool = False) -> str:
    """The check for a terminal or a log; plain text, whatever names hold.

    Parameters
    ----------
    everything : list all items, not only what moved (of digests the first ten) and the ten furthest others.
    """
    shown, rest = listed(verdict, everything)
    digests = [] if everything else [item for item in shown if item.moved and item.tier == "exact"][SHOWN:]
    parts = [headline(verdict), table([item for item in shown if item not in digests])] if shown else [headline(verdict)]
    if digests:
        parts.append(f"{counted(len(digests), 'more item')} of tier exact moved; --everything lists them.")
    if rest:
        parts.append(f"{counted(len(rest), 'more item' if shown else 'item')} did not move ({furthest(rest)}); --everything lists them.")
    parts += [note for tier in verdict.tiers if (note := luck(verdict, tier))]
    return "\n\n".join([*parts, next_step(verdict)])


def headline(verdict: Verdict) -> str:
    """One line: how many items moved, of how many, in which tiers."""
    return f"Baseline {plain(verdict.baseline.name)}: {summary(verdict)} ({by_tier(verdict)})."


def summary(verdict: Verdict) -> str:
    """How many items moved, of how many."""
    moved = sum(item.moved for item in verdict.items)
    return f"{moved:,} of {counted(len(verdict.items), 'item')} moved" if moved else f"none of {counted(len(verdict.items), 'item')} moved"


def by_tier(verdict: Verdict) -> str:
    """``exact 0 of 40, statistical 3 of 294``."""
    return ", ".join(f"{tier} {sum(item.moved for item in verdict.of(tier)):,} of {len(verdict.of(tier)):,}" for tier in verdict.tiers)


def listed(verdict: Verdict, everything: bool = False) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """What is shown, and what is only counted; both furthest first."""
    if everything:
        return verdict.items, ()
    moved = sum(item.moved for item in verdict.items)
    near = sum(not item.moved and bool(item.z) for item in verdict.items)
    at = moved + min(near, SHOWN)
    return verdict.items[:at], verdict.items[at:]


def table(items: Sequence[Item]) -> str:
    """Items with their figures, the sentence below each."""
    rows = [(distance(item), plain(item.id), figure(item.stored), figure(item.now), plain(item.unit)) for item in items]
    heading = ("std errors", "item", "stored", "now", "")
    widths = [max(len(row[column]) for row in [heading, *rows]) for column in range(len(heading))]

    def line(cells: Sequence[str]) -> str:
        padded = [
            cell.ljust(width) if n in (1, 4) else cell.rjust(width) for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "  ".join(padded).rstrip()

    indent = " " * (widths[0] + 2)
    lines = [line(heading), "-" * min(WIDTH, sum(widths) + 2 * (len(widths) - 1))]
    for item, row in zip(items, rows, strict=True):
        lines += [line(row), *textwrap.wrap(plain(item.sentence), WIDTH, initial_indent=indent, subsequent_indent=indent)]
    return "\n".join(lines)


def distance(item: Item) -> str:
    """By how far an item moved, as it is shown: standard errors, or that it moved.

    >>> from sim.baseline.item import Item
    >>> [distance(Item("a", "exact", "", "x", "y", z, moved, "")) for z, moved in ((3.21, True), (-1.0, True), (None, True), (0.0, False))]
    ['+3.2 MOVED', '-1.0 MOVED', 'MOVED', '0']
    """
    moved = "MOVED" if item.moved else ""
    if item.z is None:
        return moved or "same"
    return f"{item.z:+.1f} {moved}".rstrip() if item.z else moved or "0"


def figure(value: float | str | None) -> str:
    """A number to four digits, a digest or text cut, or a dash.

    >>> figure(12345.678), figure(0.0123456), figure("0123456789abcdef"), figure(None)
    ('12,346', '0.01235', '0123456789ab', '-')
    """
    if value is None:
        return "-"
    if isinstance(value, str):
        return value[:DIGEST] if DIGITS.fullmatch(value) else textwrap.shorten(plain(value), LONGEST, placeholder=" ...")
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def furthest(items: Sequence[Item]) -> str:
    """How far the furthest of some items stand."""
    known = [abs(item.z) for item in items if item.z]
    return f"the furthest {max(known):.1f} standard errors" if known else "all exactly as stored"


def luck(verdict: Verdict, tier: Tier) -> str:
    """What luck alone would do to a tier, were all of it new; empty for a tier without luck or items."""
    from sim.baseline import effects

    numbers = [item for item in verdict.of(tier) if item.z is not None]
    stored = verdict.baseline.tiers[tier].seeds if tier in verdict.baseline.tiers else 0
    seeds = verdict.seeds.get(tier, stored)
    if not numbers or seeds < 2 or tier == "exact":
        return ""
    rate = by_luck(seeds, seeds) if tier == "statistical" else effects.by_luck(stored)
    rule = f"beyond {BEYOND:g} standard errors" if tier == "statistical" else "outside the stored intervals"
    beyond = f"{100 * rate:.2g} % of {counted(len(numbers), 'item')}, {rate * len(numbers):.1f}, would lie {rule} by luck"
    return f"Tier {tier}: the same code and seeds give exactly the stored figures. Were the luck of all {seeds} seeds new, {beyond} alone."


def next_step(verdict: Verdict) -> str:
    """What to do now."""
    if not verdict.moved:
        return "Next: nothing. The results are those of the baseline."
    at = "" if Path(verdict.folder).resolve() == store.find().resolve() else f" --dir {shlex.quote(plain(verdict.folder))}"
    parted = any(item.moved for item in verdict.of("exact"))
    first = "" if parted else f" {shlex.quote(plain(verdict.items[0].id))}"
    return (
        f"Next: sim baseline explain{first}{at} shows where it begins to differ. If results were meant to change:\n"
        f'      sim baseline update --reason "..."{at}'
    )


def counted(count: int, noun: str) -> str:
    """``1 item``, ``1,234 items``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def plain(text: str) -> str:
    """`text` on one line, with everything that could steer a terminal written out.

    >>> plain("a\\x1b[31mb\\nc\\u202ed")
    'a\\\\x1b[31mb\\\\nc\\\\u202ed'
    """
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in text)
