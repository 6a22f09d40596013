"""`sim docs`: what it writes, how it compares, how fast it answers."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from sim import cli
from sim.docs import check


def leave(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Exit code of the command, in this process."""
    monkeypatch.setattr(sys, "argv", ["sim", *arguments])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return int(end.value.code or 0)


@pytest.fixture
def committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the committed documents, which the command takes for them."""
    folder = tmp_path / "generated"
    monkeypatch.setattr(check, "GENERATED", folder)
    check.write(folder, check.committed())
    return folder


def test_it_writes_a_page_and_five_documents_without_the_model_in_two_seconds(tmp_path):
    """Processor time, since others use this machine too; and neither Numba nor Polars is loaded."""
    script = """
import sys, sim.cli
sys.argv = ["sim", "docs", "-o", "here"]
try:
    sim.cli.main()
except SystemExit as end:
    assert not end.code
print({"numba", "polars", "sim.model"} & set(sys.modules))
"""
    times: list[float] = []
    while not times or (times[-1] >= 2.0 and len(times) < 3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert done.stdout.endswith("set()\n")
    assert {file.name for file in (tmp_path / "here").iterdir()} == {
        "trust.html", "odd.md", "parameters.md", "provenance.md", "validation.md", "trace.md",
    }  # fmt: skip
    assert "Next: open here/trust.html" in done.stdout
    assert times[-1] < 2.0, times


def test_check_is_content_with_the_committed_documents(committed, monkeypatch, capsys):
    assert leave(monkeypatch, "docs", "--check") == 0
    assert "are what the code gives" in capsys.readouterr().out


def test_check_names_the_first_line_that_differs(committed, monkeypatch, capsys):
    path = committed / "parameters.md"
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[4] = "There are 17 parameters."
    path.write_text("\n".join(lines), encoding="utf-8")
    assert leave(monkeypatch, "docs", "--check") == 1
    said = capsys.readouterr().out
    assert "parameters.md, line 5:\n  committed: There are 17 parameters.\n  code:      Every number" in said
    assert "Next: sim docs --save" in said
    assert leave(monkeypatch, "docs", "--check", "--json") == 1
    assert json.loads(capsys.readouterr().out)["same"] is False


@pytest.mark.parametrize("change", ["missing", "foreign"])
def test_check_notices_files_too_few_and_too_many(committed, monkeypatch, capsys, change):
    if change == "missing":
        (committed / "trace.md").unlink()
    else:
        (committed / "old.md").write_text("of an older version", encoding="utf-8")
    assert leave(monkeypatch, "docs", "--check") == 1
    assert ("trace.md is missing" if change == "missing" else "old.md is no document") in capsys.readouterr().out


def test_a_document_that_ends_too_early_says_so():
    assert check.first_difference("a\nb", "a\nb\nc") == "line 3:\n  committed: (the end)\n  code:      c"


def test_save_writes_them_again(committed, monkeypatch):
    (committed / "odd.md").write_text("nothing", encoding="utf-8")
    assert leave(monkeypatch, "docs", "--save") == 0
    assert leave(monkeypatch, "docs", "--check") == 0


def test_save_is_for_a_checkout(monkeypatch, capsys):
    monkeypatch.setattr(check, "is_checkout", lambda: False)
    assert leave(monkeypatch, "docs", "--save") == 2
    assert "is for a checkout" in capsys.readouterr().err


def test_mistakes_are_told(monkeypatch, capsys, tmp_path):
    assert leave(monkeypatch, "docs", "--lang", "fr") == 2
    assert leave(monkeypatch, "docs", "--check", "--save") == 2
    (tmp_path / "file").write_text("")
    assert leave(monkeypatch, "docs", "-o", str(tmp_path / "file" / "docs")) == 2
    assert "Traceback" not in capsys.readouterr().err
