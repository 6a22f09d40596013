"""A check as one HTML file in the house style: what moved, what it was compared with, and why the baseline changed before.

It has no script and asks for nothing: its policy allows one style sheet, known by its hash. All that names can hold is escaped.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sim.baseline.compare import BEYOND
from sim.baseline.item import Item, Tier
from sim.baseline.store import SHIPPED
from sim.baseline.tell import counted, distance, figure, listed, luck, next_step, plain, summary
from sim.baseline.verdict import Verdict
from sim.config.errors import UserError
from sim.report import assets, theme

FOLDER = Path(__file__).parent
TEMPLATE, STYLE = "report.html.j2", "report.css"
REACH = 8.0
"""Standard errors at the end of a bar."""
FEW = 4
"""Settings that are written out."""
HALF = 100.0
"""Half the width of a bar, in its own units."""
ABOUT = {
    "exact": "Digests of every table of a tiny world: any change of any number in it.",
    "statistical": "Means and spread over the seeds: what changed beyond luck.",
    "effects": "Paired net effects of scenarios: stored 95 % interval and sign.",
}


def write(verdict: Verdict, path: Path) -> Path:
    """Write the page and return its path.

    Raises
    ------
    UserError
        It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(verdict), encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}. Choose another place with --report.") from error
    return path


def page(verdict: Verdict) -> str:
    """The page as text; the same check gives the same page."""
    templates = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    style = theme.css_variables() + assets.text("dashboard.css") + (FOLDER / STYLE).read_text(encoding="utf-8")
    shown, rest = listed(verdict)
    return templates.get_template(TEMPLATE).render(
        policy=policy(f"\n{style}\n"),
        style=style,
        version=verdict.now.version,
        name=plain(verdict.baseline.name),
        title=summary(verdict)[:1].upper() + summary(verdict)[1:],
        lead=lead(verdict),
        moved=verdict.moved,
        tiers=[card(verdict, tier) for tier in verdict.tiers],
        next=next_step(verdict),
        shown=[row(item) for item in shown],
        others=[(tier, rows) for tier in verdict.tiers if (rows := [row(item) for item in rest if item.tier == tier])],
        has_z=any(item.z is not None for item in verdict.items),
        reach=f"{REACH:g}",
        provenance=provenance(verdict),
        folder=f"Baseline: {place(verdict)}.",
        packages=plain(", ".join(f"{name} {version}" for name, version in verdict.now.packages.items())),
        history=[
            {"date": plain(update.date), "version": plain(update.version), "tiers": update.tiers, "reason": plain(update.reason),
             "moved": [plain(sentence) for sentence in update.moved]}
            for update in reversed(verdict.baseline.history)
        ],
    )  # fmt: skip


def place(verdict: Verdict) -> str:
    """Where the baseline stands."""
    return "the one that comes with Loopbrug" if Path(verdict.folder).resolve() == SHIPPED.resolve() else plain(verdict.folder)


def policy(style: str) -> str:
    """The content security policy: the style element with this text, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    return f"default-src 'none'; style-src-elem 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def lead(verdict: Verdict) -> str:
    """What that means, in a sentence or two."""
    if not verdict.moved:
        return "The results of this code are those that the baseline holds."
    first = verdict.items[0]
    return f"The furthest: {plain(first.sentence)}"


def card(verdict: Verdict, tier: Tier) -> dict[str, Any]:
    """A tier: how many items moved, when and why it was stored, and what luck does to it."""
    stored = verdict.stored.get(tier)
    took = f" Took {verdict.seconds[tier]:.0f} s." if tier in verdict.seconds else ""
    return {
        "name": tier.capitalize(),
        "count": f"{len(verdict.of(tier)):,}",
        "n_moved": sum(item.moved for item in verdict.of(tier)),
        "about": f"{ABOUT[tier]} {measured(verdict, tier)}.{took}",
        "stored": stored and {"date": plain(stored.date), "version": plain(stored.version), "reason": plain(stored.reason)},
        "luck": luck(verdict, tier),
    }


def measured(verdict: Verdict, tier: Tier) -> str:
    """With which scenarios, seeds and settings a tier was measured."""
    settings = verdict.baseline.tiers[tier]
    seeds = counted(verdict.seeds.get(tier, settings.seeds), "seed")
    shown = f"{plain(', '.join(settings.scenarios))}; {seeds}"
    few = " ".join(settings.settings) if len(settings.settings) <= FEW else counted(len(settings.settings), "setting")
    return f"{shown}; {plain(few)}" if settings.settings else shown


def row(item: Item) -> dict[str, Any]:
    """An item as the table shows it."""
    return {
        "id": plain(item.id),
        "sentence": plain(item.sentence),
        "moved": item.moved,
        "distance": distance(item),
        "bar": bar(item),
        "stored": figure(item.stored),
        "now": figure(item.now),
        "unit": plain(item.unit),
    }


def bar(item: Item) -> dict[str, str] | None:
    """The bar of an item: from zero to its standard errors, cut where the drawing ends; None without any."""
    if not item.z:
        return None
    width = HALF * min(abs(item.z), REACH) / REACH
    limit = f"{HALF * BEYOND / REACH:g}" if item.tier == "statistical" else ""
    return {"x": f"{0 if item.z > 0 else -width:.1f}", "width": f"{width:.1f}", "limit": limit}


def provenance(verdict: Verdict) -> list[tuple[str, ...]]:
    """Versions and digests: now, and as every tier was stored."""
    now = verdict.now
    rows = [("now", now.version, now.code_digest, now.data_digest, now.platform)]
    rows += [(tier, update.version, update.code_digest, update.data_digest, update.date) for tier, update in verdict.stored.items()]
    return [tuple(plain(cell) for cell in row) for row in rows]
