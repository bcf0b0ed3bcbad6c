"""Movies, held to laws: quick frames are slow frames, files decode to what was drawn, what is hidden is hidden."""

import dataclasses
import itertools

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import zero_steps
from PIL import Image
from redraw import redrawn

import landscape as ls
from landscape.render import animate, save
from landscape.render.canvas import canvas as staging
from landscape.render.canvas.canvas import area, merged
from landscape.render.encoders import video as videos
from landscape.render.encoders.yuv import Planes
from landscape.render.movie.movie import Movie
from landscape.render.movie.pacing import paced
from landscape.render.style.theme import PACINGS
from landscape.render.views._base import REGISTRY

SMALL = {"width": 480, "height": 270}


def entrants(**lrs):
    return [ls.optimizer(name, lr=lr) for name, lr in lrs.items()]


@pytest.fixture(scope="module")
def ravine():
    made = entrants(sgd=1e-3, momentum=1e-3, nesterov=1e-3, adagrad=0.5, adadelta=1.0, adamw=0.05)
    return ls.simulate("rosenbrock", made, start=(-1.5, 2.0), steps=120)


@pytest.fixture(scope="module")
def saddle():
    made = entrants(sgd=0.02, momentum=0.02, adam=0.05)
    return ls.simulate("hyperbolic_saddle", made, start=(1.5, 1e-3), steps=100)


@pytest.fixture(scope="module")
def noisy():
    made = entrants(sgd=0.05, adam=0.01)
    return ls.simulate("quadratic", made, start=(1.5, 1.0), steps=40, repeats=30, noise=ls.noise("gaussian"))


def view(name, **fields):
    return REGISTRY.build(name, **{**SMALL, **fields})


# frames


def far_pixels(movie, every):
    """The largest share of pixels of the panels that differ by more than 8 of 255 from a frame that is drawn anew.

    Texts are left out: matplotlib rounds their baseline after adding their depth, which may come to another pixel.
    """
    clock = movie.clock(8)
    top = movie.size[1] - int(movie.page.land.ax.bbox.y1)
    shares = []
    for number, shot in enumerate(movie.frames(8)):
        if number % every == 0 or number == len(clock) - 1:
            slow = redrawn(movie, clock[number][0]).astype(int)
            shares.append(float((np.abs(slow - shot.pixels)[top:].max(axis=2) > 8).sum() / slow[..., 0].size))
    return max(shares)


@pytest.mark.parametrize(
    ("name", "panels", "theme"),
    [
        ("ravine", "race", "light"),
        ("saddle", "race", "dark"),
        ("saddle", "contour", "print"),
        ("ravine", "contour", "light"),
        ("saddle", "dashboard", "light"),
        ("ravine", "inside", "light"),
    ],
)
def test_a_quick_frame_is_a_frame_drawn_anew_but_for_soft_edges(name, panels, theme, request):
    record = request.getfixturevalue(name)
    # 0.1 % at 1280x720; edges are a larger share of a smaller picture, in proportion to its width
    assert far_pixels(Movie(view(panels, theme=theme), record, seconds=4.0), 6) <= 0.001 * 1280 / 480


def test_a_poster_is_the_frame_on_which_the_movie_ends(saddle, tmp_path):
    path = animate(saddle, tmp_path / "x.apng", seconds=0.5, fps=4, poster=tmp_path / "x.png", **SMALL)
    with Image.open(path) as movie, Image.open(tmp_path / "x.png") as poster:
        movie.seek(movie.n_frames - 1)
        assert poster.size == movie.size
        # a trail drawn in one go and one that grew differ in their soft edges
        far = np.abs(np.asarray(poster).astype(int) - np.asarray(movie.convert("RGB"))).max(axis=2) > 8
        assert far.mean() <= 0.01
    for wrong, said in (("x.mp4", "a poster is written to a file that ends in .png"), ("y.png", "a file of its own")):
        with pytest.raises(ValueError, match=said):
            animate(saddle, tmp_path / "y.png", seconds=0.5, fps=4, poster=tmp_path / wrong, **SMALL)
    assert not (tmp_path / "y.png").exists()


def test_the_check_of_frames_finds_trails_that_are_a_pixel_off(ravine, monkeypatch):
    right = staging.Coverage.add
    monkeypatch.setattr(staging.Coverage, "add", lambda self, part, box: right(self, np.roll(part, 1, axis=1), box))
    assert far_pixels(Movie(view("race"), ravine, seconds=4.0), 99) > 2.0 * 0.001 * 1280 / 480


@pytest.mark.parametrize("name", ["race", "surface"])
def test_a_frame_differs_from_the_one_before_in_its_boxes_alone(name, noisy, saddle):
    for record in (noisy, saddle):
        before = None
        for shot in Movie(view(name), record, seconds=3.0).frames(5):
            if before is not None:
                same = np.ones(shot.pixels.shape[:2], dtype=bool)
                for upper, lower, left, right in shot.boxes:
                    same[upper:lower, left:right] = False
                np.testing.assert_array_equal(shot.pixels[same], before[same])
            before = shot.pixels.copy()


def test_two_movies_of_one_record_are_the_same(saddle):
    first, second = (Movie(view("race"), saddle, seconds=3.0) for _ in range(2))
    for one, other in zip(first.frames(4), second.frames(4), strict=True):
        np.testing.assert_array_equal(one.pixels, other.pixels)
    np.testing.assert_array_equal(first.last_frame(), second.last_frame())


boxes = st.tuples(*[st.integers(0, 12)] * 4).map(lambda b: (min(b[:2]), max(b[:2]) + 1, min(b[2:]), max(b[2:]) + 1))


@given(st.lists(boxes, max_size=6))
def test_merged_boxes_cover_what_they_covered_and_are_no_more_work(given_boxes):
    def covered(all_boxes):
        return {(r, c) for u, lo, le, ri in all_boxes for r in range(u, lo) for c in range(le, ri)}

    found = merged(given_boxes)
    assert covered(found) >= covered(given_boxes)
    assert sum(map(area, found)) <= sum(map(area, given_boxes))


# planes


def planes_of(shape):
    height, width = shape
    arrays = [np.zeros(shape, dtype=np.uint8), *(np.zeros((height // 2, width // 2), dtype=np.uint8) for _ in "uv")]
    return arrays, Planes(*arrays)


def test_planes_are_those_of_ffmpeg():
    rng = np.random.default_rng(0)
    pixels = np.full((72, 90, 4), 255, dtype=np.uint8)
    pixels[..., :3] = np.kron(rng.integers(0, 256, (9, 15, 3)), np.ones((8, 6, 1)))
    arrays, planes = planes_of((72, 90))
    planes.update(pixels, [(0, 72, 0, 90)])
    frame = av.VideoFrame.from_ndarray(pixels, format="rgba")
    frame = frame.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
    off = [np.abs(ours.astype(int) - videos.plane_of(plane)) for ours, plane in zip(arrays, frame.planes, strict=True)]
    # patches of 8x6: away from their edges it does not matter where in its four pixels a chroma sample is taken
    assert off[0].max() <= 1
    assert np.median(off[1]) <= 1
    assert np.median(off[2]) <= 1


@pytest.mark.parametrize(
    ("color", "expected"),
    # ITU-R BT.709-6: black 16, white 235; luma 16 + 219 K, chroma 128 + 112 at its own primary
    [((0, 0, 0), (16, 128, 128)), ((255, 255, 255), (235, 128, 128)), ((255, 0, 0), (63, 102, 240)),
     ((0, 255, 0), (173, 42, 26)), ((0, 0, 255), (32, 240, 118))],
)  # fmt: skip
def test_planes_of_plain_colours_are_those_of_the_standard(color, expected):
    arrays, planes = planes_of((16, 16))
    pixels = np.full((16, 16, 4), (*color, 255), dtype=np.uint8)
    planes.update(pixels, [(0, 16, 0, 16)])
    assert tuple(int(plane[3, 3]) for plane in arrays) == expected


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 60)), min_size=1, max_size=4), st.integers(0, 99))
@settings(max_examples=20)
def test_converting_what_has_changed_is_converting_all(corners, seed):
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (46, 70, 4), dtype=np.uint8)
    parts, planes = planes_of((46, 70))
    planes.update(pixels, [(0, 46, 0, 70)])
    changed = []
    for upper, left in corners:
        pixels[upper : upper + 5, left : left + 9] = rng.integers(0, 256, 4, dtype=np.uint8)
        changed.append((upper, min(upper + 5, 46), left, min(left + 9, 70)))
    planes.update(pixels, changed)
    whole, others = planes_of((46, 70))
    others.update(pixels, [(0, 46, 0, 70)])
    for part, all_of_it in zip(parts, whole, strict=True):
        np.testing.assert_array_equal(part, all_of_it)


# files


def jump_of_words(record, path):
    """How much the ink of the title and of the list changes from a frame of an MP4 to the next, at most, of 255."""
    film = Movie(REGISTRY.build("race"), record, 0.5)
    drawn = next(film.frames(60)).pixels[..., :3].astype(int)
    still = np.zeros(drawn.shape[:2], dtype=bool)
    still[:45] = still[120:, 1080:] = True  # without the caption and the counter, which change
    ink = still & (np.abs(drawn - drawn[0, 0]).max(axis=2) > 40)
    assert ink.sum() > 3000
    with av.open(str(animate(record, path, seconds=0.5, fps=60))) as file:
        seen = [frame.to_ndarray(format="rgb24")[ink].astype(int) for frame in file.decode(video=0)]
    return max(int(np.abs(now - before).max()) for before, now in itertools.pairwise(seen))


def test_words_of_an_mp4_are_as_clear_in_its_first_frame_as_in_later_ones(saddle, tmp_path, monkeypatch):
    assert jump_of_words(saddle, tmp_path / "x.mp4") <= 12  # less than a step of the quantiser
    monkeypatch.setitem(videos.H264, "deblock", "0,0")
    assert jump_of_words(saddle, tmp_path / "y.mp4") > 36


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
def test_a_video_has_the_size_rate_count_and_duration_that_were_asked_for(saddle, tmp_path, suffix):
    path = animate(saddle, tmp_path / f"x{suffix}", "race", fps=12, seconds=1.5, width=322, height=182)
    with av.open(str(path)) as container:
        (stream,) = container.streams.video
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
        assert stream.codec_context.name == {".mp4": "h264", ".webm": "vp9"}[suffix]
        assert frames[0].shape == (182, 322, 3)
        assert stream.average_rate == 12
        assert len(frames) == 18
        duration = container.duration / av.time_base
        assert duration == pytest.approx(1.5, abs=1.0 / 12)
    movie = Movie(view("race", width=322, height=182), saddle, seconds=1.5)
    drawn = [shot.pixels[..., :3].astype(int) for shot in movie.frames(12) for _ in range(shot.repeat)]
    # the encoder is given the same memory for all frames: it must have taken each before the next is written there
    for number, shown in enumerate(frames):
        off = [np.abs(shown - other).mean() for other in drawn]
        assert off[number] == min(off)
        assert off[number] < 4.0


@pytest.mark.parametrize(("suffix", "off"), [(".gif", 40), (".webp", 0), (".apng", 0), (".png", 0)])
def test_an_animated_picture_decodes_to_every_frame_that_was_drawn(saddle, tmp_path, suffix, off):
    path = animate(saddle, tmp_path / f"x{suffix}", "race", fps=8, seconds=2.0, width=321, height=181)
    movie = Movie(view("race", width=321, height=181), saddle, seconds=2.0)
    shots = [(shot.pixels[..., :3].astype(int), shot.repeat) for shot in movie.frames(8)]
    with Image.open(path) as picture:
        assert picture.size == (321, 181)
        assert picture.info["loop"] == 0
        durations, decoded = [], []
        for number in range(picture.n_frames):
            picture.seek(number)
            decoded.append(np.asarray(picture.convert("RGB")).astype(int))
            durations.append(picture.info["duration"])
    assert sum(durations) == pytest.approx(2000, abs=2)
    assert len(decoded) == len(shots)
    for (drawn, repeat), shown, lasts in zip(shots, decoded, durations, strict=True):
        assert lasts == pytest.approx(1000 * repeat / 8, abs=10)
        # a GIF has 255 colours: what few pixels lie between them are further off
        assert np.quantile(np.abs(shown - drawn), 0.999 if off else 1.0) <= off


def durations(picture):
    """Of each frame, in thousandths of a second."""
    lasts = []
    for number in range(picture.n_frames):
        picture.seek(number)
        picture.load()
        lasts.append(picture.info["duration"])
    return lasts


@pytest.mark.parametrize("suffix", [".webp", ".apng"])
def test_a_transparent_movie_laid_on_paper_is_the_opaque_one(saddle, tmp_path, suffix):
    path = animate(saddle, tmp_path / f"x{suffix}", "race", fps=8, seconds=2.0, transparent=True, **SMALL)
    shots = [shot.pixels[..., :3].astype(int) for shot in Movie(view("race"), saddle, seconds=2.0).frames(8)]
    corners = set()
    with Image.open(path) as picture:
        # those of a hundredth of a second are parts of the next one
        lasting = [number for number, lasts in enumerate(durations(picture)) if lasts > 20]
        assert len(lasting) == len(shots)
        for number, drawn in zip(lasting, shots, strict=True):
            picture.seek(number)
            shown, sheet = picture.convert("RGBA"), Image.new("RGBA", picture.size, "#FFFFFF")
            sheet.alpha_composite(shown)
            far = np.abs(np.asarray(sheet)[..., :3].astype(int) - drawn).max(axis=2)
            # each layer is rounded once more
            assert np.quantile(far, 0.999) <= 3
            assert far.max() <= 12
            corners.add(shown.getpixel((3, 3))[3])
    assert corners == {0}


@pytest.mark.parametrize("suffix", [".webp", ".apng"])
def test_a_transparent_movie_is_hardly_larger_than_the_opaque_one_and_lasts_as_long(ravine, tmp_path, suffix):
    sizes, lengths = [], []
    for transparent in (False, True):
        path = tmp_path / f"{transparent}{suffix}"
        animate(ravine, path, "race", fps=30, seconds=2.0, transparent=transparent, **SMALL)
        sizes.append(path.stat().st_size)
        with Image.open(path) as picture:
            lasts = durations(picture)
        assert min(lasts) > 10  # browsers take less for a tenth of a second
        lengths.append(sum(lasts))
    assert sizes[1] <= 2.0 * sizes[0]
    assert lengths == pytest.approx([2000, 2000], abs=2)


def test_a_still_can_be_transparent(saddle, tmp_path):
    with Image.open(save(saddle, tmp_path / "x.png", view("race"), transparent=True)) as picture:
        assert picture.convert("RGBA").getpixel((3, 3))[3] == 0


def test_heads_are_drawn_in_the_order_of_the_record(ravine):
    land = Movie(view("race"), ravine).page.land
    runs = land.in_order()
    assert [runs[number][0].track.label for number in land.heads()] == list(ravine.labels)


@pytest.mark.parametrize(
    ("name", "asked", "error", "message"),
    [
        ("x.avi", {}, ValueError, r"ends in .*\.mp4"),
        ("x", {}, ValueError, "ends in"),
        ("x.gif", {"fps": 60}, ValueError, "fps must be a whole number from 1 to 50 for a .gif file, got 60"),
        ("x.mp4", {"fps": 0}, ValueError, "fps must be"),
        ("x.mp4", {"fps": 12.5}, ValueError, "fps must be"),
        ("x.mp4", {"seconds": 0.0}, ValueError, "seconds must be from"),
        ("x.mp4", {"width": 3}, ValueError, "width"),
        ("x.mp4", {"theme": "pink"}, ValueError, "theme"),
        ("x.mp4", {"transparent": True}, ValueError, "a .mp4 movie cannot be transparent; these can: .webp, .apng"),
        ("x.mp4", {"pacing": "slow"}, ValueError, "pacing must be one of auto, even"),
        ("no/x.mp4", {}, OSError, "no"),
    ],
)
def test_what_cannot_be_written_is_said_and_leaves_nothing(saddle, tmp_path, name, asked, error, message):
    with pytest.raises(error, match=message):
        animate(saddle, tmp_path / name, "race", **asked)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_codec_is_said_and_leaves_nothing(saddle, tmp_path, monkeypatch):
    monkeypatch.setitem(videos.FORMATS, ".mp4", videos.MP4._replace(codec="no_such_codec"))
    with pytest.raises(OSError, match='needs the encoder "no_such_codec"'):
        animate(saddle, tmp_path / "x.mp4", "race")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("theme", ["dark", "print"])
def test_a_movie_is_drawn_in_the_theme_that_is_asked_for(saddle, tmp_path, theme):
    path = animate(saddle, tmp_path / "x.png", "race", theme=theme, seconds=0.5, fps=4, **SMALL)
    paper = {"dark": (0x11, 0x16, 0x1C), "print": (255, 255, 255)}[theme]
    with Image.open(path) as picture:
        assert picture.convert("RGB").getpixel((3, 3)) == paper


# pacing


@pytest.mark.parametrize("pacing", PACINGS)
@pytest.mark.parametrize("steps", [1, 7, 10_000])
def test_every_pace_goes_from_the_first_step_to_the_last_and_never_back(ravine, pacing, steps):
    rows = np.array([0, steps])
    tracks = tuple(dataclasses.replace(track, steps=rows) for track in ravine.tracks)
    pace = paced(pacing, dataclasses.replace(ravine, steps=steps, tracks=tracks), np.array([0.0, 1.0]), 240)
    found = [pace.step(share) for share in np.linspace(0.0, 1.0, 50)]
    assert found[0] == 0.0
    assert found[-1] == pytest.approx(steps)
    assert np.all(np.diff(found) > 0.0)


def test_the_pace_by_length_shows_as_much_movement_in_each_frame(ravine):
    movie = Movie(view("contour"), ravine, seconds=6.0, pacing="arc_length")
    land = movie.page.land
    moved = []
    for bundle, run in land.in_order():
        x, y = land.ax.transData.transform(bundle.track.params[:, :, run]).T
        length = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
        moments = [step for step, _ in movie.clock(30)]
        moved.append(np.diff(np.interp(moments, bundle.track.steps, length / length[-1])))
    each = np.mean(moved, axis=0)
    # a tenth of the time is even, so that no frame has more than its share, by a tenth
    assert each.max() * len(each) < 1.0 / 0.9 + 0.03


def test_a_pace_that_is_not_even_is_told_in_the_caption(ravine):
    told = {pacing: Movie(view("race", pacing=pacing), ravine).caption(10.0) for pacing in PACINGS}
    assert told["even"] == Movie(view("race", pacing="logarithmic"), ravine, pacing="even").caption(10.0)
    assert told["logarithmic"].startswith("time runs with the logarithm of the step   ")
    assert told["arc_length"].startswith("time runs with the length of the paths   ")
    assert told["even"] == told["auto"].removeprefix("early steps slowed   ")


# records at the edge


EDGES = {
    "zero steps": zero_steps,
    "one step": lambda: ls.simulate("rosenbrock", ["adam"], start=(-1.5, 2.0), steps=1),
    "all diverged": lambda: ls.simulate("rosenbrock", entrants(sgd=10.0, momentum=5.0), start=(-1.5, 2.0), steps=20),
    "200 entrants": lambda: ls.simulate(
        "rosenbrock",
        [ls.entrant(ls.optimizer("sgd", lr=1e-3 * (1 + i / 200)), label=f"run {i}") for i in range(200)],
        start=(-1.5, 2.0), steps=3,
    ),
}  # fmt: skip


@pytest.mark.parametrize("edge", EDGES)
def test_records_at_the_edge_make_movies_that_play(edge, tmp_path):
    record = EDGES[edge]()
    for name, suffix in (("race", ".mp4"), ("surface", ".apng")):
        path = animate(record, tmp_path / f"x{suffix}", name, fps=4, seconds=1.0, **SMALL)
        with av.open(str(path)) as container:
            assert sum(1 for _ in container.decode(video=0)) >= (4 if suffix == ".mp4" else 1)
