"""A life as plain text."""

from __future__ import annotations

from sim.codes import month_label
from sim.follow.person import Life


def text(life: Life) -> str:
    """Who it is, what happened, and why in one month."""
    return "\n\n".join(["\n".join(head(life)), "\n".join(history(life)), "\n".join(why(life))])


def head(life: Life) -> list[str]:
    """Which run, who, and where the person stood at its start."""
    config, who = life.config, life.who
    weight = 1 / config.population.scale
    there = f"{who['age']} years old at the start" if who["enters"] is None else f"enters in {who['enters']}"
    return [
        f"Person {life.uid} in {config.scenario.name}, seed {config.seed}: stands for {weight:,.0f} people",
        f"  {who['sex']}, born {who['born']}, {there}, {who['province']}, {who['education']} education",
        f"  before {config.population.first_month}: {life.at_start}",
    ]


def history(life: Life) -> list[str]:
    """What happened, one event a line; what comes and goes every month is left out."""
    events = [event for event in life.events if not event.is_minor]
    width = max((len(event.line) for event in events), default=0)
    lines = [f"  {month_label(event.month)}  {event.line:{width}}  {event.text}" for event in events]
    end = f"  after {month_label(life.until)}: {life.at_end}"
    return [f"Life to {month_label(life.until)}", *(lines or ["  nothing happened"]), end]


def why(life: Life) -> list[str]:
    """The questions of one month."""
    width = max((len(reason.line) for reason in life.reasons), default=0)
    lines = [f"  {reason.line:{width}}  {reason.text()}" for reason in life.reasons]
    title = f"Why, {month_label(life.month)}: each question, its chance in this month (parameters), the draw, the answer"
    return [title, *(lines or ["  no line asked this person anything"])]
