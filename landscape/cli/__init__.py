"""The command `landscape`: run scenarios, draw records, look components up.

    landscape run scenarios/ravine.toml
    landscape check scenarios/*.toml
    landscape show adam
    landscape gradients rosenbrock --out gradients.png

Exit codes: 0 done; 1 an expectation of a scenario failed; 2 the input was wrong, or the results could not be written;
130 interrupted. A run that does not end with 0 or 1 has written nothing.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from landscape._version import __version__
from landscape.cli.prints import (
    DONE,
    INTERRUPTED,
    REFUTED,
    WRONG,
    Refusal,
    close_stdout,
    load_record,
    plain_warnings,
    progress_bars,
    refusals,
    report,
    say,
    say_files,
    say_json,
    say_verdicts,
    whole_numbers,
)
from landscape.cli.signals import heed, listen, undisturbed

if TYPE_CHECKING:
    from landscape.i18n.texts import Language


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command and exit with its code."""
    sys.exit(run_command(args))


def run_command(args: Sequence[str] | None = None) -> int:
    """Run the command line; its exit code."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    listen()
    try:
        with plain_warnings():
            code = landscape.main(args, prog_name="landscape", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
        return int(code or DONE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except Refusal as refusal:
        click.echo(str(refusal), err=True)
        return WRONG
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        close_stdout()
        return DONE
    except OSError as error:
        close_stdout()
        click.echo(f"cannot write what was to be printed: {error.strerror or error}", err=True)
        return WRONG


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="landscape", message="%(prog)s %(version)s")
def landscape() -> None:
    """See optimizers run: surfaces with known geometry, optimizers, noise, and pictures of what happens.

    A scenario file says what to run and what to expect. `run` draws it, `check` only tests what it claims, and `list`
    and `show` tell what a scenario may name.
    """


set_option = click.option(
    "--set",
    "overrides",
    metavar="KEY=VALUE",
    multiple=True,
    help="Change a key of the scenario, as steps=500 or optimizers[0].lr=0.1. May be given again.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
language_option = click.option(
    "--language",
    type=click.Choice(["en", "zh"]),
    help="What to print and draw in: English, or Simplified Chinese as far as the texts are there.",
)
picture_language_option = click.option(
    "--language",
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    help="What to draw in: English, or Simplified Chinese.",
)
quiet_option = click.option("--quiet", "-q", is_flag=True, help="Print nothing but what failed.")


@landscape.command()
@click.argument("scenario", type=click.Path())
@set_option
@click.option(
    "--out", type=click.Path(), metavar="DIR", help="Where to write; outputs/<name of the scenario> if not given."
)
@language_option
@json_option
@quiet_option
def run(
    scenario: str, overrides: tuple[str, ...], out: str | None, language: Language | None, as_json: bool, quiet: bool
) -> int:
    """Run a scenario and draw it.

    Simulates it, checks what it claims, draws its pictures and saves its record as record.npz. Files of an earlier run
    are replaced together at the end. Exits with 1 if an expectation failed.
    """
    with refusals():
        from landscape.cli.outputs import staged
        from landscape.scenario.languages import translated
        from landscape.scenario.model import Scenario

        if out == "":
            raise Refusal("--out: must name a folder, got nothing")
        made = Scenario.from_file(scenario, overrides)
        folder = Path(out) if out else Path("outputs") / (Path(scenario).stem or "scenario")
        with progress_bars(quiet or as_json) as progress, staged(folder) as stage:
            record = made.simulate(progress("simulating"))
            record.save(stage / "record.npz")
            if language is not None:
                made, record = made.in_language(language), translated(record, language)
            verdicts = made.judge(record)
            if made.views:
                from landscape.cli.drawing import draw_all

                draw_all(record, made.views, stage, progress)
        files = [folder / name for name in ("record.npz", *(view.file for view in made.views))]
    with undisturbed():  # all is written, so that the exit code is to say so
        return report(made, record, verdicts, files, language or "en", as_json, quiet)


@landscape.command()
@click.argument("scenarios", type=click.Path(), nargs=-1, required=True, metavar="SCENARIO...")
@set_option
@language_option
@json_option
@quiet_option
def check(
    scenarios: tuple[str, ...], overrides: tuple[str, ...], language: Language | None, as_json: bool, quiet: bool
) -> int:
    """Check what scenarios claim, and write nothing.

    Exits with 1 if an expectation failed, with 2 if a scenario cannot be used; the others are checked all the same.
    """
    codes = []
    reports: dict[str, Any] = {}
    for path in scenarios:
        try:
            with refusals(), progress_bars(quiet or as_json) as progress:
                from landscape.scenario.languages import translated
                from landscape.scenario.model import Scenario

                made = Scenario.from_file(path, overrides)
                record = made.simulate(progress(path))
                if language is not None:
                    made, record = made.in_language(language), translated(record, language)
                verdicts = made.judge(record)
        except Refusal as refusal:
            click.echo(str(refusal), err=True)
            codes.append(WRONG)
            continue
        heed()
        codes.append(DONE if all(verdict.passed for verdict in verdicts) else REFUTED)
        if as_json:
            from landscape.cli.texts import report_data

            reports[path] = report_data(made, record, verdicts, [])
        else:
            say_verdicts(path, verdicts, language or "en", quiet)
    if as_json:
        say_json(reports)
    return max(codes)


@landscape.command()
@click.argument("records", type=click.Path(), nargs=-1, required=True, metavar="RECORD...")
@click.option(
    "--view",
    "views",
    multiple=True,
    metavar="NAME",
    help="A view to draw; may be given again. If not given, those of the scenario; of several records, multiples.",
)
@click.option(
    "--out",
    type=click.Path(),
    metavar="PATH",
    help="A folder, or for one view a file such as race.gif; the record's folder if not given.",
)
@language_option
@json_option
@quiet_option
def render(
    records: tuple[str, ...],
    views: tuple[str, ...],
    out: str | None,
    language: Language | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Draw a saved record again, or several on one page.

    RECORD is a record.npz, or the folder that holds one. Several are drawn by the view "multiples", with a row for each
    record's surface and a column for each entrant. Nothing is simulated.
    """
    sources = [Path(record) / "record.npz" if Path(record).is_dir() else Path(record) for record in records]
    with refusals():
        from landscape.cli.drawing import chosen_together, chosen_views, draw_all, draw_together
        from landscape.cli.outputs import staged

        loaded = [load_record(source) for source in sources]
        if len(loaded) == 1:
            drawn, folder = chosen_views(loaded[0], views, out, sources[0].parent, language)
            with progress_bars(quiet or as_json) as progress, staged(folder) as stage:
                draw_all(loaded[0], drawn, stage, progress)
        else:
            together, folder = chosen_together(loaded, views, out, sources[0].parent, language)
            drawn = [together]
            with staged(folder) as stage:
                draw_together(loaded, together, stage)
    files = [str(folder / view.file) for view in drawn]
    if as_json:
        of = {"record": str(sources[0])} if len(sources) == 1 else {"records": [str(source) for source in sources]}
        say_json({**of, "files": files})
    elif not quiet:
        say_files(files, language or "en")
    return DONE


@landscape.command("list")
@click.argument("kind", required=False)
@json_option
def list_(kind: str | None, as_json: bool) -> int:
    """List what a scenario may name.

    All components, or those of one KIND: surface, optimizer, schedule, noise, start, metric or view.
    """
    with refusals():
        from landscape.cli.texts import listing, listing_data
        from landscape.core.names import UnknownName
        from landscape.core.registry import kinds

        if kind is not None and kind.lower().removesuffix("s") in kinds():
            kind = kind.lower().removesuffix("s")
        if kind is not None and kind not in kinds():
            raise UnknownName("kind of component", kind, kinds())
        if as_json:
            say_json(listing_data(kind))
        else:
            say(listing(kind))
    return DONE


@landscape.command()
@click.argument("name")
@click.option(
    "--out",
    type=click.Path(),
    metavar="FILE",
    help="Draw the surface, schedule or activation to a file such as beale.png.",
)
@picture_language_option
@json_option
def show(name: str, out: str | None, language: Language, as_json: bool) -> int:
    """Show what a component is.

    Its equation and source, its fields with their defaults and limits; of a surface its known points and a sketch, of
    an activation where it saturates or dies, and with --out a picture.
    """
    with refusals():
        from landscape.cli.texts import page, page_data

        data, text = (page_data(name), "") if as_json else ([], page(name))
        if out is not None:
            from landscape.cli.outputs import explained
            from landscape.cli.portraits import draw

            with explained(Path(out)):
                draw(name, Path(out), language)
        if as_json:
            say_json(data)
        else:
            say(text if out is None else f"{text}\n\nwrote {out}")
    return DONE


@landscape.command()
@click.argument("formula", required=False)
@click.option("--at", metavar="NAME=NUMBER,...", help="The numbers for the formula's names, as w=0.5,x=2.")
@click.option("--layers", metavar="N,N,...", help="Without a formula: a network's widths; 2,2,1 if not given.")
@click.option("--activation", default="tanh", show_default=True, metavar="NAME", help="Of its hidden layers.")
@click.option("--dataset", default="xor", show_default=True, metavar="NAME", help="Where the example comes from.")
@click.option("--loss", default="half_mse", show_default=True, metavar="NAME", help="What is differentiated.")
@click.option("--example", default=1, show_default=True, metavar="N", help="The number of the example, from 0.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), metavar="N", help="Of its weights.")
@click.option("--out", type=click.Path(), metavar="FILE", help="Where to draw the graph; none if not given.")
@picture_language_option
@json_option
def backprop(
    formula: str | None,
    at: str | None,
    layers: str | None,
    activation: str,
    dataset: str,
    loss: str,
    example: int,
    seed: int,
    out: str | None,
    language: Language,
    as_json: bool,
) -> int:
    """Show the two passes of backpropagation, step by step.

    Of a FORMULA such as "(sigmoid(w*x + b) - 1)**2" at given numbers, or of a small network's loss of one example:
    every intermediate value, and the derivative of the result to each.
    """
    with refusals():
        from landscape.cli import passes
        from landscape.cli.outputs import explained

        widths = whole_numbers("--layers", layers) or [2, 2, 1]
        network: dict[str, Any] = {"layers": widths, "activation": activation, "dataset": dataset, "loss": loss}
        graph = passes.computed(formula, at, network, example, seed)
        if out is not None:
            with explained(Path(out)):
                passes.draw(graph, formula, network, Path(out), language)
        if as_json:
            say_json(passes.data(graph))
        else:
            say(passes.table(graph) + (f"\n\nwrote {out}" if out is not None else ""))
    return DONE


@landscape.command()
@click.argument("surface")
@click.option("--dims", metavar="N,N,...", help="Numbers of coordinates; 2 to 1000 if not given.")
@click.option("--out", type=click.Path(), metavar="FILE", help="Where to draw the figure; none if not given.")
@picture_language_option
@json_option
@quiet_option
def gradients(surface: str, dims: str | None, out: str | None, language: Language, as_json: bool, quiet: bool) -> int:
    """Compare the ways to a gradient: manual, numerical, symbolic and automatic.

    For one SURFACE, and as its number of coordinates grows: how exact each is, how long it takes, how often it runs
    through the function, and how large the symbolic expressions become.
    """
    with refusals():
        from landscape.cli import ways
        from landscape.cli.outputs import explained

        wanted = whole_numbers("--dims", dims)
        with progress_bars(quiet or as_json) as progress:
            costs = ways.measured(surface, wanted, progress("measuring"))
        if out is not None:
            with explained(Path(out)):
                ways.draw(surface, costs, Path(out), language)
    if as_json:
        say_json(ways.data(surface, costs))
    elif not quiet:
        say(ways.table(costs))
        say()
        say(ways.CLAIMS)
        if out is not None:
            say(f"wrote {out}")
    return DONE
