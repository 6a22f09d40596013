"""The model in the browser, with Mesa's own SolaraViz: ``uv run --extra viz solara run sim.agents.live``.

Step, play, or change a setting and press Reset. Needs the optional packages of the extra ``viz``; nothing else imports this file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara
from mesa.visualization import SolaraViz, make_plot_component

from sim.agents.workbench import Settings, Workbench
from sim.codes import month_date
from sim.config import shipped

UNTIL = tuple(f"{year}-12" for year in range(2024, 2036))
SCALES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
SEEDS = (1, 40)

CHARTS = (
    ("Unemployment, % of the labour force", {"unemployment_rate_pct": "#b6462e"}),
    ("Open vacancies", {"vacancies_open": "#1f5f8b", "vacancies_open_care": "#2f8f6b"}),
    ("Shortage, FTE", {"shortage_fte": "#1f5f8b", "shortage_fte_care": "#2f8f6b"}),
    ("People in programmes now", {"participants": "#6b4fa0"}),
)
"""Title, and column of the data collector -> colour."""


def controls(settings: Settings) -> dict[str, Any]:
    """Mesa's ``model_params``: what can be changed on the page, with the values of `settings` to begin with."""

    def choice(label: str, name: str, values: Any) -> dict[str, Any]:
        value = getattr(settings, name)
        return {"type": "Select", "label": label, "value": value, "values": [*values] if value in values else [value, *values]}

    return {
        "scenarios": choice("Scenario", "scenarios", shipped.names("scenarios")),
        "scale": choice("Share of the people simulated", "scale", SCALES),
        "until": choice("Last month", "until", UNTIL),
        "rng": {"type": "SliderInt", "label": "Seed", "value": settings.seed, "min": SEEDS[0], "max": SEEDS[1], "step": 1},
        "overrides": {"type": "InputText", "label": "More settings: key=value key=value", "value": ""},
    }


def chart(title: str, columns: dict[str, str]) -> tuple[Callable[..., Any], int]:
    """A chart of columns of the data collector by month."""

    def name(axes: Any) -> None:
        axes.set_title(title)
        axes.set_ylim(bottom=0)

    return make_plot_component(columns, post_process=name)


def heading(model: Workbench) -> Any:
    """Scenario and month on show."""
    return solara.Markdown(f"**{model.config.scenario.label.en}**, {month_date(model.month):%B %Y}, seed {model.config.seed}")


@solara.component
def Page(scenarios: str = "job_bridge", scale: float = 0.01, until: str = "2030-12", rng: int = 1) -> None:
    """The page: a model of one's own for everyone who opens it."""
    model = solara.use_memo(lambda: Workbench(scenarios=scenarios, scale=scale, until=until, rng=rng), [])
    SolaraViz(
        model,
        components=[*(chart(title, columns) for title, columns in CHARTS), (heading, 0)],
        model_params=controls(model.scenario),
        name="Loopbrug",
    )
