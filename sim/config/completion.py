"""Completion of ``python -m sim`` on the TAB key: Hydra's suggestions, in a script that knows a module from a file.

Hydra's own script completes ``python file.py`` and programs; ours passes the words after ``-m sim`` on to Hydra.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.config.errors import UserError, unknown

FLAGS = ("-sc", "--shell-completion")
SHELLS = ("bash", "zsh")
SCRIPT = """\
_loopbrug_complete()
{
    COMPREPLY=()
    if [[ "$COMP_LINE" =~ ^([^[:space:]]+)[[:space:]]+-m[[:space:]]+sim[[:space:]](.*)$ ]]; then
        local line="sim ${BASH_REMATCH[2]}" python="${BASH_REMATCH[1]}" choices
        choices=$(COMP_LINE="$line" COMP_POINT=${#line} "$python" -m sim -sc query=bash 2> /dev/null)
        COMPREPLY=($(compgen -W "$choices" -- "${COMP_WORDS[$COMP_CWORD]}"))
    fi
}
COMP_WORDBREAKS=${COMP_WORDBREAKS//=}
complete -o nospace -o default -F _loopbrug_complete python python3"""
BEFORE = {"bash": "", "zsh": "autoload -U +X bashcompinit && bashcompinit\n"}


def asked(arguments: Sequence[str]) -> bool:
    """Whether a command line is about completion."""
    return any(text in FLAGS for text in arguments)


def script(arguments: Sequence[str]) -> str | None:
    """What ``-sc install=bash`` and ``-sc uninstall=bash`` print; None when Hydra should answer (``query=bash``).

    Raises
    ------
    UserError
        Another word, or a shell that there is no script for.
    """
    words = [text for text in arguments if text not in FLAGS]
    task, _, shell = (words[0] if len(words) == 1 else "").partition("=")
    if task not in ("install", "uninstall", "query"):
        raise UserError('Completion of python -m sim: eval "$(python -m sim -sc install=bash)"')
    if shell not in SHELLS:
        raise unknown("shell", shell, SHELLS)
    if task == "uninstall":
        return "complete -r python python3\nunset -f _loopbrug_complete"
    return BEFORE[shell] + SCRIPT if task == "install" else None


def line_of(environment: Mapping[str, str]) -> str:
    """The line being typed, with ``sim`` for ``python -m sim``, which Hydra would take for words of ours."""
    words = environment.get("COMP_LINE", "").split(" ")
    return " ".join(["sim", *words[3:]]) if words[1:3] == ["-m", "sim"] else environment.get("COMP_LINE", "sim ")
