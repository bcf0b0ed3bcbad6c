"""What a page says, in its reader's language."""

from __future__ import annotations

from landscape.i18n.texts import Language, say


def page_texts(language: Language) -> dict[str, str]:
    """The texts of a page by their names; {step}, {label}, {gap}, {name}, {reason} ... are filled in later."""
    step, label, gap, name, reason, runs, run = (
        "{step}", "{label}", "{gap}", "{name}", "{reason}", "{runs}", "{run}",
    )  # fmt: skip
    return {
        "loss": say(language, "loss"),
        "gap": say(language, "loss above the global minimum"),
        "step": say(language, "step"),
        "converged": say(language, "converged at step {step}", step=step),
        "diverged": say(language, "diverged at step {step}", step=step),
        "play": say(language, "Play"),
        "pause": say(language, "Pause"),
        "back": say(language, "One step back"),
        "forward": say(language, "One step forward"),
        "speed": say(language, "Speed"),
        "player": say(language, "Playback"),
        "shown": say(language, "Shown"),
        "hidden": say(language, "hidden"),
        "duplicate": say(language, "Duplicate"),
        "remove": say(language, "Remove"),
        "more": say(language, "Other hyper-parameters"),
        "rate": say(language, "learning rate"),
        "schedule": say(language, "schedule"),
        "start": say(language, "start"),
        "noise": say(language, "gradient noise"),
        "repeats": say(language, "30 repeats"),
        "reseed": say(language, "Other noise"),
        "basins": say(language, "basins of attraction"),
        "none": say(language, "none"),
        "home": say(language, "Whole window"),
        "again": say(language, "As recorded"),
        "theme": say(language, "Light / dark"),
        "shared": say(language, "Start and noise"),
        "entrants": say(language, "Optimizers"),
        "landscape": say(language, "The landscape of {name} with the runs", name=name),
        "curves": say(language, "The loss of each run over the steps"),
        "hint": say(language, "Drag the circle or click to move the start; scroll or pinch to zoom."),
        "keys": say(
            language,
            "Arrow keys move the start, with Shift in small steps; plus and minus zoom, 0 shows the whole window. "
            "Space plays and pauses.",
        ),
        "equal": say(
            language, "This page computes the race itself: checked against the record, equal to the last bit."
        ),
        "near": say(
            language, "This page computes the race itself: checked against the record, within {gap} of it.", gap=gap
        ),
        "leaves": say(
            language,
            "{label}: from step {step} on the rounding of this browser and that of the record lead apart.",
            label=label,
            step=step,
        ),
        "refused": say(
            language,
            "{label}: this browser computes other numbers from step {step} on, so the record is played back.",
            label=label,
            step=step,
        ),
        "one_of": say(
            language,
            "The record has {runs} runs of each optimizer; this page begins with run {run}.",
            runs=runs,
            run=run,
        ),
        "replayed": say(language, "Played back as recorded, not computed here: {reason}.", reason=reason),
        "reads_loss": say(language, "its schedule follows the loss"),
    }
