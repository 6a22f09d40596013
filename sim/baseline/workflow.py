"""Files for the continuous integration of a repository of scenarios: ``sim baseline init --github``, ``--gitlab``.

Loopbrug stands in no package registry, so a workflow fetches it from its git repository, at the commit that measured the baseline, with the
versions of libraries that this commit pins. Where the repository is, is told by how this installation was made; else it is left empty
for the user to fill in, and the workflow stops with a message until it is.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

import jinja2

import sim
from sim.config import shipped
from sim.config.errors import UserError
from sim.runs import identity

Host = Literal["github", "gitlab"]
SNIPPETS = Path(__file__).with_name("snippets")
PLACES: dict[Host, Path] = {"github": Path(".github/workflows/loopbrug.yml"), "gitlab": Path(".gitlab-ci.yml")}
"""Where each host looks for its file, seen from the root of the repository."""
SAFE_URL = re.compile(r"(https?|ssh)://[A-Za-z0-9][A-Za-z0-9._~/:%@+-]*")
"""What may stand in a shell command between quotes."""
SAFE_FOLDER = re.compile(r"[A-Za-z0-9._][A-Za-z0-9._/ -]*")


@dataclass(frozen=True)
class Source:
    """Where this installation of Loopbrug came from. url : of the git repository, empty when not known. commit : empty when not known."""

    url: str = ""
    commit: str = ""

    @property
    def missing(self) -> list[str]:
        """What the user must fill in, by its name in the workflow."""
        return [name for name, value in (("LOOPBRUG_URL", self.url), ("LOOPBRUG_COMMIT", self.commit)) if not value]


def source() -> Source:
    """Where this installation came from: what the installer noted (``direct_url.json``), else the checkout and its remote ``origin``."""
    root = identity.PACKAGE.parent
    noted = _noted_by_installer().get("vcs_info")
    if noted is not None and not (root / ".git").exists():
        return Source(usable(_noted_by_installer().get("url", "")), noted.get("commit_id", "") if noted.get("vcs") == "git" else "")
    commit = identity.identity().git["commit"] or ""
    return Source(usable(_origin(root)) if commit else "", commit)


def usable(url: str) -> str:
    """A URL that a stranger's machine can clone from, without user name and password; empty when it is none (a path, a short form of ssh).

    >>> usable("https://name:secret@git.example.org/loopbrug.git"), usable("/home/me/loopbrug")
    ('https://git.example.org/loopbrug.git', '')
    """
    short = re.fullmatch(r"(?:git@)([\w.-]+):([\w./~-]+)", url)
    if short:
        url = f"ssh://git@{short[1]}/{short[2]}"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    user = "git@" if parts.scheme == "ssh" else ""
    clean = urlunsplit((parts.scheme, f"{user}{host}{port}", parts.path, "", ""))
    return clean if host and SAFE_URL.fullmatch(clean) else ""


def _noted_by_installer() -> dict[str, Any]:
    try:
        noted = json.loads(distribution("loopbrug").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def _origin(root: Path) -> str:
    command = ["git", "-C", str(root), "remote", "get-url", "origin"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):  # no git here: the user fills it in
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def text(host: Host, folder: Path, came_from: Source) -> str:
    """The file for a host.

    Raises
    ------
    UserError : `folder`, of the baseline, lies outside the working directory, or has a name that no workflow should hold.
    """
    inside = folder.resolve()
    if not inside.is_relative_to(Path.cwd()):
        raise UserError(f"--{host}: the baseline {folder} lies outside the repository: run this at its root, with --dir below it.")
    name = inside.relative_to(Path.cwd()).as_posix()
    if not SAFE_FOLDER.fullmatch(name):
        raise UserError(f"--{host}: use plain letters, digits, - and _ for --dir; got {name!r}.")
    files = jinja2.Environment(
        loader=jinja2.FileSystemLoader(SNIPPETS),
        undefined=jinja2.StrictUndefined,
        variable_start_string="<<",
        variable_end_string=">>",
        keep_trailing_newline=True,
    )
    blanks = {"url": came_from.url, "commit": came_from.commit, "version": sim.__version__, "folder": name}
    return files.get_template(f"{host}.yml").render(blanks)


def refuse_taken(hosts: list[Host]) -> None:
    """Refuse before anything is measured when a file is there already: it is never written over."""
    for host in hosts:
        if PLACES[host].exists() or PLACES[host].is_symlink():
            raise UserError(
                f"--{host}: {PLACES[host]} is there already, and is not written over. Move it away, or copy the job from "
                f"{shipped.shown(SNIPPETS / f'{host}.yml')}."
            )


def write(host: Host, folder: Path, came_from: Source | None = None) -> Path:
    """Write the file of a host below the working directory; returns its path.

    Raises
    ------
    UserError : it is there already, or cannot be written.
    """
    refuse_taken([host])
    content, path = text(host, folder, came_from or source()), PLACES[host]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(content)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}.") from error
    return path
