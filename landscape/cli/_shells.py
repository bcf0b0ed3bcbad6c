"""Scripts for the shells that hand over the whole line, and leave no blank behind what goes on.

    register()      # click's completion takes them from then on

click's own know nothing of a word that goes on behind "=", such as `--set surface.name=ro`: bash breaks it there, and
all of them end a word with a blank.
"""

from __future__ import annotations

import os
from typing import Any

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    split_arg_string,
)

_BASH = """\
%(complete_func)s() {
    local line kind value
    COMPREPLY=()
    while IFS=',' read -r kind value; do
        case $kind in
            plain) COMPREPLY+=("$value") ;;
            open) COMPREPLY+=("$value"); compopt -o nospace ;;
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
        esac
    done < <(env COMP_LINE="${COMP_LINE:0:COMP_POINT}" %(complete_var)s=bash_complete "$1")
    return 0
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""

_ZSH = """\
#compdef %(prog_name)s

%(complete_func)s() {
    local kind value help
    local -a whole going
    (( ! $+commands[%(prog_name)s] )) && return 1
    while IFS= read -r kind && IFS= read -r value && IFS= read -r help; do
        case $kind in
            plain) whole+=("$value") ;;
            open) going+=("$value") ;;
            dir) _path_files -/ ;;
            file) _path_files -f ;;
        esac
    done < <(env COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT-1)) %(complete_var)s=zsh_complete %(prog_name)s)
    (( $#whole )) && compadd -U -V unsorted -a whole
    (( $#going )) && compadd -U -V unsorted -S '' -a going
    return 0
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""


def register() -> None:
    """Have click's completion use these scripts."""
    for each in (_Bash, _Zsh, _Fish):
        add_completion_class(each)


def _kind(item: CompletionItem[str]) -> str:
    """What a script is told of an item: "open" of one that goes on, which no blank follows."""
    return "open" if item.type == "plain" and item.value.endswith(("=", ".", "/")) else item.type


class _Words(ShellComplete):
    """The words before the cursor are the context's object: click reads no argument where an option lacks its value."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        self.ctx_args = {**self.ctx_args, "obj": tuple(args)}
        return super().get_completions(args, incomplete)


class _Bash(_Words, BashComplete):
    """The line up to the cursor is handed over; what is given back begins where bash has broken the word."""

    name = "bash"
    source_template = _BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        line = os.environ["COMP_LINE"]
        words = split_arg_string(line)[1:]
        if not words or (line[-1:].isspace() and not line.endswith("\\ ")):
            return words, ""
        return words[:-1], words[-1]

    def complete(self) -> str:
        args, incomplete = self.get_completion_args()
        broken = max(incomplete.rfind(sign) for sign in "=:") + 1
        items = self.get_completions(args, incomplete)
        return "".join(f"{_kind(item)},{item.value[broken:]}\n" for item in items)


class _Zsh(_Words, ZshComplete):
    """As click's, but for the blank."""

    name = "zsh"
    source_template = _ZSH

    def format_completion(self, item: CompletionItem[Any]) -> str:
        return f"{_kind(item)}\n{item.value}\n_"

    def complete(self) -> str:
        return super().complete() + "\n"  # `read` wants the end of the last line


class _Fish(_Words, FishComplete):
    """As click's; fish itself leaves no blank behind "=", "." and "/"."""

    name = "fish"
