"""The reports of a check: text, page, JUnit and GitHub; whatever the names of items hold."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from sim.baseline import github, junit, report, tell
from sim.baseline.item import Item
from sim.baseline.store import SHIPPED, Baseline, TierSettings, Update
from sim.baseline.verdict import Verdict, by_distance
from sim.config.errors import UserError
from sim.runs.identity import Identity

NOW = Identity("0.7.0", "c" * 20, "d" * 20, {}, {}, "Linux")
STORED = Update(
    date="2026-11-01",
    version="0.6.0",
    reason="first",
    code_digest="a" * 20,
    data_digest="b" * 20,
    tiers=("statistical", "exact"),
    moved=("Jobs went up.",),
)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\x1b[31mred\x00\x08\u202e",
    "two\r\nlines::error::no",
    "]]>&amp;<!--",
    "{{ 7*7 }}",
    "a|b `c` [d](http://e) %0A",
    "\ud800\ufffe",
)


def item(name: str, z: float | None, moved: bool, sentence: str = "It went up.", tier: Any = "statistical") -> Item:
    return Item(f"{tier}.{name}", tier, "thousand", 1234.5678, 0.012345678, z, moved, sentence)


def verdict(*items: Item, folder: str = str(SHIPPED), history: tuple[Update, ...] = (STORED,), name: str = "loopbrug") -> Verdict:
    tiers = tuple(tier for tier in ("exact", "statistical", "effects") if any(each.tier == tier for each in items))
    base = Baseline(name=name, tiers={tier: TierSettings(seeds=20) for tier in tiers}, history=history)  # type: ignore[misc]
    return Verdict(base, folder, tiers, by_distance(items), NOW, dict.fromkeys(tiers, 2.0))  # type: ignore[arg-type]


MANY = verdict(
    item("up", 3.5, True),
    item("down", -7.2, True, "It went down."),
    item("digest", None, True, "Another digest.", "exact"),
    *(item(f"still{n}", n / 10, False) for n in range(15)),
)
SAME = verdict(*(item(f"still{n}", 0.0, False) for n in range(15)))
EVIL = verdict(*(item(name, 5.0, True, f"See {name}.") for name in HOSTILE), folder="<b>'$(x)", name="<i>evil",
               history=(STORED.model_copy(update={"reason": HOSTILE[0], "moved": HOSTILE[:2]}),))  # fmt: skip


# --- text -------------------------------------------------------------------------------------------------------------------------
def test_the_table_begins_with_what_moved_furthest_and_counts_what_did_not():
    text = tell.text(MANY)
    ids = re.findall(r"(?:exact|statistical)\.\w+", text.partition("Next:")[0])
    assert ids == ["statistical.down", "statistical.up", "exact.digest", *(f"statistical.still{n}" for n in range(14, 4, -1))]
    assert text.startswith("Baseline loopbrug: 3 of 18 items moved (exact 1 of 1, statistical 2 of 17).")
    assert "5 more items did not move (the furthest 0.4 standard errors); --everything lists them." in text
    assert "\n-7.2 MOVED  statistical.down" in text
    assert "It went down." in text
    assert "statistical.still0" in tell.text(MANY, everything=True)


def test_of_many_digests_the_first_ten_are_listed_and_the_others_counted():
    many = verdict(item("up", 3.5, True), *(item(f"digest{n}", None, True, "Another digest.", "exact") for n in range(14)))
    assert "statistical.up" in tell.text(many).splitlines()[4]
    assert "exact.digest9" in tell.text(many)
    assert "exact.digest10" not in tell.text(many)
    assert "4 more items of tier exact moved; --everything lists them." in tell.text(many)
    assert "exact.digest13" in tell.text(many, everything=True)


def test_nothing_is_listed_when_all_is_exactly_as_stored():
    assert "statistical.still" not in tell.text(SAME)
    assert "15 items did not move (all exactly as stored); --everything lists them." in tell.text(SAME)


def test_the_text_says_what_luck_alone_would_do():
    assert "Were the luck of all 20 seeds new, 0.47 % of 17 items, 0.1, would lie beyond 3 standard errors by luck alone." in tell.text(
        MANY
    )
    effects = tell.text(verdict(item("plan", 1.0, False, tier="effects")))
    assert "16 % of 1 item, 0.2, would lie outside the stored intervals by luck alone." in effects


def test_the_text_says_what_to_do_next():
    assert tell.text(SAME).endswith("Next: nothing. The results are those of the baseline.")
    assert "none of 15 items moved" in tell.text(SAME)
    assert "Next: sim baseline explain shows" in tell.text(MANY)
    own = tell.text(verdict(item("up", 4.0, True), folder="my baseline"))
    assert "explain statistical.up --dir 'my baseline' shows" in own
    assert "sim baseline update --reason \"...\" --dir 'my baseline'" in own


def test_no_name_steers_the_terminal():
    text = tell.text(EVIL)
    assert not [letter for letter in text if not letter.isprintable() and letter != "\n"]
    assert "\\x1b[31mred\\x00" in text
    assert not [line for line in text.splitlines() if line.startswith("lines")]


# --- JUnit ------------------------------------------------------------------------------------------------------------------------
def parsed(found: Verdict, tmp_path: Path) -> ElementTree.Element:
    return ElementTree.parse(junit.write(found, tmp_path / "new" / "x.xml")).getroot()


def test_junit_has_a_case_per_item_and_a_failure_per_move(tmp_path):
    root = parsed(MANY, tmp_path)
    assert root.tag == "testsuites"
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("errors")) for suite in root] == [
        ("baseline.exact", "1", "1", "0"),
        ("baseline.statistical", "17", "2", "0"),
    ]
    cases = root.findall("testsuite/testcase")
    assert {case.get("name") for case in cases} == {each.id for each in MANY.items}
    failures = {case.get("name"): failure.get("message") for case in cases for failure in case.findall("failure")}
    assert failures == {"statistical.up": "It went up.", "statistical.down": "It went down.", "exact.digest": "Another digest."}
    properties = {each.get("name"): each.get("value") for each in root.findall("testsuite[@name='baseline.exact']/properties/property")}
    assert (properties["now.version"], properties["stored.version"], properties["stored.code_digest"]) == ("0.7.0", "0.6.0", "a" * 20)


def test_junit_survives_hostile_names(tmp_path):
    names = [str(case.get("name")) for case in parsed(EVIL, tmp_path).findall("testsuite/testcase")]
    assert sorted(names) == sorted(tell.plain(f"statistical.{name}") for name in HOSTILE)


# --- GitHub -----------------------------------------------------------------------------------------------------------------------
def test_annotations_are_one_command_a_line_with_its_marks_escaped():
    lines = github.tell(EVIL, {}).splitlines()
    assert len(lines) == len(HOSTILE)
    assert all(re.fullmatch(r"::error title=[^:,\r\n]*::[^\r\n]*", line) for line in lines)
    assert not [line for line in lines if "%" in re.sub(r"%(25|0A|0D|3A|2C)", "", line)]
    [odd] = [line for line in lines if "two" in line]
    assert odd.startswith("::error title=statistical.two\\r\\nlines%3A%3Aerror%3A%3Ano +5.0 MOVED::See two\\r\\nlines")


def test_no_more_annotations_than_github_shows():
    moved = verdict(*(item(f"x{n}", 4.0 + n, True) for n in range(12)))
    lines = github.tell(moved, {}).splitlines()
    assert len(lines) == 10
    assert lines[0].startswith("::error title=statistical.x11 +15.0 MOVED::")
    assert lines[-1] == "::error title=Baseline::3 more items moved; the summary of this job lists them."
    assert github.tell(SAME, {}).startswith("::notice title=Baseline::Baseline loopbrug%3A".replace("%3A", ":"))


def test_the_summary_is_appended_where_github_wants_it(tmp_path):
    path = tmp_path / "summary.md"
    path.write_text("# Before\n", encoding="utf-8")
    for found in (MANY, EVIL):
        github.tell(found, {"GITHUB_STEP_SUMMARY": str(path)})
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# Before\n### Baseline loopbrug: 3 of 18 items moved\n")
    assert "| -7.2 MOVED | <code>statistical.down</code> | 1,235 | 0.01235 | It went down. |" in text
    assert "| now | 0.7.0 | cccccccccccccccccccc | | |" in text
    assert "<script" not in text
    assert "<img" not in text
    rows = [line for line in text.splitlines() if line.startswith("| +5.0")]
    assert len(rows) == len(HOSTILE)
    assert all(row.count("|") == 6 and "`" not in row for row in rows)
    with pytest.raises(UserError, match="GITHUB_STEP_SUMMARY"):
        github.tell(SAME, {"GITHUB_STEP_SUMMARY": str(tmp_path)})


# --- the page ---------------------------------------------------------------------------------------------------------------------
class Elements(HTMLParser):
    """All elements of a page, their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_the_page_holds_the_items_the_digests_and_the_history():
    page = Elements(report.page(MANY))
    text = "".join(page.text)
    for wanted in (
        "3 of 18 items moved",
        "It went down.",
        "a" * 20,
        "c" * 20,
        "2026-11-01",
        "first",
        "Jobs went up.",
        "statistical.still0",
    ):
        assert wanted in text
    assert text.index("statistical.down") < text.index("statistical.up") < text.index("exact.digest")
    assert "Nothing" not in text
    assert "None of 15 items moved" in report.page(SAME)
    assert report.page(MANY) == report.page(MANY)


def test_bars_show_the_standard_errors_and_end_where_the_drawing_ends():
    bars = [attributes for tag, attributes in Elements(report.page(MANY)).elements if tag == "rect"]
    assert [(bar["class"], bar["x"], bar["width"]) for bar in bars[:2]] == [("out", "-90.0", "90.0"), ("out", "0.0", "43.8")]
    far = [attributes for tag, attributes in Elements(report.page(verdict(item("far", 1e9, True)))).elements if tag == "rect"]
    assert far[0]["width"] == "100.0"


def test_the_page_asks_for_nothing_and_runs_nothing():
    page = Elements(report.page(EVIL))
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "img", "link", "iframe", "object", "form", "base", "i", "b"}
    names = {name for _, attributes in page.elements for name in attributes}
    assert not {name for name in names if name.startswith("on")} | names & {"src", "style", "srcset"}
    assert all(str(attributes["href"]).startswith("#") for _, attributes in page.elements if "href" in attributes)
    [policy] = [attributes["content"] for tag, attributes in page.elements if attributes.get("http-equiv")]
    assert str(policy).startswith("default-src 'none'; style-src-elem 'sha256-")
    assert "unsafe" not in str(policy)
    assert "url(" not in report.page(EVIL)


def test_hostile_names_stand_on_the_page_as_text():
    text = "".join(Elements(report.page(EVIL)).text)
    for name in HOSTILE:
        assert f"See {tell.plain(name)}." in text


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    for write, option in ((report.write, "--report"), (junit.write, "--junit")):
        with pytest.raises(UserError, match=option):
            write(MANY, tmp_path / "file" / "x")
