"""What a check says before it compares numbers: other settings, other seeds, figures that came or went, runs that failed."""

from __future__ import annotations

import json

from sim.baseline.figures import Figures, Name
from sim.baseline.item import Item, Tier

UPDATE = "sim baseline update"


def item_id(tier: Tier, name: Name) -> str:
    """``statistical.vacancies_open.Q``."""
    return ".".join((tier, *name))


def other_settings(tier: Tier, stored: Figures, now: Figures) -> list[Item]:
    """One item when the two were made with different settings: then nothing else can be compared."""
    keys = [key for key in {**stored.settings, **now.settings} if stored.settings.get(key) != now.settings.get(key)]
    if not keys:
        return []
    before, after = (", ".join(f"{key} {shown(each.settings.get(key))}" for key in keys) for each in (stored, now))
    sentence = f"Measured with {after}, stored with {before}: nothing can be compared. Check with the stored settings, or {UPDATE}."
    return [Item(f"{tier}.settings", tier, "", before, after, None, True, sentence)]


def shown(value: object) -> str:
    """A setting as it is written."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def came_or_went(tier: Tier, stored: Figures, now: Figures, noun: str) -> list[Item]:
    """An item for everything that failed, and for every figure that came or went; all of them fail the check.

    Parameters
    ----------
    noun : what the figures are of, such as ``scenario``.
    """
    items = [
        Item(f"{tier}.{of}.failed", tier, "", None, None, None, True, f"The {noun} {of} could not be measured: {why}.")
        for of, why in now.failed.items()
    ]
    for name in now.figures:
        if name not in stored.figures:
            known = has(stored, name[0])
            what = f"has a new figure without a stored value, {name[1]}" if known else f"is new and has no stored {name[1]}"
            sentence = f"The {noun} {name[0]} {what}: {UPDATE}."
            items.append(Item(item_id(tier, name), tier, now.figures[name].unit, None, mean_of(now, name), None, True, sentence))
    for name in stored.figures:
        if name not in now.figures and name[0] not in now.failed:
            what = f"The {noun} {name[0]}" if not has(now, name[0]) else f"The figure {name[1]} of the {noun} {name[0]}"
            sentence = f"{what} is stored and no longer there: {UPDATE}."
            items.append(Item(item_id(tier, name), tier, stored.figures[name].unit, mean_of(stored, name), None, None, True, sentence))
    return items


def has(found: Figures, of: str) -> bool:
    """Whether there are any figures of a target or scenario."""
    return any(name[0] == of for name in found.figures)


def mean_of(found: Figures, name: Name) -> float | None:
    """Mean of a figure over its seeds; None without any."""
    values = list(found.figures[name].values.values())
    return sum(values) / len(values) if values else None


def seeds_to_compare(stored: Figures, now: Figures) -> tuple[int, ...]:
    """Stored seeds that those of now are held against: the same ones when all of them are stored, so that same code gives exactly 0."""
    return now.seeds if set(now.seeds) <= set(stored.seeds) else stored.seeds
