"""The page as a file: complete without script, closed to the network, safe with hostile names, small and quick to write."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fake_runs import FAKES, HOSTILE, clone_run, write_runs
from unpack_series import opened, opened_cut

from sim.analysis.balance_sheet import balance_sheets
from sim.analysis.contrast import Comparison
from sim.config.errors import UserError
from sim.report import assets
from sim.report.charts.balance import ordered
from sim.report.dashboard import render, write
from sim.report.numbers import rounded

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Outline(HTMLParser):
    """Collects tags, ids, visible text, and whether every tag is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("script", "style"):
            self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def html(comparison: Comparison) -> str:
    return render(comparison, "en")


@pytest.fixture(scope="module")
def outline(html: str) -> Outline:
    return Outline(html)


def payload(html: str) -> dict:
    packed = re.search(r'id="payload">([^<]*)<', html).group(1)
    return json.loads(assets.unpack(packed))


def test_markup_is_well_formed_and_ids_are_unique(outline):
    assert outline.open == []
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in outline.tags:
        for reference in (attributes.get("aria-labelledby") or "").split():
            assert reference in ids


def test_page_is_accessible_by_construction(outline):
    assert outline.all("html")[0]["lang"] == "en"
    assert len(outline.all("main")) == 1
    assert all("aria-labelledby" in figure for figure in outline.all("figure"))
    labels = {label["for"] for label in outline.all("label") if "for" in label}
    assert all(select["id"] in labels for select in outline.all("select"))
    regions = [a for _, a in outline.tags if a.get("role") == "region"]
    assert regions
    assert all(a.get("tabindex") == "0" and (a.get("aria-label") or a.get("aria-labelledby")) for a in regions)


def test_everything_can_be_read_without_script(outline):
    text = " ".join(" ".join(outline.text).split())
    for words in (
        "adds the most work",
        "Paired seeds",
        "Weakest evidence",
        "Net FTE-months",
        "What the model cannot tell",
        "CC BY 3.0 IGO",
        "sim compare job_bridge",
        "No general equilibrium of prices",
    ):
        assert words in text
    assert len(outline.all("table")) >= 9


def test_both_languages_are_there_and_one_is_shown(comparison):
    for language, other in (("en", "nl"), ("nl", "en")):
        pages = {a["data-page"]: a for a in Outline(render(comparison, language)).all("div") if "data-page" in a}
        assert "hidden" not in pages[language]
        assert "hidden" in pages[other]
        assert pages[language]["lang"] == language


def test_the_other_language_is_packed_whole_and_escaped(html):
    body = payload(html)["pages"]["nl"]["body"]
    assert "body" not in payload(html)["pages"]["en"]
    outline = Outline(body)
    assert "voegt het meeste werk toe" in " ".join(outline.text)
    assert outline.open == []
    assert HOSTILE in "".join(outline.text)
    assert HOSTILE not in body
    assert not {a["id"] for _, a in outline.tags if "id" in a} & {a["id"] for _, a in Outline(html).tags if "id" in a}


def test_unknown_language_is_the_users_mistake(comparison):
    with pytest.raises(UserError, match="Unknown language 'de'"):
        render(comparison, "de")


def test_hostile_names_are_text(html, outline):
    assert HOSTILE in "".join(outline.text)
    assert HOSTILE not in html.split('id="payload"')[0]
    assert len(outline.all("script")) == 3
    page = payload(html)["pages"]["nl"]
    assert "&lt;script&gt;" in page["chart_words"]["short"].__repr__()
    assert "<script" not in json.dumps(page["fragments"])
    assert "<script" not in json.dumps(page["figures"])


def test_nothing_is_asked_of_any_network(html, outline):
    policy = next(meta["content"] for meta in outline.all("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    script = re.search(r"<script>(.*?)</script>\s*</body>", html, re.DOTALL).group(1)
    library = assets.unpack(re.search(r'id="library">([^<]*)<', html).group(1)).decode()
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL).group(1)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules == {
        "default-src": "'none'",
        "script-src": f"{digest(script)} {digest(library)}",
        "style-src-elem": f"{digest(style)} {digest('')}",
        "style-src-attr": "'unsafe-inline'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert [a["href"] for _, a in outline.tags if "src" in a or not (a.get("href") or "#").startswith("#")] == []
    assert "http://" not in script
    assert "https://" not in script


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_data_and_figures_fit_together(html):
    """Every reference of every figure and table leads to data, for every choice; what is in view the script makes."""
    page = payload(html)
    data, state = page["data"] | {"over_time": opened(page["data"])}, page["state"]
    assert data["times"]["month"][0] == "2023-10-01"
    for language in ("en", "nl"):
        words, texts = (page["pages"][language][what] for what in ("chart_words", "texts"))
        for path in references(page["pages"][language]["figures"]) | references(page["pages"][language]["columns"]):
            for scenario in ("s1", "s3"):
                choice = state | {"scenario": scenario}
                full = re.sub(r"\{(\w+)\}", lambda found, choice=choice: choice[found[1]], path)
                assert full.startswith("view/") or any(follow(tree, full) is not None for tree in (words, data, texts)), full


def references(node: object) -> set[str]:
    if isinstance(node, dict):
        own = {node["ref"]} if isinstance(node.get("ref"), str) else set()
        return own | {path for value in node.values() for path in references(value)}
    return {path for value in node for path in references(value)} if isinstance(node, list) else set()


def follow(tree: object, path: str) -> object:
    for part in path.split("/"):
        tree = tree.get(part) if isinstance(tree, dict) else None
    return tree


def test_quantiles_are_shipped_and_seeds_are_not(html):
    fan = opened_cut(payload(html)["data"], "employed", "all.all.all")["s0"]["level"]
    assert set(fan) == {"p05", "p25", "p50", "p75", "p95"}
    assert all(low <= mid <= high for low, mid, high in zip(fan["p05"], fan["p50"], fan["p95"], strict=True))


def test_balance_in_the_page_is_that_of_the_analysis_rounded_to_its_intervals(html, comparison):
    shown, sheets = payload(html)["data"]["balance"]["s1"], balance_sheets(comparison, comparison.scenarios[0].name)
    for unit, split in (("fte", "sector"), ("people", "sex")):
        lines = [sheets[unit][split].lines[key] for key in ordered(sheets[unit][split])]
        assert shown[unit][split]["mean"] == [rounded(line.mean, line.half_width) for line in lines]
        assert split == "sex" or lines == sorted(lines, key=lambda line: -line.mean)
    net = comparison.scenarios[0].net_fte_months
    assert shown["fte"]["sector"]["total"]["mean"] == rounded(net.mean, net.half_width)


def test_levels_only_without_a_baseline(tmp_path):
    write_runs(tmp_path / "runs", (FAKES[1],), seeds=2, months=13)
    page = write((tmp_path / "runs").glob("*/*"), tmp_path / "deep" / "page.html", "nl").read_text(encoding="utf-8")
    assert "Zonder nulvariant" in page
    assert {name for name in payload(page)["pages"]["nl"]["figures"] if not name.startswith("fit_")} == {
        "fan",
        "vintages",
        "flows",
        "retirement",
    }


@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Five scenarios, two seeds, at full length."""
    return write_runs(tmp_path_factory.mktemp("national"), FAKES, seeds=2, months=87)


def test_thirty_runs_are_written_quickly_and_small_enough_to_mail(tmp_path, national):
    run_dirs = national + [
        clone_run(folder, seed=seed + 2 * k) for k in (1, 2) for seed, folder in ((int(f.name[-4:]), f) for f in national)
    ]
    assert len(run_dirs) == 30
    started = time.process_time()
    page = write(run_dirs, tmp_path / "page.html")
    seconds = time.process_time() - started
    assert page.stat().st_size < 3_000_000
    assert seconds < 12  # of processors, since the wall says how busy the machine is; the margin is for slower ones
