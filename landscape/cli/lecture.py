"""landscape lecture: copy a lecture out, as a notebook to teach from and to change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from landscape.cli import _completion
from landscape.cli._files import OutputError, check_link, explained
from landscape.cli._options import json_option
from landscape.cli._printing import DONE, Refusal, refusals, say, say_json

if TYPE_CHECKING:
    from landscape.i18n.texts import Language


@click.command()
@click.argument("name", required=False, shell_complete=_completion.lectures)
@click.argument("folder", required=False, type=click.Path())
@click.option(
    "--language",
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    help="Language of the lecture: English or Simplified Chinese.",
)
@json_option
def command(name: str | None, folder: str | None, language: Language, as_json: bool) -> int:
    """Copy a lecture out, as a notebook.

    Without NAME, lists the lectures. With it, writes FOLDER/NAME.ipynb, a notebook without outputs, in the folder that
    is given or here. A file that is there already is never changed. Needs jupytext.
    """
    with refusals():
        from landscape.lectures.catalogue import lecture, listed

        if name is None:
            lectures = listed(language)
            if as_json:
                say_json(lectures)
            else:
                wide = max(len(each["name"]) for each in lectures)
                say("\n".join(f"{each['name']:{wide}}  {each['title']}: {each['question']}" for each in lectures))
            return DONE
        lecture(name)
        path = Path(folder or ".") / f"{name}.ipynb"
        _write(path, name, language)
        extras = lecture(name).extras
        if as_json:
            say_json({"notebook": str(path), "extras": list(extras)})
        else:
            also = f"\nits code needs the extra {' and '.join(extras)}" if extras else ""
            say(f"wrote {path}{also}\njupyter lab {path}")
    return DONE


def _write(path: Path, name: str, language: Language) -> None:
    """Write the notebook, whole or not at all, in a folder that is made where it is missing."""
    from landscape.core.files import atomic_write
    from landscape.lectures.notebooks import notebook

    check_link(path)
    if path.exists():
        raise OutputError(f"{path}: is there already, and is not changed; choose another folder")
    if path.parent.exists() and not path.parent.is_dir():
        raise Refusal(f"the folder must be one to write into, got {path.parent}, which is a file")
    import json

    text = json.dumps(notebook(name, language, folded=True), ensure_ascii=False, indent=1) + "\n"
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as file:
            file.write(text.encode())
