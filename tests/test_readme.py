"""The README's own commands and examples, run as they stand, on a small sample."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import sim

VIEW = "#language=nl&metric=shortage_fte&group=care&show=difference&scenarios=senior_networks,job_bridge,career_advice"
"""A link to a view of the dashboard, as its second picture shows it."""
ROOT = Path(sim.__file__).parent.parent
README = ROOT / "README.md"
pytestmark = pytest.mark.skipif(not README.exists(), reason="LOUD: installed without its README; the README's commands are not tested here")

SMALL = {
    "compare": ["population.scale=0.001", "seeds=2", "until=2024-03"],
    "run": ["population.scale=0.001"],
    "sweep": ["population.scale=0.001", "until=2023-12"],
    "validate": ["population.scale=0.01", "seeds=2"],
    "seed_programmes": ["population.scale=0.001", "seeds=1"],
}
"""Settings that make a command of the README quick, by experiment or verb."""


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL) if README.exists() else []


def commands():
    return [
        line
        for block in blocks("console")
        for line in block.splitlines()
        if line.startswith(("uv run sim", "pip install uv && uv run sim"))
    ]


def shell(*words, cwd):
    environment = {**os.environ, "COLUMNS": "200"}
    return subprocess.run([sys.executable, "-m", "sim.cli", *words], cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("newcomer")


def test_the_two_commands_stand_in_the_readme():
    first = blocks("console")[0].splitlines()
    assert first == ["pip install uv && uv run sim compare", "pip install uv && uv run pytest"]


@pytest.mark.parametrize("command", commands())
def test_the_commands_of_the_readme_work_from_any_folder(command, folder):
    words = shlex.split(command.removeprefix("pip install uv && "))[3:]
    done = shell(*words, *SMALL.get(words[-1], SMALL.get(words[0], [])), cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    if words[0] == "compare":
        assert (folder / "runs" / "dashboard.html").stat().st_size > 500_000


def test_the_python_examples_work_one_after_the_other(folder):
    examples = blocks("python")
    assert len(examples) == 2
    for example in examples:
        done = subprocess.run([sys.executable, "-c", example], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "job_bridge" in done.stdout


def test_the_run_of_the_readme_has_the_digest_that_the_readme_states(folder):
    """The whole run, not a small one."""
    [stated] = re.findall(r"^Digest of the results: ([0-9a-f]{64})$", README.read_text(encoding="utf-8"), flags=re.MULTILINE)
    done = shell("run", "job_bridge", "runs_dir=replicated", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert f"Digest of the results: {stated}\n" in done.stdout


def test_every_file_the_readme_points_to_is_there():
    targets = re.findall(r"\]\(((?!https?:)[^)#]+)\)", README.read_text(encoding="utf-8"))
    assert targets
    assert not [target for target in targets if not (ROOT / target).exists()]


@pytest.mark.browser
@pytest.mark.skipif(
    not Path("/usr/bin/chromium").exists(), reason="NOT TESTED: no /usr/bin/chromium; install it with: apt-get install chromium"
)
def test_the_pictures_of_the_dashboard(folder, tmp_path):
    """Pictures the page of the commands above; ``LOOPBRUG_PICTURE_OF=runs/dashboard.html`` renews the README's pictures from that page."""
    asked = os.environ.get("LOOPBRUG_PICTURE_OF")
    page = Path(asked).resolve() if asked else folder / "runs" / "dashboard.html"
    pictures = ROOT / "tests" / "report" if asked else tmp_path
    playwright = pytest.importorskip("playwright.sync_api", reason="NOT TESTED: playwright is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])

        def opened(scheme, view):
            shown = browser.new_context(viewport={"width": 1280, "height": 1000}, color_scheme=scheme).new_page()
            shown.goto(page.as_uri() + view)
            shown.wait_for_selector("html[data-ready]", state="attached")
            return shown

        opened("light", "").screenshot(path=str(pictures / "dashboard.png"))
        compared = opened("dark", VIEW if asked else "#language=nl").locator("[data-page=nl] section:has([data-figure=fan])")
        compared.scroll_into_view_if_needed()
        compared.locator("svg.main-svg").first.wait_for()
        compared.page.evaluate("for (const bar of document.querySelectorAll('.chooser')) bar.style.position = 'static'")
        compared.screenshot(path=str(pictures / "compared.png"))
        browser.close()
    for name in ("dashboard.png", "compared.png"):
        assert (pictures / name).read_bytes().startswith(b"\x89PNG")
        assert (pictures / name).stat().st_size > 30_000, "a blank page is smaller"
