"""Whether a name can be given to a new policy or scenario."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping

import yaml

from sim.config.errors import UserError
from sim.config.schema import NAME_PATTERN

LONGEST = 40
RESERVED = {
    "all": "it stands for every scenario in `sim compare all`",
    "none": "it stands for no policy",
    "policy": "the class of the policy would have the name of its base",
    "state": "the class of the policy would have the name of something it needs",
    "labour_market": "the class of the policy would have the name of something it needs",
}


def check_name(name: str, taken: Mapping[str, str]) -> None:
    """Raise `UserError` when `name` cannot be used; `taken`: name -> where it is in use, as a user reads it."""
    if not NAME_PATTERN.fullmatch(name):
        near = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()).strip("_0123456789")
        hint = f" Did you mean '{near}'?" if NAME_PATTERN.fullmatch(near) else ""
        raise UserError(f"'{name}' is not a usable name: lower-case letters, digits and _, starting with a letter.{hint}")
    if len(name) > LONGEST:
        raise UserError(f"'{name}' is too long a name: at most {LONGEST} characters.")
    if keyword.iskeyword(name):
        raise UserError(f"'{name}' is not a usable name: it is a word of Python. Add another word to it, e.g. {name}_policy")
    if not isinstance(yaml.safe_load(name), str):
        raise UserError(f"'{name}' is not a usable name: YAML reads it as {yaml.safe_load(name)}. Add another word to it.")
    if name in RESERVED:
        raise UserError(f"'{name}' is not a usable name: {RESERVED[name]}.")
    if name in taken:
        raise UserError(f"'{name}' is taken: {taken[name]}. Choose another name.")


def class_name(name: str) -> str:
    """The class of a policy.

    >>> class_name("quick_test")
    'QuickTest'
    """
    return "".join(part.capitalize() for part in name.split("_"))


def title(name: str) -> str:
    """A label to begin with.

    >>> title("quick_test")
    'Quick test'
    """
    return name.replace("_", " ").strip().capitalize()
