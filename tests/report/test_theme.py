"""Colours have contrast in light and dark, and every chart uses only colours that exist."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from sim.analysis.tightness import CLASSES
from sim.report.theme import CONFIG, DARK, LIGHT, colour, css_variables, page_boxes, plain

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


# Machado, Oliveira and Fernandes (2009), doi:10.1109/TVCG.2009.113: what linear red, green and blue become without one kind of cone.
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
WHITE = TO_XYZ.sum(axis=1)


def lab(code: str, blindness: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of a colour as somebody with this blindness sees it."""
    channels = np.array([int(code[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    x, y, z = np.cbrt(TO_XYZ @ np.clip(blindness @ linear, 0.0, 1.0) / WHITE)  # the cube root holds for colours that are not near black
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(palette: dict[str, str], a: str, b: str, blindness: str) -> float:
    return float(np.linalg.norm(lab(palette[a], BLINDNESS[blindness]) - lab(palette[b], BLINDNESS[blindness])))


def test_distance_of_colours_is_right():
    assert lab("#ffffff", BLINDNESS["none"]) == pytest.approx([100, 0, 0], abs=0.02)
    assert lab("#ff0000", BLINDNESS["none"]) == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
    red_and_green = {"a": "#d62728", "b": "#6b8e23"}  # told apart by nearly everybody, but not without the cones for green
    assert distance(red_and_green, "a", "b", "deuteranopia") < 25 < 90 < distance(red_and_green, "a", "b", "none")


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_gain_loss_and_baseline_are_told_apart_by_everybody(palette, blindness):
    for a, b in combinations(("accent", "loss", "baseline"), 2):
        assert distance(palette, a, b, blindness) >= 20  # about ten times the least difference that is seen at all (2.3)


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_classes_of_tightness_are_told_apart_by_everybody(palette, blindness):
    """Words stand in the cells too; the colours alone still show which half of the scale a cell is in, and how far."""
    for a, b in combinations(CLASSES, 2):
        assert distance(palette, a, b, blindness) >= 8
    assert distance(palette, CLASSES[0], CLASSES[-1], blindness) >= 30


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
@pytest.mark.parametrize("mark", ["accent", "loss", "baseline", "muted", "warn-edge"])
@pytest.mark.parametrize("ground", ["surface", "page"])
def test_marks_stand_out_from_their_ground(palette, mark, ground):
    assert contrast(palette[mark], palette[ground]) >= 3  # WCAG 2.1, 1.4.11


def test_paper_carries_name_and_page_numbers_in_each_language():
    rules = page_boxes({"en": "A name", "nl": "Een naam"}, "{number} / {count}")
    assert '@page nl{@top-left{content:"Een naam"' in rules
    assert '"" counter(page) " / " counter(pages) ""' in rules
    assert '.page[lang="en"]{page:en}' in rules


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
