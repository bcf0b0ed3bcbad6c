"""Whether what explains a picture stands where it belongs: on the page, and each sample beside its own words."""

from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

FARTHEST = 4.0  # heights of a text, from a sample to the words that say what it is


def misplaced(figure: Figure) -> list[str]:
    """What of a page's keys is off the page, or has no words beside it, or the words of another."""
    renderer = figure.canvas.get_renderer()
    width, height = figure.canvas.get_width_height()
    seen = [text for text in figure.texts if text.get_text().strip()] + figure.artists
    boxes = {artist: artist.get_window_extent(renderer) for artist in seen if artist.get_visible()}
    found = [
        f"draws a {type(artist).__name__} off the page"
        for artist, box in boxes.items()
        if box.x0 < -1.0 or box.y0 < -1.0 or box.x1 > width + 1.0 or box.y1 > height + 1.0
    ]
    found += [
        "has a panel off the page"
        for ax in figure.axes
        if min(ax.get_position().min) < -0.01 or max(ax.get_position().max) > 1.01
    ]
    for text in boxes.keys() & {*figure.texts}:
        gid = text.get_gid() or ""
        samples = [box for artist, box in boxes.items() if is_sample(artist, gid)]
        if gid.startswith(("name:", "level:")) and not any(beside(box, boxes[text]) for box in samples):
            found.append(f'has no sample beside "{text.get_text()}"')
    return found


def is_sample(artist, gid: str) -> bool:
    """Whether an artist is the marker of a name, or the swatch of a level, by the gid of its text."""
    kind, _, rest = gid.partition(":")
    if kind != "name":
        return artist.get_gid() == gid and not isinstance(artist, Text)
    marker, color = rest.split(":")[:2]
    return (
        isinstance(artist, Line2D)
        and artist.get_gid() == "key"
        and artist.get_marker() == marker
        and to_hex(color) in (to_hex(artist.get_markerfacecolor()), to_hex(artist.get_markeredgecolor()))
    )


def beside(sample, text) -> bool:
    """Whether a sample stands level with a text and shortly before it. Both are boxes in pixels."""
    high = text.height
    level = abs((sample.y0 + sample.y1) - (text.y0 + text.y1)) / 2.0 <= 0.35 * high
    return level and 0.0 <= text.x0 - sample.x1 <= FARTHEST * high
