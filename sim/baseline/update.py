"""An update: measure anew, write the files, and say in the history when, by which version, why, and what moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.baseline import history, store
from sim.baseline.check import chosen_of
from sim.baseline.item import TIERS, Item, Tier
from sim.baseline.store import Baseline, NoBaseline, Update
from sim.baseline.tier import Tell, module
from sim.baseline.verdict import Verdict, by_distance
from sim.config.errors import UserError
from sim.runs.identity import identity

SENTENCES = 10
"""Most sentences on what moved that an update keeps."""
LONGEST_REASON = 1000


@dataclass(frozen=True)
class Updated:
    """What an update did. verdict : old against new. first : tiers that had nothing stored. changed : whether files were written."""

    verdict: Verdict
    first: tuple[Tier, ...]
    changed: bool


def checked_reason(reason: str | None) -> str:
    """The reason on one line; `UserError` when there is none."""
    words = " ".join((reason or "").split())
    if not words:
        raise UserError(
            'An update needs a reason, for whoever reviews it: sim baseline update --reason "matching ranks by travel time too". '
            "It says why results change; nothing was measured or written."
        )
    if len(words) > LONGEST_REASON:
        raise UserError(f"The reason has {len(words):,} characters; at most {LONGEST_REASON:,}.")
    return words


def update(
    folder: Path, reason: str | None, tiers: Sequence[str] = (), tell: Tell = lambda line: None, date: dt.date | None = None
) -> Updated:
    """Measure `tiers` (default: all that the baseline has) and put them in the place of what is stored; nothing changed, nothing written.

    Raises
    ------
    UserError : no reason, a wrong tier or setting, or the folder cannot be written. NoBaseline : there is none in `folder`.
    """
    words = checked_reason(reason)
    baseline = store.load(folder)
    chosen = chosen_of(baseline, tiers, TIERS)
    past = history.read(folder)
    items: list[Item] = []
    measured: dict[Tier, Any] = {}
    first: list[Tier] = []
    for tier in chosen:
        now = module(tier).measure(baseline, tell)
        old = _stored(baseline, folder, tier, tell)
        if old is None:
            first.append(tier)
        found = module(tier).compare(now if old is None else old, now)
        if old is None or any(item.moved or item.stored != item.now for item in found):
            measured[tier] = now
        items += found
    who = identity()
    verdict = Verdict(baseline, str(folder), chosen, by_distance(items), who)
    if not measured:
        return Updated(verdict, (), changed=False)
    entry = Update(
        date=(date or dt.datetime.now(dt.UTC).date()).isoformat(), version=who.version, reason=words, code_digest=who.code_digest,
        data_digest=who.data_digest, tiers=tuple(measured),
        moved=tuple(item.sentence for item in verdict.items if item.moved and item.tier not in first)[:SENTENCES],
    )  # fmt: skip
    after = history.text(history.with_update(past, len(baseline.history), [item for item in items if item.tier in measured]))

    def fill(new: Path) -> None:
        for tier, measurement in measured.items():
            module(tier).save(measurement, new)
        (new / history.FILE).write_text(after, encoding="utf-8")

    store.write(folder, baseline.model_copy(update={"history": (*baseline.history, entry)}), fill)
    return Updated(verdict, tuple(first), changed=True)


def _stored(baseline: Baseline, folder: Path, tier: Tier, tell: Tell) -> Any | None:
    """What is stored of a tier; None when it was never measured, or is damaged: an update is how one mends that."""
    if baseline.measured(tier) is None:
        return None
    try:
        return module(tier).load(folder)
    except NoBaseline as error:
        tell(f"{tier}: {error} It is measured as if for the first time.")
        return None


def text(found: Updated, folder: Path) -> str:
    """What the command prints."""
    verdict = found.verdict
    if not found.changed:
        return f"Nothing has changed: {folder} stays as it is, and the reason is not kept."
    moved = [item for item in verdict.items if item.moved and item.tier not in found.first]
    lines = [f"Measured for the first time: {', '.join(found.first)}."] if found.first else []
    again = [tier for tier in verdict.tiers if tier not in found.first]
    if again:
        lines.append(f"{len(moved)} of {sum(item.tier in again for item in verdict.items)} values moved ({', '.join(again)}).")
    lines += [f"  {item.sentence}" for item in moved[:SENTENCES]]
    if len(moved) > SENTENCES:
        lines.append(f"  and {len(moved) - SENTENCES} more")
    return "\n".join([*lines, f"Saved: {folder}", "Next: look at the change (git diff) and commit it with the code that makes it."])
