"""Both languages have the same words; numbers and months are written in the manner of the language and no finer than they are known."""

from __future__ import annotations

import datetime as dt
import string
from typing import Any

import pytest

from sim.analysis.frames import GROUPS
from sim.analysis.intervals import Interval, step_of
from sim.analysis.metrics import METRICS
from sim.codes import SECTORS
from sim.evidence.parameters import GRADES, STATUSES
from sim.report.numbers import Numbers, significant
from sim.report.words import words

EN, NL = Numbers(words("en")), Numbers(words("nl"))


def leaves(tree: Any, path: str = "") -> dict[str, Any]:
    if not isinstance(tree, dict):
        return {path: tree}
    return {key: value for name, branch in tree.items() for key, value in leaves(branch, f"{path}.{name}").items()}


def test_both_languages_have_the_same_keys():
    assert set(leaves(words("en").tree)) == set(leaves(words("nl").tree))


def test_both_languages_fill_in_the_same_values():
    english, dutch = leaves(words("en").tree), leaves(words("nl").tree)
    for key, text in english.items():
        if isinstance(text, str):
            assert fields(text) == fields(dutch[key]), key
        else:
            assert len(text) == len(dutch[key]), key


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_code_has_a_word(language):
    say = words(language)
    assert all(say(f"sectors.{key}") for key in SECTORS)
    assert all(say(f"groups.{key}") for key in GROUPS)
    assert all(say(f"grades.{key}") for key in GRADES)
    assert all(say(f"statuses.{key}") for key in STATUSES)
    assert all(say.unit(metric.unit) for metric in METRICS.values())


def test_projection_is_the_word():
    every = " ".join(str(value) for language in ("en", "nl") for value in leaves(words(language).tree).values()).lower()
    assert "predict" not in every
    assert "projection" in every


def test_unknown_words_are_an_error():
    with pytest.raises(KeyError, match=r"nl\.yaml has no key 'page\.titel'"):
        words("nl")("page.titel")
    with pytest.raises(KeyError, match="no words for language"):
        words("fr")


@pytest.mark.parametrize(
    ("mean", "half", "english", "dutch"),
    [
        (65875.6, 32338.0, "+66,000", "+66.000"),
        (-1234.5, 56.0, "−1,234", "−1.234"),
        (0.0312, 0.0104, "+0.031", "+0,031"),
        (-3.0, 500.0, "0", "0"),
    ],
)
def test_figures_are_rounded_to_their_uncertainty(mean, half, english, dutch):
    interval = Interval(mean, mean - half, mean + half, 10)
    assert EN.mean(interval) == english
    assert NL.mean(interval) == dutch


def test_interval_is_rounded_as_its_mean():
    assert EN.interval(Interval(65875.6, 33538.4, 98212.7, 6)) == "34,000 to 98,000"
    assert NL.interval(Interval(65875.6, -33538.4, 98212.7, 6)) == "−34.000 tot 98.000"
    assert EN.interval(Interval(3.0, None, None, 1)) == "–"


def test_two_digits_of_the_uncertainty_are_kept():
    assert step_of(1234.0) == 100.0
    assert step_of(9999.0) == 100.0
    assert step_of(0.03) == pytest.approx(0.001)


def test_euros_keep_two_digits():
    assert EN.eur(9925.5) == "€\N{NO-BREAK SPACE}9,900"
    assert NL.eur(352_800_000) == "€\N{NO-BREAK SPACE}350\N{NO-BREAK SPACE}miljoen"
    assert EN.eur(1_260_000_000) == "€\N{NO-BREAK SPACE}1.3\N{NO-BREAK SPACE}billion"
    assert significant(0.0) == 0.0


def test_not_a_number_is_a_dash():
    assert EN.plain(float("nan")) == "–"
    assert EN.uncertain(float("inf"), None) == "–"


def test_settings_are_written_as_they_are():
    assert NL.anything(0.65) == "0,65"
    assert NL.anything(20000) == "20.000"
    assert NL.anything(2024) == "2024"
    assert NL.anything("2024-01") == "2024-01"
    assert EN.anything(True) == "True"


def test_months():
    assert EN.month(dt.date(2030, 10, 1)) == "October 2030"
    assert NL.day(dt.date(2026, 11, 21)) == "21 november 2026"
