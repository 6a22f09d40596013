"""What the code says of policies, read as text like the rest (`sim.docs.source`): docstrings, parameters, levers."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache

from sim.docs.source import PACKAGE, class_in, docstring, levers, tree


@dataclass(frozen=True)
class DeclaredPolicy:
    """A policy, from its module.

    Attributes
    ----------
    name, title : in the code, and the first sentence. body : the rest in Markdown. gross_meaning : what the programme would report.
    fields : parameters in order, each with its path in the table of evidence; None for one that has none. choices : those that the
        policy maker decides. levers : names of the levers that it sets, with its base classes.
    """

    name: str
    title: str
    path: str
    body: str
    gross_meaning: str
    fields: tuple[tuple[str, str | None], ...]
    choices: frozenset[str]
    levers: tuple[str, ...]


@cache
def policies() -> tuple[DeclaredPolicy, ...]:
    """All policies, in the order of their names; those whose class declares a ``name``."""
    found = [_policy(file.name) for file in sorted((PACKAGE / "policies").glob("*.py"))]
    return tuple(policy for policy in found if policy is not None)


def _policy(file: str) -> DeclaredPolicy | None:
    path = f"policies/{file}"
    for node in tree(path).body:
        if isinstance(node, ast.ClassDef) and (name := _constant(node, "name")) == file.removesuffix(".py"):
            head, _, rest = docstring(path).partition("\n")
            bases = [path, *_bases(path, node)]
            fields, choices = _fields(bases)
            known = [lever.name for lever in levers()]
            set_by = {
                inner.attr
                for base in bases
                for inner in ast.walk(tree(base))
                if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name) and inner.value.id == "levers"
            }
            meaning = next((found for base in bases if (found := _constant_in(base, "gross_meaning"))), "")
            if any(_by_name(base) for base in bases):  # a lever that is named after the policy
                set_by.add(str(name))
            set_levers = tuple(lever for lever in known if lever in set_by)
            return DeclaredPolicy(str(name), head, f"sim/{path}", rest.strip("\n"), meaning, fields, choices, set_levers)
    return None


def _by_name(path: str) -> bool:
    """Whether a module sets a lever whose name it computes."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr":
            owner = node.args[0]
            if isinstance(owner, ast.Name) and owner.id == "levers":
                return True
    return False


def _bases(path: str, node: ast.ClassDef) -> list[str]:
    """Modules of the base classes in ``sim/policies``, nearest first; not that of all policies."""
    imported = {name.name: item.module for item in tree(path).body if isinstance(item, ast.ImportFrom) for name in item.names}
    found = []
    for base in node.bases:
        module = imported.get(base.id) if isinstance(base, ast.Name) else None
        if module and module.startswith("sim.policies.") and module != "sim.policies.base":
            file = f"policies/{module.rsplit('.', 1)[1]}.py"
            assert isinstance(base, ast.Name)
            found += [file, *_bases(file, class_in(file, base.id))]
    return found


def _constant(node: ast.ClassDef, name: str) -> object:
    for item in node.body:
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and item.target.id == name and item.value is not None:
            return ast.literal_eval(item.value)
    return None


def _constant_in(path: str, name: str) -> str:
    found = [_constant(node, name) for node in tree(path).body if isinstance(node, ast.ClassDef)]
    return next((str(value) for value in found if value), "")


def _fields(bases: list[str]) -> tuple[tuple[tuple[str, str | None], ...], frozenset[str]]:
    """Parameters of a policy, those of base classes last, and the names of the choices among them."""
    fields: dict[str, str | None] = {}
    choices = set()
    for base in bases:
        for node in tree(base).body:
            for item in node.body if isinstance(node, ast.ClassDef) else []:
                if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and isinstance(item.value, ast.Call):
                    made = item.value.func.id if isinstance(item.value.func, ast.Name) else ""
                    if made in ("evidence", "choice"):
                        fields.setdefault(item.target.id, str(ast.literal_eval(item.value.args[0])))
                        choices |= {item.target.id} if made == "choice" else set()
                    elif made == "Field":
                        fields.setdefault(item.target.id, None)
    return tuple(fields.items()), frozenset(choices)
