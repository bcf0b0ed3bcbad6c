"""The landscape in space, held to laws: a pixel shows what its ray meets first, trajectories lie on the surface."""

import dataclasses
import math

import numpy as np
import pytest
from matplotlib.figure import Figure

import landscape as ls
from landscape.render import draw
from landscape.render.panels.relief import Relief, visible
from landscape.render.panels.space import Camera, Ground
from landscape.render.style.theme import LIGHT
from landscape.render.views._base import REGISTRY


@pytest.fixture(scope="module")
def saddle():
    made = [ls.optimizer("sgd", lr=0.02), ls.optimizer("adam", lr=0.05)]
    return ls.simulate("hyperbolic_saddle", made, start=(1.5, 1e-3), steps=100)


@pytest.fixture(scope="module")
def ravine():
    return ls.simulate("rosenbrock", [ls.optimizer("momentum", lr=1e-3)], start=(-1.5, 2.0), steps=120)


def slow_depth(ground, camera, width, height):
    """The depth of each pixel, by walking its ray from the front to the back in small steps."""
    found = np.full((height, width), np.inf)
    sin_e, cos_e = math.sin(camera.elevation), math.cos(camera.elevation)
    cos, sin = math.cos(camera.azimuth), math.sin(camera.azimuth)
    away = np.linspace(-0.72, 0.72, 1000)
    for row in range(height):
        for column in range(width):
            right = (column + 0.5 - camera.middle[0]) / camera.scale
            up = (camera.middle[1] - row - 0.5) / camera.scale
            plan = np.column_stack([-sin * right - cos * away, cos * right - sin * away])
            inside = np.all(np.abs(plan) <= 0.5, axis=1)
            above = (up - away * sin_e) / cos_e - ground.height_at(np.clip(plan, -0.5, 0.5))
            hits = np.flatnonzero(inside[:-1] & inside[1:] & (np.sign(above[:-1]) != np.sign(above[1:])))
            if hits.size:
                found[row, column] = away[hits[0]]
    return found


def hills(seed=3):
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, 80), np.linspace(-0.5, 0.5, 80))
    a, b, c = np.random.default_rng(seed).uniform(4.0, 9.0, 3)
    heights = (0.12 + 0.1 * np.sin(a * x) * np.cos(b * y) + 0.05 * np.sin(c * (x + y))).astype(np.float32)
    plain = np.zeros((40, 40), dtype=np.uint32)
    return Ground(heights, plain, plain, plain, -0.3)


def depth_agreement(ground, other, azimuth):
    """The share of pixels at which the quick depth of a ground is that of a slow walk over another."""
    camera = Camera(azimuth, math.radians(33.0), 34.0, (28.0, 24.0))
    quick = ground.seen(camera, np.zeros((44, 56), dtype=np.uint32))
    slow = slow_depth(other, camera, 56, 44)
    both = np.isfinite(quick) & np.isfinite(slow)
    return float(np.mean(np.where(both, np.abs(np.where(both, quick, 0.0) - np.where(both, slow, 0.0)) < 0.03,
                                  np.isfinite(quick) == np.isfinite(slow))))  # fmt: skip


@pytest.mark.parametrize("azimuth", [0.4, 2.2, -0.9])
def test_each_pixel_in_space_shows_what_its_ray_meets_first(azimuth):
    ground = hills()
    # pixels on an outline may fall to either side
    assert depth_agreement(ground, ground, azimuth) > 0.95


def test_the_check_of_depths_finds_another_surface():
    ground = hills()
    assert depth_agreement(ground, ground._replace(heights=ground.heights[::-1]), 0.4) < 0.9


def relief_of(record):
    (relief,) = REGISTRY.build("surface").page(record).panels
    assert isinstance(relief, Relief)
    return relief


def away_from_record(relief, trail):
    """How far a trail is drawn from where its run is, in sides of the plan."""
    track = trail.bundle.track
    expected = np.column_stack([np.interp(trail.steps, track.steps, c) for c in track.params[:, :, 0].T])
    shown = np.isfinite(trail.points[:, 0])
    return np.hypot(*(trail.points[shown][:, :2] - relief.plan(expected)[shown]).T)


def test_trajectories_lie_on_the_surface_and_pass_through_the_record(saddle):
    together = relief_of(saddle)
    alone = [relief_of(dataclasses.replace(saddle, tracks=(track,))) for track in saddle.tracks]
    for relief in (together, *alone):
        for trail in relief.trails:
            points = trail.points[np.isfinite(trail.points[:, 2])]
            lifted = points[:, 2] - relief.ground.height_at(points[:, :2])
            assert np.all((lifted > 0.0) & (lifted < 0.02))
    for relief in alone:
        assert np.all(away_from_record(relief, relief.trails[0]) < 1e-9)


def test_trajectories_that_share_a_path_are_beside_each_other_and_begin_and_end_where_they_are(saddle):
    tracks = (saddle.tracks[0], dataclasses.replace(saddle.tracks[0], label="again"))
    relief = relief_of(dataclasses.replace(saddle, tracks=tracks))
    one, other = relief.trails
    for trail in relief.trails:
        away = away_from_record(relief, trail)
        assert np.all(away[[0, -1]] < 1e-9)
        assert np.all(away < 0.02)
    both = np.isfinite(one.points[:, 0]) & np.isfinite(other.points[:, 0])
    apart = np.hypot(*(one.points[both][:, :2] - other.points[both][:, :2]).T)
    assert np.median(apart) > 0.004


def test_what_is_behind_a_hill_is_not_seen():
    x = np.linspace(-0.5, 0.5, 200)
    ridge = np.broadcast_to(0.4 * np.exp(-((x / 0.05) ** 2)), (200, 200)).astype(np.float32)
    plain = np.zeros((40, 40), dtype=np.uint32)
    ground = Ground(ridge, plain, plain, plain, -0.3)
    camera = Camera(0.0, math.radians(33.0), 150.0, (120.0, 120.0))  # looks along x, from its high end
    depth = ground.seen(camera, np.zeros((240, 240), dtype=np.uint32))
    points = np.array([[0.3, 0.0, 0.008], [0.0, 0.0, 0.408], [-0.15, 0.0, 0.008]])
    assert visible(points, camera, depth)[1].tolist() == [True, True, False]


def test_the_camera_keeps_the_whole_journey_in_the_picture_and_ends_where_most_is_seen(ravine):
    relief = relief_of(ravine)
    corners = np.array([(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.3, 0.38)])
    fronts = set()
    for share in np.linspace(0.0, 1.0, 9):
        camera = relief.camera(share, 900, 560)
        places, depth = camera.project(corners)
        assert np.all((places > 0.0) & (places < (900.0, 560.0)))
        fronts.add(int(np.argmin(depth[::2])))
    assert len(fronts) == 1  # the axes stay where they are
    assert relief.azimuth(1.0) == relief.end


def test_a_surface_in_space_is_drawn_into_axes_of_ones_own(saddle):
    ax = Figure(figsize=(5, 4)).add_subplot()
    draw(saddle, "surface", ax=ax)
    assert len(ax.images) == 1
    relief = Relief(Figure(figsize=(5, 4)).add_subplot(), saddle, ((-2.0, 2.0), (-2.0, 2.0)), LIGHT, 12)
    assert relief.ground.heights.max() <= 0.38
