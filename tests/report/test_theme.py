"""Colours have contrast in light and dark, and every chart uses only colours that exist."""

from __future__ import annotations

import pytest

from sim.analysis.tightness import CLASSES
from sim.report.theme import CONFIG, DARK, LIGHT, colour, css_variables, plain

PALETTES = {"light": LIGHT, "dark": DARK}


def luminance(code: str) -> float:
    channels = [int(code[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
@pytest.mark.parametrize(
    ("front", "back"),
    [
        ("ink", "surface"),
        ("ink", "page"),
        ("muted", "surface"),
        ("muted", "page"),
        ("accent", "surface"),
        ("loss", "surface"),
        ("baseline", "surface"),
        ("ink", "warn-back"),
        *(("ink", name) for name in CLASSES),
    ],
)
def test_text_has_enough_contrast(palette, front, back):
    assert contrast(palette[front], palette[back]) >= 4.5  # WCAG 2.1 AA, normal text


def test_both_palettes_declare_the_same_colours():
    assert set(LIGHT) == set(DARK)
    assert css_variables().count("--accent:") == 2


def test_unknown_colour_is_an_error():
    with pytest.raises(KeyError):
        colour("pink")


def test_nothing_can_be_uploaded():
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["plotlyServerURL"] == ""


def test_text_in_charts_cannot_be_markup():
    assert plain("<b>&") == "&lt;b&gt;&amp;"
