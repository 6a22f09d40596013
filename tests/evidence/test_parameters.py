"""A number without unit, source and grade does not exist."""

import ast
from pathlib import Path

import pytest

import sim
from sim.config.errors import UserError
from sim.evidence.parameters import Values, calibrated, load_parameters, prior_parameters
from sim.model import MONTH

PACKAGE = Path(sim.__file__).parent
BESIDES = {"budget": "analysis", "pilots": "pilots"}
"""Groups that are neither a line of the month nor a policy, and the folder of the file that reads them."""


def test_every_row_has_meaning_unit_source_grade_and_a_range():
    for parameter in load_parameters().values():  # load_parameters raises on a bad row; here what it cannot see
        assert parameter.meaning[0].islower() or parameter.meaning[0].isdigit() or parameter.meaning[:2].isupper(), parameter.path
        assert len(parameter.source) > 3, parameter.path


def test_rows_marked_as_evidence_are_not_our_own_words():
    ours = [p.path for p in load_parameters().values() if p.status == "evidence" and p.source.startswith("ours")]
    assert not ours


def test_every_row_is_read_by_the_line_or_policy_it_belongs_to():
    for path in load_parameters():
        group, name = path.rsplit(".", 1)
        folder, file = ("policies", group.split(".")[1]) if group.startswith("policies.") else (BESIDES.get(group, "phases"), group)
        readers = [PACKAGE / folder / f"{file}.py", *(PACKAGE / "phases").glob("*.py")]
        readers += PACKAGE.rglob("*.py") if group in BESIDES else []
        texts = "".join(reader.read_text() for reader in readers if reader.exists())
        stem = name.rsplit("_", 1)[0]
        assert f".{name}" in texts or f"{name}:" in texts or f"{stem}_{{" in texts, f"{path} is read nowhere"


def test_groups_are_lines_of_the_month_or_policies():
    names = {phase.name for phase in MONTH}
    for path in load_parameters():
        assert path.split(".")[0] in names | {"policies", *BESIDES}, path


def test_values_give_the_nearest_name_for_a_typo():
    with pytest.raises(UserError, match="callback_rate"):
        Values("matching", {"callback_rat": 0.2})


def test_values_refuse_what_is_no_number():
    with pytest.raises(UserError, match="finite"):
        Values("matching", {"callback_rate": float("nan")})


def test_without_a_fit_the_priors_hold(tmp_path):
    assert calibrated(prior_parameters(), tmp_path / "calibrated.yaml") == prior_parameters()


@pytest.mark.parametrize(
    ("name", "value", "identified", "message"),
    [
        ("matching.callback_rat", 0.2, "yes", "matching.callback_rat is not an uncalibrated parameter"),
        ("matching.callback_45_54", 0.8, "yes", "matching.callback_45_54 is not an uncalibrated parameter"),
        ("matching.callback_rate", 0.9, "yes", "matching.callback_rate = 0.9 lies outside its range"),
        ("matching.callback_rate", 0.2, "perhaps", "identified must be one of yes, no, at bound"),
    ],
)
def test_a_fit_that_does_not_go_with_the_table_is_refused(tmp_path, name, value, identified, message):
    file = tmp_path / "calibrated.yaml"
    file.write_text(f"date: '2026-01-01'\nparameters: {{{name}: {{value: {value}, spread: 0.1, identified: {identified!r}}}}}\n")
    with pytest.raises(ValueError, match=message):
        calibrated(prior_parameters(), file)


def test_a_saved_fit_changes_the_identity_of_runs(tmp_path, monkeypatch):
    from sim.runs import identity

    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "parameters.csv").write_text("rows")
    monkeypatch.setattr(identity, "PACKAGE", tmp_path)
    before = identity.package_digests(identity.NOT_THE_MODEL)
    (tmp_path / "evidence" / "calibrated.yaml").write_text("parameters: {}")
    after = identity.package_digests(identity.NOT_THE_MODEL)
    assert after[0] == before[0]
    assert after[1] != before[1]
    assert identity.package_digests({"evidence/calibrated.yaml"}) == before


def test_no_line_of_the_month_holds_a_hidden_rate():
    """Fractions written as literals in the lines: only those that are parts of an equation, listed here with their reason."""
    allowed = {0.5, 0.10, 0.15, 1e-9, 0.0, 1.0, 2.0, 100.0, 8.0, 10.0, 365.25, 1e6, 4294967296.0}
    # 0.5: who never worked is midway to every sector; 0.10: per ten per cent; 0.15: slots per job; the rest: units
    found = {}
    for file in (PACKAGE / "phases").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, float) and node.value not in allowed:
                found.setdefault(file.name, []).append(node.value)
    assert not found
