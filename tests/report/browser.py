"""A page opened in a real browser: Debian's chromium through playwright. The browser itself is a fixture of ``conftest.py``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SHOWN = "[data-page]:not([hidden])"
"""The page in the language that is shown."""
IN_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="NOT TESTED: no /usr/bin/chromium; install it with: apt-get install chromium"),
]
"""The `pytestmark` of every file that opens pages."""


def in_browser(test: Any) -> Any:
    """Mark one test that opens pages, in a file whose others do not."""
    for mark in IN_BROWSER:
        test = mark(test)
    return test


class Opened:
    """The page, opened; with everything it asked for and complained about.

    Parameters
    ----------
    hash : what stands behind ``#`` in its address.
    before : script that runs before that of the page.
    options : of playwright's ``new_context``.
    """

    def __init__(self, browser: Any, html: Path, *, hash: str = "", before: str = "", **options: Any) -> None:
        self.context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        if before:
            self.page.add_init_script(before)
        self.page.goto(html.as_uri() + (f"#{hash}" if hash else ""))
        self.page.wait_for_selector("html[data-ready]", state="attached")

    def choose(self, choice: str, value: str) -> None:
        self.page.select_option(f"{SHOWN} select[data-choice={choice}]", value)

    def text(self, selector: str) -> str:
        return str(self.page.inner_text(f"{SHOWN} {selector}"))

    def chart(self, name: str) -> str:
        """Words in a chart, once it is drawn; charts are drawn when they come near the screen."""
        self.page.locator(f"{SHOWN} [data-figure={name}]").scroll_into_view_if_needed()
        self.page.wait_for_selector(f"{SHOWN} [data-figure={name}]:not([data-stale]) svg.main-svg", state="attached")
        return str(self.page.inner_text(f"{SHOWN} [data-figure={name}]"))

    def choose_language(self, language: str) -> None:
        self.page.click(f"{SHOWN} [data-language={language}]")

    def open_details(self) -> None:
        self.page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")

    def charts(self) -> list[str]:
        """Names of all charts of the page."""
        return [str(place.get_attribute("data-figure")) for place in self.page.locator(f"{SHOWN} [data-figure]").all()]

    def files(self) -> dict[str, str]:
        """What every CSV button gives, by name of the file; nothing is saved."""
        return dict(self.page.evaluate(FILES))


FILES = """async () => {
  const made = [], create = URL.createObjectURL, click = HTMLAnchorElement.prototype.click;
  let given;
  URL.createObjectURL = (blob) => ((given = blob), "blob:kept");
  HTMLAnchorElement.prototype.click = function () { made.push([this.download, given]); };
  for (const button of document.querySelectorAll("[data-page]:not([hidden]) [data-csv]")) button.click();
  [URL.createObjectURL, HTMLAnchorElement.prototype.click] = [create, click];
  const text = async (blob) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(await blob.arrayBuffer());
  return Promise.all(made.map(async ([name, blob]) => [name, await text(blob)]));
}"""
