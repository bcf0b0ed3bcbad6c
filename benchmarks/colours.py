"""How far apart the entrants' colours are, to every kind of eye; and a search for colours that are farther apart.

    python benchmarks/colours.py              # the least distance of two colours of each theme, and which two
    python benchmarks/colours.py --search     # colours near those of a theme, all of them far enough apart

Distances are Euclidean in CAM02-UCS (Luo, Cui and Li 2006), of what is seen with all cones and without one kind of them
(Machado, Oliveira and Fernandes 2009, severity 1). It needs `pip install colorspacious`.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Sequence

import numpy as np
from matplotlib.colors import to_hex, to_rgb

from landscape.core.component import Array
from landscape.render.style.theme import DARK, LIGHT, Theme

VISIONS = ("normal", "deutan", "protan", "tritan")
KINDS = {"deutan": "deuteranomaly", "protan": "protanomaly", "tritan": "tritanomaly"}
FAR = 10.6  # the distance that is searched for
POINTS = 52  # of each of the three lights on the grid of colours that are tried
TRIES = 40_000
HARD = 40.0  # how much a distance below FAR costs
LEAST_CONTRAST = {"light": 2.2, "dark": 4.5}  # of a line with the paper


def seen(colors: Array) -> Array:
    """(visions, n, 3): sRGB colours (n, 3) in CAM02-UCS, as each kind of eye sees them."""
    from colorspacious import cspace_convert  # type: ignore[import-untyped]

    found = []
    for vision in VISIONS:
        lights = colors
        if vision != "normal":
            kind = {"name": "sRGB1+CVD", "cvd_type": KINDS[vision], "severity": 100}
            lights = np.clip(cspace_convert(colors, kind, "sRGB1"), 0.0, 1.0)
        found.append(cspace_convert(lights, "sRGB1", "CAM02-UCS"))
    return np.array(found)


def least(colors: Array) -> tuple[float, int, int, str]:
    """(distance, first, second, vision) of the two colours that are nearest to each other."""
    places = seen(colors)
    apart = [
        (float(np.linalg.norm(places[eye, i] - places[eye, j])), i, j, vision)
        for eye, vision in enumerate(VISIONS)
        for i, j in itertools.combinations(range(len(colors)), 2)
    ]
    return min(apart)


def luminance(colors: Array) -> Array:
    """(n,): relative luminance of sRGB colours (n, 3), as WCAG has it."""
    lights = np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)
    return np.asarray(lights @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(colors: Array, ground: Array) -> Array:
    """(n,): WCAG's contrast of colours (n, 3) on a ground (3,)."""
    one, other = luminance(colors), luminance(ground[None])
    return np.asarray((np.maximum(one, other) + 0.05) / (np.minimum(one, other) + 0.05))


def search(theme: Theme, wanted: Sequence[str], weights: Array, seed: int, low: float) -> list[str]:
    """Colours as near as can be to those wanted, with FAR between any two and to the grey of a map, by annealing.

    weights: how much each is to stay; infinite where it must; low: the least contrast with the paper.
    """
    grid = np.linspace(0.0, 1.0, POINTS)
    colors = np.array(np.meshgrid(grid, grid, grid)).reshape(3, -1).T
    colors = colors[contrast(colors, np.array(to_rgb(theme.paper))) >= low]
    given = np.array([to_rgb(color) for color in (*wanted, theme.unknown)])
    every = seen(np.concatenate([colors, given])).transpose(1, 0, 2)
    places, home, beside = every[: len(colors)], every[len(colors) : -1], every[-1:]
    random, now, at = np.random.default_rng(seed), home.copy(), np.full(len(home), -1)

    def cost(number: int, place: Array) -> float:
        others = np.concatenate([np.delete(now, number, axis=0), beside])
        gaps = np.linalg.norm(others - place, axis=2).min(axis=1)
        away = float(np.linalg.norm(place[0] - home[number][0]))
        return float(np.sum(np.maximum(0.0, FAR - gaps) ** 2) * HARD) + (weights[number] * away if away else 0.0)

    for turn in range(TRIES):
        left = 1.0 - turn / TRIES
        number = int(random.choice(np.flatnonzero(np.isfinite(weights))))
        goal = now[number][0] + random.normal(size=3) * (1.0 + 12.0 * left)
        some = random.integers(0, len(colors), 40 if left > 0.5 else 3000)
        pick = some[np.argmin(np.linalg.norm(places[some, 0] - goal, axis=1))]
        change = cost(number, places[pick]) - cost(number, now[number])
        if change < 0.0 or random.random() < np.exp(-change / (30.0 * left**2 + 1e-3)):
            now[number], at[number] = places[pick], pick
    return [color if pick < 0 else to_hex(colors[pick]).upper() for color, pick in zip(wanted, at, strict=True)]


def main() -> None:
    """Print how far apart the colours are, and those that are found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--search", action="store_true", help="minutes for each theme")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    for theme in (LIGHT, DARK):
        for what in ("runs", "regions"):
            names = getattr(theme, what)
            distance, i, j, vision = least(np.array([to_rgb(color) for color in names]))
            print(f"{theme.name} {what}: {distance:.2f} ({names[i]} {names[j]}, {vision})")
        names = [theme.style(index).text for index in range(len(theme.runs))]
        ratios = contrast(np.array([to_rgb(color) for color in names]), np.array(to_rgb(theme.paper)))
        print(f"{theme.name} names: contrast at least {ratios.min():.2f}")
        if asked.search:
            # the first five stay near what they are, the neutral one stays; the last is for maps alone
            weights = np.array([6.0] * 5 + [np.inf] + [1.0] * 7)
            wanted = [*theme.runs, theme.regions[-1]]
            found = search(theme, wanted, weights, asked.seed, LEAST_CONTRAST[theme.name])
            distance, i, j, vision = least(np.array([to_rgb(color) for color in found]))
            print(f"{theme.name} found: {distance:.2f} ({found[i]} {found[j]}, {vision}): {' '.join(found)}")


if __name__ == "__main__":
    main()
