"""The views of a network: its boundary is where its output says so, and its layers do what their definitions say."""

import dataclasses

import numpy as np
import pytest
from matplotlib.figure import Figure
from pictures import drawn, overlapping, view

import landscape as ls
from landscape import networks
from landscape.core.component import FieldError
from landscape.core.names import UnknownName
from landscape.nn.data import examples
from landscape.render import animate, draw
from landscape.render.movie.movie import Movie
from landscape.render.panels.boundary import Boundary
from landscape.render.panels.layers import figures_of
from landscape.render.style.theme import LIGHT
from landscape.render.views.boundary import chosen

SMALL = {"width": 640, "height": 360}
MOON = {"name": "moons", "count": 40}


def trained(optimizers=("adam",), steps=30, start=None, **fields):
    fields = {"layers": (2, 6, 1), "dataset": MOON, "loss": "binary_cross_entropy", **fields}
    made = [ls.optimizer(name, lr=0.05) for name in optimizers]
    begin = ls.start("xavier", count=1) if start is None else start
    return ls.simulate(ls.surface("network", **fields), made, start=begin, steps=steps)


MOONS = trained(("adam", "sgd"), test=0.2, standardise=True)
BLOBS = trained(layers=(2, 5, 3), dataset={"name": "blobs", "classes": 3, "count": 45}, loss="cross_entropy")
DEEP = trained(("sgd",), layers=(2, 5, 4, 1), l2=0.1)


def panel(record, index=0):
    record, index = chosen(record, record.labels[index])
    return Boundary(Figure().add_subplot(), record, LIGHT, index)


def off_border(record, lines, p):
    """The largest output on the lines, for the largest on the grid."""
    made = panel(record)
    data, network = made.network.data, made.network
    places = (np.concatenate(lines) - data.center) / data.scale
    return np.max(np.abs(network.outputs(p, places))) / np.max(np.abs(made.margins(p)))


# the boundary


def test_a_boundary_is_where_the_output_is_half_way():
    made = panel(MOONS)
    p = made.params(0)
    assert off_border(MOONS, made.lines(p), p) < 5e-3  # of straight pieces between 121 places a side
    wrong = p.copy()
    made.network.views(wrong)["b2"][...] += 0.5
    assert off_border(MOONS, made.lines(wrong), p) > 5e-3


@pytest.mark.parametrize(("loss", "middle"), [("binary_cross_entropy", 0.0), ("mse", 0.5), ("hinge", 0.0)])
def test_the_boundary_of_a_linear_model_is_a_straight_line(loss, middle):
    record = trained(layers=(2, 1), loss=loss)
    made = panel(record)
    p = made.params(0)
    found = np.concatenate(made.lines(p))
    w, b = made.network.views(p)["W1"][0], made.network.views(p)["b1"][0]
    assert len(found) > 50
    np.testing.assert_allclose(found @ w + b, middle, atol=1e-12)


def test_of_several_classes_the_two_most_likely_are_equal_at_a_boundary():
    made = panel(BLOBS)
    p = made.params(0)
    f = np.sort(made.network.outputs(p, np.concatenate(made.lines(p)))[:, :], axis=0)
    gap = f[-1] - f[-2]
    assert np.median(gap) < 0.02 * np.ptp(f)
    shares = made.shares(p)
    np.testing.assert_allclose(shares.sum(axis=0), 1.0, rtol=1e-12)
    np.testing.assert_array_equal(shares.argmax(axis=0), made.margins(p).argmax(axis=0))


def test_the_examples_are_drawn_where_they_are_given():
    figure = draw(MOONS, view("boundary"))
    x, y = examples(MOONS.surface.dataset)
    for number in (0, 1):
        places = [line.get_xydata() for line in drawn(figure, "") if (line.get_gid() or "").endswith(f"n:{number}")]
        places += [line.get_xydata() for line in drawn(figure, f"test:{number}")]
        found = np.concatenate(places)
        order, wanted = np.lexsort(found.T), x[y == number]
        np.testing.assert_allclose(found[order], wanted[np.lexsort(wanted.T)], atol=1e-12)


def test_the_share_of_right_answers_is_the_networks():
    record, index = chosen(MOONS, "sgd")
    share = 100.0 * float(record.surface.accuracy(record.tracks[index].params[-1, :, 0]))
    figure = draw(MOONS, view("boundary", entrant="sgd"))
    assert f"accuracy {share:.3g} %" in [text.get_text() for text in figure.texts]


def test_all_entrants_are_shown_from_the_same_start():
    record = trained(("adam", "sgd"), start=ls.start("xavier", count=5), steps=10)
    for label in record.labels:
        seen, _ = chosen(record, label)
        first, second = (track.params[0, :, 0] for track in seen)
        np.testing.assert_array_equal(first, second)
    with pytest.raises(UnknownName, match="rmsprop"):
        chosen(record, "rmsprop")


def test_a_movie_of_the_boundary_ends_as_its_still_and_begins_at_the_start():
    made = view("boundary", **SMALL, seconds=3.0)
    movie = Movie(made, MOONS)
    last = movie.last_frame()[..., :3].astype(int)
    figure = draw(MOONS, made)
    figure.canvas.draw()
    still = np.asarray(figure.canvas.buffer_rgba())[..., :3].astype(int)
    for ax, most in zip(figure.axes, (0.03, 0.02), strict=True):
        box = np.round(ax.bbox.extents).astype(int)
        part = slice(360 - box[3], 360 - box[1]), slice(box[0], box[2])
        assert np.mean(np.abs(last[part] - still[part]).max(axis=2) > 24) < most
    first = movie.frame_at(0.0)[..., :3].astype(int)
    assert np.mean(np.abs(first[part] - still[part]).max(axis=2) > 24) > 0.2


def test_a_frame_does_not_depend_on_the_frames_before(tmp_path):
    movie = Movie(view("boundary", **SMALL, seconds=3.0), MOONS)
    for shot in movie.frames(4.0):
        played = shot.pixels
    assert np.mean(np.abs(played.astype(int) - movie.last_frame().astype(int)).max(axis=2) > 8) < 1e-3
    assert animate(MOONS, tmp_path / "x.gif", view="boundary", seconds=1.0, **SMALL).stat().st_size > 1000


@pytest.mark.parametrize(
    ("surface", "message"),
    [
        (ls.surface("sphere"), '"sphere" is no network'),
        (ls.surface("network", layers=(1, 2, 1), dataset="noisy_sine"), '"noisy_sine" has 1 feature and no classes'),
    ],
)
def test_what_has_no_boundary_is_refused(surface, message):
    record = ls.simulate(surface, "sgd", start=surface.customary_start, steps=2)
    with pytest.raises(ValueError, match=message):
        draw(record, view="boundary")


@pytest.mark.parametrize("name", ["boundary", "layers"])
@pytest.mark.parametrize("record", [MOONS, BLOBS, dataclasses.replace(DEEP, title="A claim of many words " * 9)])
def test_no_text_of_a_network_is_cut_or_covered(name, record):
    assert not overlapping(draw(record, view(name, theme="dark")))
    movie = [Movie(view(name), record).page.figure] if name == "boundary" else []
    assert not any(map(overlapping, movie))


# the layers


def test_plain_descent_has_its_rate_in_every_layer():
    """dW = -rate g, the penalty included, so that the effective rate is the rate."""
    steps, found = figures_of(DEEP.tracks[0], DEEP.surface)
    np.testing.assert_allclose(found["effective_rate"], 0.05, rtol=1e-9)
    assert found["effective_rate"].shape == (3, len(steps))
    every = networks.along(DEEP.surface, DEEP.tracks[0].params[::3, :, 0], DEEP.tracks[0].steps[::3])
    np.testing.assert_allclose(every["effective_rate"], 0.05, rtol=0.1)


def test_signal_to_noise_is_that_of_the_examples_gradients():
    network = ls.surface("network", layers=(2, 4, 1), dataset={"name": "moons", "count": 12}, loss="half_mse")
    p = np.random.default_rng(0).standard_normal(network.dim)
    each = np.stack([network.term_gradient(p, np.array([i])) for i in range(12)], axis=1)
    for number, ratio in enumerate(networks.diagnostics(network, p).signal, start=1):
        g = network.views(each)[f"W{number}"].reshape(-1, 12)
        mean = g.mean(axis=1, keepdims=True)
        noise = np.sqrt(np.mean(np.sum((g - mean) ** 2, axis=0)))
        assert float(ratio) == pytest.approx(float(np.linalg.norm(mean)) / noise, rel=1e-10)


def test_the_figures_along_a_path_are_those_at_its_points():
    path = DEEP.tracks[0].params[:7, :, 0]
    found = networks.along(DEEP.surface, path)
    for name in ("gradient_norm", "signal", "mean", "saturated", "dead"):
        each = np.array([[float(x) for x in getattr(networks.diagnostics(DEEP.surface, p), name)] for p in path]).T
        np.testing.assert_allclose(found[name], each, rtol=1e-12)
    assert np.isnan(networks.along(DEEP.surface, path[:1])["effective_rate"]).all()
    with pytest.raises(ValueError, match="a path has shape"):
        networks.along(DEEP.surface, path.T)


def test_a_line_of_a_layer_is_what_was_computed():
    figure = draw(DEEP, view("layers", figures=("gradient_norm", "dead")))
    steps, found = figures_of(DEEP.tracks[0], DEEP.surface)
    assert len(figure.axes) == 2
    for number in (1, 2, 3):
        (line,) = drawn(figure, f"gradient_norm:{number}")
        np.testing.assert_array_equal(line.get_xydata().T, [steps, found["gradient_norm"][number - 1]])
    said = [text.get_text() for text in figure.texts if text.get_text().startswith("layer ")]
    phi = DEEP.surface.activations[0].name
    assert said == [f"layer 1: 2 to 5, {phi}", f"layer 2: 5 to 4, {phi}", "layer 3: 4 to 1, identity"]


def test_layers_of_a_run_that_diverged_are_drawn_up_to_there():
    record = trained(("sgd",), loss="mse", activation="relu")
    record = ls.simulate(record.surface, ls.optimizer("sgd", lr=60.0), start=ls.start("he", count=1), steps=60)
    assert record.tracks[0].status[0] == "diverged"
    steps, found = figures_of(record.tracks[0], record.surface)
    assert steps[-1] <= record.tracks[0].stopped[0]
    assert np.isfinite(found["gradient_norm"]).all()
    for name in ("layers", "boundary"):
        assert not overlapping(draw(record, view(name)))


def test_figures_of_layers_are_checked():
    for figures in ((), ("dead", "dead")):
        with pytest.raises(FieldError, match="each once"):
            draw(DEEP, view("layers", figures=figures))
    with pytest.raises(ValueError, match="is no network"):
        draw(ls.simulate("sphere", "sgd", start=(1.0, 1.0), steps=2), "layers")
    with pytest.raises(ValueError, match="leave ax out"):
        draw(DEEP, "layers", ax=Figure().add_subplot())
    ax = Figure(figsize=(9, 6)).add_subplot()
    assert view("layers", figures=("mean",)).draw_into(ax, DEEP)
    assert view("boundary").draw_into(Figure(figsize=(9, 6)).add_subplot(), MOONS)


def test_every_public_name_of_networks_is_there_and_documented():
    assert dir(networks) == sorted(networks.__all__)
    assert all(getattr(networks, name).__doc__ for name in networks.__all__)
    with pytest.raises(AttributeError, match="no attribute 'depth'"):
        networks.depth  # noqa: B018


@pytest.mark.parametrize(("lr", "said"), [(0.1, "loss "), (1e9, "diverged at step")])
def test_the_layers_say_how_the_run_ended(lr, said):
    net = ls.surface("network", layers=(2, 3, 1))
    record = ls.simulate(net, [ls.optimizer("sgd", lr=lr), "adam"], start=ls.start("xavier", count=1), steps=8)
    page = view("layers", entrant="sgd").page(record)
    assert page.outcome.startswith(f"sgd: {said}")
    alone = ls.simulate(net, ls.optimizer("sgd", lr=lr), start=ls.start("xavier", count=1), steps=8)
    assert view("layers").page(alone).outcome.startswith(said)


@pytest.mark.parametrize("view", ["layers", "boundary"])
def test_an_entrant_that_is_not_there_is_refused(view):
    net = ls.surface("network", layers=(2, 3, 1))
    record = ls.simulate(net, ["sgd", "adam"], start=ls.start("xavier", count=1), steps=2)
    with pytest.raises(UnknownName, match='Did you mean "adam"'):
        ls.draw(record, view, entrant="adma")
