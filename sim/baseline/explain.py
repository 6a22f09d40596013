"""One item through the history of a baseline, and the place where the stored run and the present one part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sim.baseline import exact, history, store
from sim.baseline.check import never_measured
from sim.baseline.diverge import Divergence, first_divergence, not_comparable
from sim.baseline.item import TIERS, Item, Tier
from sim.baseline.store import Baseline, NoBaseline, Update
from sim.baseline.tier import Tell, module
from sim.baseline.trace import Trace
from sim.config.errors import UserError
from sim.runs.identity import identity

MOST_NAMES = 8
DIGEST = 12
"""Characters of a digest that are shown."""


@dataclass(frozen=True)
class Explanation:
    """What is known of an item, or with no item of the exact tier as a whole.

    history : update and value as text, oldest first. item : stored against now; None when it was not measured.
    traced : what was traced, in words. divergence : first difference of the traced run; None: there is none, or `why_not` says why not.
    also_moved : items of the exact tier that moved although the traced run did not.
    """

    id: str | None
    history: tuple[tuple[Update, str], ...]
    item: Item | None
    traced: str
    divergence: Divergence | None
    why_not: str | None
    also_moved: tuple[str, ...] = ()


def explain(folder: Path, target: str | None, tell: Tell = lambda line: None, *, only_stored: bool = False) -> Explanation:
    """Explain `target`, an item id or how one ends; None: where the exact run parts from the stored one.

    Measures the tier of the item and the traced run, unless `only_stored`.

    Raises
    ------
    UserError : no item, or more than one, has that name. NoBaseline : there is none, or it is damaged.
    """
    baseline = store.load(folder)
    past = history.read(folder)
    ids = {entry.id for entry in past} | {item.id for tier in TIERS if baseline.measured(tier) for item in _values(folder, tier)}
    chosen = chosen_of(target, ids) if target is not None else None
    told = tuple((update_of(baseline, entry.update, folder), entry.value) for entry in past if entry.id == chosen)
    if only_stored:
        if chosen is None:
            raise UserError("--stored shows the history of one item: name it, e.g. sim baseline explain --stored figures.employed")
        return Explanation(chosen, told, None, "", None, None)
    tier = next((tier for tier in TIERS if chosen and chosen.startswith(f"{tier}.")), None)
    item, trace = None, None
    also: tuple[str, ...] = ()
    if tier is not None and tier in baseline.tiers and baseline.measured(tier):
        now = module(tier).measure(baseline, tell)
        item = next((item for item in module(tier).compare(module(tier).load(folder), now) if item.id == chosen), None)
        trace = now.trace if tier == "exact" else None
    if "exact" not in baseline.tiers:
        if chosen is None:
            raise UserError(f"baseline '{baseline.name}' has no exact tier, so no run is traced: name an item.")
        return Explanation(chosen, told, item, "", None, "this baseline has no exact tier, so no run is traced")
    if baseline.measured("exact") is None:
        raise NoBaseline(never_measured(folder, "exact"))
    stored: exact.Exact = exact.load(folder)
    trace = trace or exact.trace_now(baseline)
    why_not = not_comparable(stored.trace, trace)
    divergence = None if why_not else first_divergence(stored.trace, trace)
    if chosen is None and not why_not and divergence is None:
        also = tuple(item.id for item in exact.compare(stored, exact.measure(baseline, tell)) if item.moved)
    return Explanation(chosen, told, item, described(trace), divergence, why_not, also)


def _values(folder: Path, tier: Tier) -> list[Item]:
    stored = module(tier).load(folder)
    return module(tier).compare(stored, stored)


def update_of(baseline: Baseline, place: int, folder: Path) -> Update:
    """An update by its place in the history."""
    if not 0 <= place < len(baseline.history):
        raise store.damaged(folder / history.FILE, f"it names update {place}, of {len(baseline.history)} in {store.FILE_NAME}")
    return baseline.history[place]


def described(trace: Trace) -> str:
    """What was traced."""
    months = -(-int(trace.step[-1]) // len(trace.phases))
    return f"run '{trace.of}' with 2,000 people, {trace.where(1)[0]} to {trace.where(months * len(trace.phases))[0]}"


def chosen_of(target: str, ids: Iterable[str]) -> str:
    """The item with this id, or the only one that ends so.

    Raises
    ------
    UserError : none does, with the nearest; or several do.
    """
    known = sorted(ids)
    found = [name for name in known if name == target] or [name for name in known if name.endswith(f".{target}")]
    if len(found) == 1:
        return found[0]
    if found:
        more = f" and {len(found) - MOST_NAMES} more" if len(found) > MOST_NAMES else ""
        raise UserError(f"'{target}' is the end of {len(found)} items: {', '.join(found[:MOST_NAMES])}{more}. Give more of the name.")
    endings = {".".join(name.split(".")[k:]): name for name in known for k in range(name.count(".") + 1)}
    near = get_close_matches(target, endings, n=1, cutoff=0.5)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise UserError(f"Unknown item '{target:.80}'.{hint} All items: sim baseline check --json")


def text(found: Explanation) -> str:
    """What the command prints."""
    lines = []
    if found.id is not None:
        lines += [found.id, *_history(found)]
        if found.item is not None:
            lines += ["", found.item.sentence]
        lines += [""] if found.traced or found.why_not else []
    return "\n".join([*lines, *_parting(found)])


def _history(found: Explanation) -> list[str]:
    """A line for every update that changed it, and one for now."""
    if not found.history:
        return ["  No update has a value of it."]
    rows = [(update.date, update.version, _cut(value), update.reason) for update, value in found.history]
    if found.item is not None:
        same = "as stored" if found.item.stored == found.item.now else "moved" if found.item.moved else "changed, within its bounds"
        rows.append(("now", identity().version, _cut(history.text_of_value(found.item.now)), same))
    unit = f" {found.item.unit}" if found.item is not None and found.item.unit else ""
    widths = [max(len(row[k]) for row in rows) for k in range(3)]
    return [f"  {date:{widths[0]}}  {version:{widths[1]}}  {value:>{widths[2]}}{unit}  {why}" for date, version, value, why in rows]


def _cut(value: str) -> str:
    return value[:DIGEST] if len(value) > DIGEST and not value.replace(".", "").replace("-", "").isdigit() else value


def _parting(found: Explanation) -> list[str]:
    """Where the traced run parts, in words."""
    if found.why_not:
        return [f"No first divergence: {found.why_not}."]
    if not found.traced:
        return []
    if found.divergence is not None:
        hint = "" if found.id is None or found.id.startswith("exact.") else "Where to look: "
        return [f"{hint}{'the' if hint else 'The'} first divergence of {found.traced}, is", f"  {found.divergence.sentence}"]
    lines = [f"Nothing diverges in {found.traced}: every column is as stored after every line of every month."]
    if found.also_moved:
        more = f" and {len(found.also_moved) - MOST_NAMES} more" if len(found.also_moved) > MOST_NAMES else ""
        lines.append(f"Larger or other runs did move: {', '.join(found.also_moved[:MOST_NAMES])}{more}. "
                     "What moved them happens too seldom, too late or not at all in the traced run.")  # fmt: skip
    elif found.item is not None and found.item.moved:
        lines.append("What moved it happens too seldom, too late or not at all in the traced run.")
    return lines


def document(found: Explanation) -> dict[str, Any]:
    """The one document of ``--json``."""
    return {
        "id": found.id,
        "history": [
            {"date": update.date, "version": update.version, "reason": update.reason, "value": value} for update, value in found.history
        ],
        "item": vars(found.item) if found.item is not None else None,
        "traced": found.traced or None,
        "divergence": vars(found.divergence) | {"sentence": found.divergence.sentence} if found.divergence is not None else None,
        "why_not": found.why_not,
        "also_moved": list(found.also_moved),
    }
