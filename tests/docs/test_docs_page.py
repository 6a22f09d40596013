"""The page of the documents: nothing runs in it, nothing is asked of a network, and everybody can read it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sim.docs import html, library, page
from sim.report import documents

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def trust() -> str:
    return page.render("nl")


class Outline(HTMLParser):
    """Tags with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))


def test_nothing_can_run_or_be_fetched(trust):
    outline = Outline(trust).tags
    assert not {"script", "img", "link", "iframe", "object", "form", "base"} & {tag for tag, _ in outline}
    assert not [name for _, attributes in outline for name in attributes if name.startswith("on") or name in ("src", "style")]
    policy = next(a["content"] for tag, a in outline if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    style = re.search(r"<style>(.*?)</style>", trust, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src-elem 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_every_link_of_the_contents_leads_somewhere(trust):
    outline = Outline(trust).tags
    ids = Counter(a["id"] for _, a in outline if "id" in a)
    assert [name for name, times in ids.items() if times > 1] == []
    links = [a["href"] for tag, a in outline if tag == "a"]
    assert {link for link in links if not link.startswith("https://doi.org/")} <= {f"#{name}" for name in ids}
    assert {f"#{name}" for name in library.DOCUMENTS} <= set(links)


def test_the_page_is_dutch_around_english_documents(trust):
    outline = Outline(trust).tags
    assert next(a["lang"] for tag, a in outline if tag == "html") == "nl"
    assert next(a["lang"] for tag, a in outline if tag == "main") == "en"
    assert "De documenten zelf zijn in het Engels." in trust
    assert "Inhoud" in trust


def test_html_in_a_text_is_text():
    made = html.render(
        "# <script>alert(1)</script>\n\n| a |\n|---|\n| <img src=x onerror=alert(1)> |\n\n`<b>`\n\n[x](javascript:alert(1))", "x"
    )
    assert "<script" not in made.markup
    assert "<img" not in made.markup
    assert "<b>" not in made.markup
    assert "javascript:" not in re.sub(r"<p>.*?</p>", "", made.markup)
    assert 'href="javascript' not in made.markup


def test_tables_have_names_and_headings_of_columns_and_rows():
    made = html.render("# One\n\n## Two\n\n| a | b |\n|---|---|\n| x | y |\n", "d").markup
    assert '<div class="scroll" tabindex="0" role="group" aria-label="Two">' in made
    assert made.count('scope="col"') == 2
    assert '<th scope="row">x</th>\n<td>y</td>' in made
    assert '<h2 id="d-one">One</h2>' in made


def test_equal_headings_have_ids_of_their_own():
    made = html.render("# a\n\n## b\n\n## b\n", "d")
    assert [heading.id for heading in made.headings] == ["d-a", "d-b", "d-b-2"]


# --- in the dashboard ------------------------------------------------------------------------------------------------------------------
def test_the_dashboard_has_parts_without_ids_whose_tables_have_files():
    for name, markup in documents.documents().items():
        outline = Outline(markup).tags
        assert not [a for _, a in outline if "id" in a]
        tables = [tag for tag, _ in outline if tag == "table"]
        files = [a["data-csv"] for tag, a in outline if tag == "button"]
        assert len(tables) == len(set(files)), name
        assert not {"script", "img", "style", "h1", "h2"} & {tag for tag, _ in outline}
    assert len(documents.lines()) == len(library.figures()["n_lines"] * [0])


# --- in a browser ----------------------------------------------------------------------------------------------------------------------
ONE_OF_A_KIND = """() => {
  for (const within of document.querySelectorAll("tbody, article")) {
    const seen = new Set();
    for (const part of [...within.children]) {
      const kind = [part, ...part.querySelectorAll("*")].map((inner) => `${inner.tagName} ${inner.className}`);
      const mark = [...new Set(kind)].sort().join();
      if (seen.has(mark)) part.remove();
      seen.add(mark);
    }
  }
}"""
"""Leaves one row and one paragraph, table or block of every kind: axe would take minutes over thousands that are alike."""


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="NOT TESTED: no /usr/bin/chromium; install it with: apt-get install chromium")
def test_axe_finds_nothing_and_nothing_scrolls_sideways(trust, tmp_path):
    """Light and wide, dark and narrow; from disk, without network. axe sees one of everything that is alike."""
    sync = pytest.importorskip("playwright.sync_api", reason="NOT TESTED: playwright is not installed")
    axe = pytest.importorskip("axe_playwright_python.base", reason="NOT TESTED: axe is not installed")
    file = tmp_path / "trust.html"
    file.write_text(trust, encoding="utf-8")
    with sync.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", "--disable-quic"])
        for scheme, width in (("light", 1280), ("dark", 390)):
            opened = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True).new_page()
            said: list[str] = []
            asked: list[str] = []
            opened.on("console", lambda message, said=said: said.append(message.text))
            opened.on("request", lambda request, asked=asked: asked.append(request.url))
            opened.goto(file.as_uri())
            assert opened.evaluate("document.documentElement.scrollWidth") == width
            opened.evaluate(ONE_OF_A_KIND)
            opened.evaluate(axe.AXE_SCRIPT)
            found = opened.evaluate("axe.run({ resultTypes: ['violations'] }).then((found) => found.violations)")
            assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found] == [], (scheme, width)
            assert (said, asked) == ([], [file.as_uri()])
        browser.close()
