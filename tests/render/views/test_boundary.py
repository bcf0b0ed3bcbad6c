"""The view "boundary": what a network says of its data, as a still and as a movie."""

import av
import numpy as np
import pytest

import landscape as ls
from landscape.render import draw

NETWORK = ls.surface("network", layers=(2, 6, 1), dataset="moons", loss="binary_cross_entropy")
RECORD = ls.simulate(
    NETWORK,
    [ls.optimizer("sgd", lr=0.3), ls.optimizer("adam", lr=0.05)],
    start=ls.start("xavier", count=1),
    steps=40,
)
SMALL = {"name": "boundary", "width": 640, "height": 360}


def test_it_is_drawn_with_the_share_that_is_right():
    figure = draw(RECORD, view=SMALL)
    said = " ".join(text.get_text() for text in [*figure.texts, *(t for ax in figure.axes for t in ax.texts)])
    right = 100.0 * float(NETWORK.accuracy(RECORD["sgd"].params[-1])[0])
    assert f"{right:.3g}" in said


def test_the_movie_plays(tmp_path):
    path = ls.animate(RECORD, tmp_path / "b.mp4", view={**SMALL, "seconds": 4.0}) or tmp_path / "b.mp4"
    with av.open(path) as file:
        frames = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    assert frames[0].shape == (360, 640, 3)
    assert np.abs(frames[-1].astype(int) - frames[0]).max() > 100


@pytest.mark.parametrize(
    ("surface", "said"),
    [
        ("rosenbrock", '"rosenbrock" is no network'),
        (ls.surface("network", layers=(1, 3, 1), dataset="noisy_sine"), "2 features with classes"),
    ],
)
def test_other_surfaces_are_refused(surface, said):
    record = ls.simulate(surface, "sgd", steps=2)
    with pytest.raises(ValueError, match=said):
        draw(record, view="boundary")
