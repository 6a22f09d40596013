"""The documents of trust say what the code says: nothing of the model is missing from them, and no number in them is typed."""

from __future__ import annotations

import ast
import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

import sim
from sim.docs import check, figures, inputs, library, policy_source, source, trace
from sim.docs.readers import readers
from sim.docs.shortfalls import TESTS, shortfalls
from sim.evidence.parameters import load_parameters
from sim.model import MONTH
from sim.numerics.rng import Stream
from sim.policies.levers import LEVERS
from sim.policies.registry import POLICIES
from sim.state.employers import Employers
from sim.state.institutes import Institutes
from sim.state.people import People
from sim.state.vacancies import Vacancies

TABLES = {"People": People, "Employers": Employers, "Institutes": Institutes, "Vacancies": Vacancies}
TEXTS = sorted(library.TEXT.glob("*"))
ROOT = TESTS.parent


@pytest.fixture(scope="module")
def odd() -> str:
    return library.documents()["odd"]


def test_the_committed_documents_are_what_the_code_gives():
    """Mend it with: sim docs --save."""
    assert check.difference() == ""


# --- nothing is missing ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_in_the_odd_with_type_unit_meaning_and_writer(odd, table):
    section = odd.partition(f"\n#### {table}\n")[2].partition("\n#### ")[0].partition("\n### ")[0]
    rows = {row.split("`")[1]: row for row in section.splitlines() if row.startswith("| `")}
    assert list(rows) == list(TABLES[table].columns)
    for name, column in TABLES[table].columns.items():
        assert f"| `{name}` | {column.dtype} | {column.unit.replace('**', chr(92) + '*' + chr(92) + '*')} |" in rows[name]
        assert column.doc.split(":")[0].split("*")[0] in rows[name]
        assert column.writer in rows[name]


def test_every_line_is_in_the_overview_and_has_a_submodel(odd):
    overview, submodels = odd.partition("\n## 4. ")[0], odd.partition("\n## 7. ")[2]
    for number, phase in enumerate(MONTH, 1):
        assert f"\n| {number} `{phase.name}` | " in overview
        assert f"\n### Line {number}: {phase.name}\n" in submodels
    assert overview.index("| 1 `") < overview.index(f"| {len(MONTH)} `")


def test_every_equation_of_a_line_stands_in_overview_and_submodel(odd):
    lines = [line for phase in source.month() for block in phase.equations for line in block.split("\n") if line.strip()]
    assert len(lines) > 30
    assert [line for line in lines if odd.count(line) < 2] == []


@pytest.mark.parametrize(
    ("names", "row"),
    [(LEVERS, "| `{}` | "), (Stream.__members__, "| `{}` | "), (POLICIES, "### Policy: {}\n"), (load_parameters(), "| `{}` | ")],
    ids=["levers", "streams", "policies", "parameters"],
)
def test_every_lever_stream_policy_and_parameter_is_in_the_odd(odd, names, row):
    assert [name for name in names if f"\n{row.format(name)}" not in odd] == []


def test_every_parameter_is_in_its_table_with_value_range_unit_grade_source_and_reader():
    rows = {
        row.split("`")[1]: row
        for row in library.documents()["parameters"].partition("\n## Every parameter")[2].splitlines()
        if row.startswith("| `")
    }
    assert set(rows) == set(load_parameters())
    for path, parameter in load_parameters().items():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", rows[path])[1:-1]]
        assert float(cells[2].replace(",", "")) == pytest.approx(parameter.central, rel=1e-3)
        assert cells[5:7] == [parameter.grade, parameter.status]
        assert readers()[path]
        assert cells[-1] == ", ".join(f"`{file.removeprefix('sim/')}`" for file in readers()[path])


def test_the_reader_of_a_parameter_is_a_file_that_names_it():
    for path, files in readers().items():
        for file in files:
            words = (ROOT / file).read_text(encoding="utf-8")
            name = path.rsplit(".", 1)[1]
            assert name in words or f"{name.rsplit('_', 1)[0]}_{{" in words, (path, file)


def test_every_data_file_is_in_the_provenance_with_its_digest():
    text = library.documents()["provenance"]
    known = {file.path.removeprefix("sim/") for file in inputs.files()}
    for folder in inputs.FOLDERS:
        there = {
            path.relative_to(source.PACKAGE).as_posix() for path in (source.PACKAGE / folder).iterdir() if path.suffix in (".csv", ".yaml")
        }
        assert there - {f"{folder}/PROVENANCE.csv"} <= known
    for file in inputs.files():
        assert f"\n### {file.path.removeprefix('sim/')}\n" in text
        assert inputs.digest(file.path.removeprefix("sim/")) in text


def test_every_target_bar_and_expected_failure_is_in_the_validation():
    text = library.documents()["validation"]
    assert [row["target"] for row in inputs.validation()["targets"] if f"\n| `{row['target']}` | " not in text] == []
    missed = [bar for bar in inputs.validation()["bars"] if not bar["met"]]
    assert text.count("MISSED by") == len(missed)
    assert [item.test for item in shortfalls() if f"`{item.test}`" not in text] == []


# --- what is read as text is what runs -------------------------------------------------------------------------------------------------
def test_declarations_read_as_text_are_those_that_run():
    for table, columns in TABLES.items():
        read = [(c.name, c.dtype, c.unit, c.meaning, c.writer) for c in source.columns(table)]
        assert read == [(name, c.dtype, c.unit, c.doc, c.writer) for name, c in columns.columns.items()]
    assert [(x.name, x.unit, x.read_by, x.raises, x.per) for x in source.levers()] == [
        (name, x.unit, x.read_by, x.raises, x.per) for name, x in LEVERS.items()
    ]
    assert source.streams() == {stream.name: stream.value for stream in Stream}
    assert [line.name for line in source.month()] == [phase.name for phase in MONTH]


def test_policies_read_as_text_are_those_that_run():
    assert [policy.name for policy in policy_source.policies()] == sorted(POLICIES)
    for policy in policy_source.policies():
        model, common = POLICIES[policy.name], {"start", "end", "budget_eur_per_year"}
        assert {name for name, _ in policy.fields} == set(model.model_fields) - common
        assert policy.gross_meaning == model.gross_meaning
        marked = {name for name, field in model.model_fields.items() if (field.json_schema_extra or {}).get("choice")}
        assert policy.choices == marked
        assert policy.levers, f"{policy.name} sets no lever"


def test_what_a_line_says_it_draws_is_what_its_code_draws():
    for line in source.month():
        said = set(re.findall(r"\b[A-Z][A-Z_]{3,}\b", line.draws)) if not line.draws.startswith("nothing") else set()
        assert said == set(line.streams), line.name


def test_what_lines_keep_is_what_checkpoints_hold(odd):
    for phase in MONTH:
        for name in phase.carries:
            assert re.search(rf"^\| `{phase.name}` \|.*`{name}`", odd, re.MULTILINE), (phase.name, name)


# --- the words that are written by hand ------------------------------------------------------------------------------------------------
SPELLED = ("four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
           "seventeen", "eighteen", "nineteen", "twenty")  # fmt: skip
WORDS = {word: str(number) for number, word in enumerate(SPELLED, 4)}
NOT_COUNTS = (
    r"\{\{.*?\}\}",  # filled in
    r"`[^`]*`", r"<https?:[^>]*>", r"\S+\.(?:md|py|yaml)",  # names
    r"(?m)^#+ .*$", r"\belements? \d", r"\b\d+\(\d+\) \d+", r"\bModelling 280, 129-139",  # numbers of sections, volumes and pages
    r"\b(?:19|20)\d\d(?:-\d\d)?\b",  # years
)  # fmt: skip


def typed(text: str) -> Iterator[str]:
    """Numbers that stand in a text as such, in digits or words."""
    for pattern in NOT_COUNTS:
        text = re.sub(pattern, " ", text)
    yield from (number.replace(",", "").rstrip(".") for number in re.findall(r"\d[\d,.]*", text))
    yield from (WORDS[word] for word in re.findall(r"[a-z]+", text.lower()) if word in WORDS)


@pytest.mark.parametrize("file", TEXTS, ids=[file.name for file in TEXTS])
def test_no_figure_that_the_code_knows_is_typed(file):
    known = {value: name for name, value in figures.numbers().items() if float(value) != 0}
    found = [(number, known[number]) for number in typed(file.read_text(encoding="utf-8")) if number in known]
    assert found == [], "write {{ name }} instead"


def test_typed_figures_are_found():
    assert list(typed("There are 253 parameters in fourteen lines, 1,692 figures; {{ n_levers }} since 2015.")) == ["253", "1692", "14"]


def test_all_texts_are_part_of_a_document():
    used = {f"{text}.md" for _, texts in library.DOCUMENTS.values() for text in texts} | {"head.md", "trace.yaml"}
    assert {file.name for file in TEXTS} == used


# --- TRACE ------------------------------------------------------------------------------------------------------------------------------
def test_trace_has_its_eight_elements_in_order():
    assert [element.name for element in trace.elements()] == [
        "Problem formulation", "Model description", "Data evaluation", "Conceptual model evaluation", "Implementation verification",
        "Model output verification", "Model analysis", "Model output corroboration",
    ]  # fmt: skip


@pytest.mark.parametrize("element", trace.elements(), ids=lambda element: element.name)
def test_what_trace_names_exists(element):
    assert element.done
    assert element.not_done
    assert [file for file in element.files if not (ROOT / file).is_file()] == []
    for file, names in element.tests.items():
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        tests = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}
        assert tests, file
        assert set(names) <= tests, file


def test_files_and_tests_named_in_the_text_exist():
    named = {
        path for text in library.documents().values() for path in re.findall(r"`((?:sim|tests|experiments|scenarios)/[\w/]+\.\w+)`", text)
    }
    assert len(named) > 60
    assert [path for path in sorted(named) if not (ROOT / path).is_file()] == []


def test_every_mark_of_an_expected_failure_is_found():
    marks = sum(
        len(re.findall(r"\bxfail\(", file.read_text(encoding="utf-8"))) for file in TESTS.rglob("test_*.py") if file.parent.name != "docs"
    )
    assert len({item.reason for item in shortfalls()}) == marks
    assert all(item.claim and item.reason for item in shortfalls())


# --- the same bytes ---------------------------------------------------------------------------------------------------------------------
def test_a_release_changes_one_line_of_a_document(monkeypatch):
    before = dict(library.documents())
    monkeypatch.setattr(sim, "__version__", "99.0.0")
    for cached in (figures.figures, library.documents, trace.elements):
        cached.cache_clear()
    after = dict(library.documents())
    for cached in (figures.figures, library.documents, trace.elements):
        cached.cache_clear()
    for name, text in before.items():
        changed = [pair for pair in zip(text.split("\n"), after[name].split("\n"), strict=True) if pair[0] != pair[1]]
        assert len(changed) == 1, name


def test_documents_know_no_day_machine_or_order_of_a_set():
    for file in sorted((source.PACKAGE / "docs").glob("*.py")):
        imported = {
            name
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import)
            for name in [node.names[0].name]
        }
        assert not imported & {"datetime", "time", "platform", "socket", "os", "random"}, file.name
    text = "".join(library.documents().values())
    assert str(ROOT) not in text
    command = "import hashlib, sim.docs.library as l; print(hashlib.sha256(''.join(l.documents().values()).encode()).hexdigest())"
    elsewhere = {"PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT), "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    done = subprocess.run([sys.executable, "-c", command], env=elsewhere, cwd="/", capture_output=True, text=True, check=True)
    assert done.stdout.strip() == hashlib.sha256(text.encode()).hexdigest()
