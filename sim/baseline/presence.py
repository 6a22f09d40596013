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
    """An item for everything that failed, for all that is new, and for all that is gone.

    Parameters
    ----------
    noun : what the figures are of, such as ``scenario``. When all figures of one came or went, one item says so.
    """
    items = [
        Item(f"{tier}.{of}.failed", tier, "", None, None, None, True, f"The {noun} {of} could not be measured: {why}")
        for of, why in now.failed.items()
    ]
    was, is_now = {of for of, _ in stored.figures}, {of for of, _ in now.figures}
    for of in sorted(is_now - was):
        items.append(Item(f"{tier}.{of}", tier, "", None, "new", None, True, f"The {noun} {of} has no stored figures: {UPDATE}."))
    for of in sorted(was - is_now - set(now.failed)):
        items.append(
            Item(f"{tier}.{of}", tier, "", "stored", None, None, True, f"The {noun} {of} is stored and no longer there: {UPDATE}.")
        )
    for name in now.figures.keys() - stored.figures.keys():
        if name[0] in was:
            items.append(Item(item_id(tier, name), tier, now.figures[name].unit, None, mean_of(now, name), None, True,
                              f"The figure {name[1]} of the {noun} {name[0]} has no stored value: {UPDATE}."))  # fmt: skip
    for name in stored.figures.keys() - now.figures.keys():
        if name[0] in is_now:
            items.append(Item(item_id(tier, name), tier, stored.figures[name].unit, mean_of(stored, name), None, None, True,
                              f"The figure {name[1]} of the {noun} {name[0]} is stored and no longer measured: {UPDATE}."))  # fmt: skip
    return sorted(items, key=lambda item: item.id)


def mean_of(found: Figures, name: Name) -> float | None:
    """Mean of a figure over its seeds; None without any."""
    values = list(found.figures[name].values.values())
    return sum(values) / len(values) if values else None


def seeds_to_compare(stored: Figures, now: Figures) -> tuple[int, ...]:
    """Stored seeds that those of now are held against: the same ones when all of them are stored, so that same code gives exactly 0."""
    return now.seeds if set(now.seeds) <= set(stored.seeds) else stored.seeds
