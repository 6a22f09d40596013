"""Colours and the common layout of all charts. Charts name colours as CSS variables, so that light, dark and print need no second chart.

The palette starts from Okabe and Ito's colour-blind-safe blue and vermilion, darkened or lightened until text and lines in it have enough
contrast (tested): blue is the scenario and a gain, vermilion a loss, grey the baseline.
"""

from __future__ import annotations

from typing import Any

LIGHT = {
    "page": "#f5f6f8",
    "surface": "#ffffff",
    "ink": "#18202c",
    "muted": "#515c6a",
    "line": "#d3d9e0",
    "grid": "#e6eaee",
    "accent": "#0b5f9e",
    "accent-50": "rgba(11, 95, 158, 0.30)",
    "accent-90": "rgba(11, 95, 158, 0.14)",
    "baseline": "#6a6f76",
    "baseline-50": "rgba(106, 111, 118, 0.32)",
    "baseline-90": "rgba(106, 111, 118, 0.16)",
    "loss": "#a9420b",
    "loss-50": "rgba(169, 66, 11, 0.34)",
    "warn-back": "#fdf3e3",
    "warn-edge": "#b8730a",
    "very_loose": "#9ccbe8",
    "loose": "#d2e7f4",
    "average": "#f0eee8",
    "tight": "#f9cfa6",
    "very_tight": "#e88f52",
}
DARK = {
    "page": "#10151c",
    "surface": "#19202a",
    "ink": "#e9edf2",
    "muted": "#aab4c0",
    "line": "#364150",
    "grid": "#2a3340",
    "accent": "#6cb9f4",
    "accent-50": "rgba(108, 185, 244, 0.34)",
    "accent-90": "rgba(108, 185, 244, 0.17)",
    "baseline": "#a5afba",
    "baseline-50": "rgba(165, 175, 186, 0.34)",
    "baseline-90": "rgba(165, 175, 186, 0.17)",
    "loss": "#f59a63",
    "loss-50": "rgba(245, 154, 99, 0.38)",
    "warn-back": "#2e2716",
    "warn-edge": "#d99a2b",
    "very_loose": "#175a88",
    "loose": "#22425a",
    "average": "#393f47",
    "tight": "#73451a",
    "very_tight": "#a04f13",
}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "responsive": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
    "displayModeBar": False,
}
"""Options of every chart. Plotly's own button to upload a chart to its cloud stays off: nothing leaves this page.
Charts follow the width of the window through the page's own script, which draws those near the screen only."""


def css_variables() -> str:
    """Return the style rules that declare the colours: light, dark by the reader's preference, and light in print."""
    light, dark = (_declarations(palette) for palette in (LIGHT, DARK))
    return (
        f":root{{color-scheme:light dark;--font:{FONT};{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-print]){{{dark}}}}}\n"
    )


def page_boxes(products: dict[str, str], page: str) -> str:
    """Return the style rules of paper: A4, and in its margins the product's name and the number of the page, by language.

    Parameters
    ----------
    products : what stands at the head of every page, by language.
    page : how a page's number is written, with ``{number}`` and ``{count}``.
    """
    number = page.format(number='" counter(page) "', count='" counter(pages) "')
    small = f"font:8pt {FONT};color:{LIGHT['muted']}"
    rules = [
        f'@page {language}{{@top-left{{content:"{product}";{small}}}@bottom-right{{content:"{number}";{small}}}}}\n'
        f'.page[lang="{language}"]{{page:{language}}}\n'
        for language, product in products.items()
    ]
    return "@page{size:A4;margin:17mm 14mm 15mm}\n" + "".join(rules)


def _declarations(palette: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in palette.items())


def colour(name: str) -> str:
    """Return the reference to a colour that the page replaces by its present value; KeyError for a colour that does not exist."""
    return f"var(--{name})" if name in LIGHT else LIGHT[name]


def layout(*, separators: str, height: int | dict[str, str], **more: Any) -> dict[str, Any]:
    """Return the layout that all charts share, with `more` on top."""
    base: dict[str, Any] = {
        "height": height,
        "separators": separators,
        "font": {"family": FONT, "size": 13, "color": colour("ink")},
        "paper_bgcolor": colour("surface"),
        "plot_bgcolor": colour("surface"),
        "margin": {"l": 8, "r": 12, "t": 28, "b": 8},
        "showlegend": False,
        "dragmode": False,
        "hoverlabel": {"bgcolor": colour("surface"), "bordercolor": colour("line"), "font": {"color": colour("ink")}},
    }
    return base | more


def axis(**more: Any) -> dict[str, Any]:
    """Return the axis that all charts share, with `more` on top."""
    base: dict[str, Any] = {
        "gridcolor": colour("grid"),
        "linecolor": colour("line"),
        "zerolinecolor": colour("muted"),
        "tickfont": {"color": colour("muted"), "size": 12},
        "automargin": True,
        "fixedrange": True,
    }
    return base | more


def note(text: str | dict[str, str], **more: Any) -> dict[str, Any]:
    """Return a text in a chart."""
    base: dict[str, Any] = {"text": text, "showarrow": False, "font": {"size": 12, "color": colour("muted")}}
    return base | more


def plain(text: str) -> str:
    """Return text with the marks that Plotly would read as HTML written out."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
