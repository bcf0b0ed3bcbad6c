"""The views beyond the race, held to laws: what they draw is computed from the record, and theory agrees with it."""

import dataclasses
import math
import re

import numpy as np
import pytest
from cells import fits
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.quiver import Quiver
from matplotlib.text import Text
from pictures import RECORDS, drawn, overlapping, run, view

import landscape as ls
from landscape.analysis import metric, projections, theory
from landscape.core.component import FieldError, field_hints
from landscape.core.names import UnknownName
from landscape.record import Record
from landscape.render import animate, draw, names
from landscape.render.movie.movie import Movie
from landscape.render.panels import inside as insides
from landscape.render.panels.land import Land
from landscape.render.panels.points import MANY_POINTS
from landscape.render.panels.trails import bundles
from landscape.render.style.theme import LIGHT
from landscape.render.style.tick_labels import labelled

SMALL = {"width": 640, "height": 360}


def bowl(*optimizers, **looks):
    """Runs on the quadratic with the eigenvalues 1 and 10."""
    made = [ls.optimizer(name, **fields) for name, fields in optimizers]
    return ls.simulate("quadratic", made, **{"start": (1.5, 1.0), "steps": 150, **looks})


def high():
    made = [ls.optimizer("sgd", lr=1e-4), ls.optimizer("adam", lr=0.02)]
    return ls.simulate(ls.surface("rosenbrock", dim=12), made, start=np.linspace(-1, 1.2, 12), steps=120)


def one_dimension():
    made = [ls.optimizer("sgd", lr=0.002), ls.optimizer("momentum", lr=0.002), ls.optimizer("adam", lr=0.03)]
    return ls.simulate("gramacy_lee", made, start=[2.2], steps=60)


def texts_of(figure):
    return [text.get_text() for text in figure.findobj(Text) if text.get_text().strip()]


# every view, of every sort of record


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("record", ["crowded", "brief"])
def test_no_text_is_cut_or_covered(name, record):
    if not fits(name, "plane"):
        pytest.skip("it does not show surfaces of two dimensions")
    assert not overlapping(draw(RECORDS[record], name))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_text_of_a_curve_is_cut_or_covered(theme):
    figure = draw(one_dimension(), view("curve", theme=theme))
    assert not overlapping(figure)


@pytest.mark.parametrize("name", ["contour", "multiples", "dashboard"])
def test_two_hundred_entrants_give_a_picture(name):
    made = [ls.entrant(ls.optimizer("sgd", lr=lr), label=f"{n}") for n, lr in enumerate(np.geomspace(1e-3, 3.0, 200))]
    record = ls.simulate("sphere", made, start=(2.0, 1.0), steps=4)
    figure = draw(record, name)
    assert not overlapping(figure)
    assert any(text.startswith("and ") and text.endswith(" more") for text in texts_of(figure))


@pytest.mark.parametrize("name", names())
def test_a_record_in_which_all_diverge_gives_a_picture(name):
    if not fits(name, "plane"):
        pytest.skip("it does not show surfaces of two dimensions")
    record = run("rosenbrock", [ls.optimizer("sgd", lr=0.5), ls.optimizer("momentum", lr=0.5)], "Gone", steps=20)
    assert all((track.status == "diverged").all() for track in record)
    figure = draw(record, name)
    assert not overlapping(figure)
    if "entrant" not in field_hints(type(view(name))):  # else it may show one alone, or maps
        assert any("diverged" in text for text in texts_of(figure))


def test_a_view_that_does_not_move_says_so(tmp_path):
    with pytest.raises(ValueError, match="does not move"):
        animate(RECORDS["brief"], tmp_path / "x.gif", "basins")
    with pytest.raises(FieldError, match="does not move"):
        view("basins", file="x.mp4")


# quantities


def test_quantities_are_what_they_are_called():
    record = bowl(("sgd", {"lr": 0.05}), ("momentum", {"lr": 0.05}))
    plain, heavy = record.tracks
    surface = record.surface
    np.testing.assert_allclose(metric("effective_rate").measure(plain, surface), 0.05, rtol=1e-9)
    np.testing.assert_allclose(metric("effective_rate", coordinate=1).measure(plain, surface)[:40], 0.05, rtol=1e-9)
    moves = np.linalg.norm(np.diff(heavy.params, axis=0), axis=1)
    np.testing.assert_allclose(metric("speed").measure(heavy, surface)[:-1], moves, rtol=1e-12)
    np.testing.assert_allclose(metric("sharpness").measure(heavy, surface), 10.0, rtol=1e-12)
    np.testing.assert_array_equal(metric("learning_rate").measure(heavy, surface), heavy.lr)
    assert metric("gradient_norm", coordinate=0).measure(heavy, surface).shape == heavy.value.shape


def test_a_run_that_has_stopped_has_no_effective_rate():
    record = RECORDS["diverging"]
    track = next(track for track in record if track.status[0] == "diverged")
    steps = metric("effective_rate").measure(track, record.surface)[:, 0]
    assert np.isfinite(steps[: track.stopped[0]]).all()
    assert np.isnan(steps[track.stopped[0] :]).all()


def test_curves_can_be_drawn_against_time_where_it_was_kept():
    job = {"start": (0.5, 0.5), "steps": 12}
    timed = ls.simulate("himmelblau", "adam", **job, clock=True)
    figure = draw(timed, view("convergence", against="time", **SMALL))
    assert figure.axes[0].get_xlim()[1] == 1e3 * timed["adam"].seconds[-1]
    assert "milliseconds" in texts_of(figure)
    with pytest.raises(ValueError, match="clock=True"):
        draw(ls.simulate("himmelblau", "adam", **job), view("convergence", against="time", **SMALL))


def test_curves_can_be_drawn_against_evaluations():
    record = bowl(("sgd", {"lr": 0.05}), ("adam", {"lr": 0.05}), every=7)
    doubled = dataclasses.replace(record.tracks[0], evaluations=2 * record.tracks[0].evaluations)
    record = dataclasses.replace(record, tracks=(doubled, record.tracks[1]))
    figure = draw(record, view("convergence", against="evaluations", **SMALL))
    (line,) = drawn(figure, "run:sgd")
    np.testing.assert_array_equal(line.get_xdata(), doubled.evaluations[:, 0])
    assert figure.axes[0].get_xlim()[1] == doubled.evaluations[-1, 0]
    assert "evaluations" in texts_of(figure)
    assert not drawn(figure, "theory:")
    with pytest.raises(ValueError, match="moves in steps"):
        view("convergence", against="evaluations").page(record, moving=True)


def test_bands_reach_from_quantile_to_quantile():
    record = RECORDS["noisy"]
    figure = draw(record, view("convergence", quantiles=(0.05, 0.95), **SMALL))
    label = record.labels[0]
    (band,) = drawn(figure, f"band:{label}")
    corners = band.get_paths()[0].vertices
    low, high = np.quantile(record[label].value[30], (0.05, 0.95))
    heights = corners[corners[:, 0] == 30, 1]
    assert (heights.min(), heights.max()) == (pytest.approx(low), pytest.approx(high))
    assert any("5 % to 95 %" in text for text in texts_of(figure))


# theory


@pytest.mark.parametrize(
    ("name", "fields", "rho"),
    [
        ("sgd", {"lr": 0.05}, 0.95),  # max |1 - eta lambda| over 1 and 10
        ("sgd", {"lr": 0.19}, 0.9),
        ("momentum", {"lr": 0.1, "momentum": 0.81}, 0.9),  # both roots complex: sqrt(beta)
        ("nesterov", {"lr": 0.1, "momentum": (math.sqrt(10) - 1) / (math.sqrt(10) + 1)}, 1 - 1 / math.sqrt(10)),
    ],
)
def test_the_promised_rate_is_the_known_one_and_is_kept(name, fields, rho):
    record = bowl((name, fields))
    (predicted,) = theory.predictions(record, "distance")
    assert predicted.values[10] / predicted.values[0] == pytest.approx(rho**10)
    assert predicted.measured == pytest.approx(rho, rel=0.03)
    assert not predicted.wrong.any()
    (gap,) = theory.predictions(record, "gap")
    assert gap.values[10] / gap.values[0] == pytest.approx(rho**20)


def test_a_planted_slow_run_breaks_the_promise_in_red():
    record = bowl(("sgd", {"lr": 0.05}))
    slow = np.exp(0.8 * np.log(record.tracks[0].value))
    planted = dataclasses.replace(record, tracks=(dataclasses.replace(record.tracks[0], value=slow),))
    (predicted,) = theory.predictions(planted, "gap")
    assert predicted.wrong.all()
    figure = draw(planted, view("convergence", quantity="gap", **SMALL))
    (line,) = drawn(figure, "wrong:sgd")
    assert line.get_color() == LIGHT.wrong
    assert any(text.startswith("measured") for text in texts_of(figure))
    honest = draw(record, view("convergence", quantity="gap", **SMALL))
    assert not drawn(honest, "wrong:")
    assert drawn(honest, "theory:sgd")


def test_the_noise_floor_is_that_of_the_lyapunov_equation():
    """E x^2 = eta s^2 (1+beta) / (lambda (1-beta) (2(1+beta) - eta lambda)), summed over the eigenvalues."""
    for name, beta in (("sgd", 0.0), ("momentum", 0.9)):
        fields = {"lr": 0.1} | ({"momentum": beta} if beta else {})
        record = bowl((name, fields), steps=400, repeats=60, noise=ls.noise("gaussian", sigma=1.0))
        (predicted,) = theory.predictions(record, "distance")
        eigenvalues = np.array([1.0, 10.0])
        square = 0.1 * (1 + beta) / (eigenvalues * (1 - beta) * (2 * (1 + beta) - 0.1 * eigenvalues))
        assert predicted.values[0] ** 2 == pytest.approx(square.sum())
        # 60 runs x 100 steps that depend on each other: within a tenth
        assert predicted.measured == pytest.approx(predicted.values[0], rel=0.1)
        assert not predicted.wrong.any()


def test_a_noise_floor_counts_the_noise_along_each_eigenvector():
    """For a sigma per coordinate in a turned bowl: eigenvector v has the variance sum v_i^2 sigma_i^2."""
    angle, sigma = 0.4, np.array([0.2, 2.0])
    surface = ls.surface("quadratic", condition=10.0, rotation=angle)
    noise = ls.noise("gaussian", sigma=sigma, batch_size=4)
    record = ls.simulate(surface, ls.optimizer("sgd", lr=0.1), start=(1.5, 1.0), steps=400, repeats=60, noise=noise)
    (prediction,) = theory.predictions(record, "distance")
    eigenvalues, vectors = np.linalg.eigh(surface.hessian(np.zeros(2)))
    spread = np.array([np.sum(v**2 * sigma**2) / 4.0 for v in vectors.T])
    square = 0.1 * spread / (eigenvalues * (2.0 - 0.1 * eigenvalues))
    assert prediction.values[0] ** 2 == pytest.approx(square.sum())
    assert prediction.measured == pytest.approx(prediction.values[0], rel=0.1)
    assert not prediction.wrong.any()


def test_mini_batches_of_shifted_quadratics_have_the_floor_of_the_shifts():
    """g = H (p - mean of the drawn d_i): the noise has covariance H D H / batch, with D the mean of d d^T."""
    bowl = ls.surface("quadratic", condition=5.0, rotation=0.5)
    surface = ls.surface("finite_sum", surface=bowl, terms=16, spread=0.7, seed=3)
    noise = ls.noise("minibatch", batch_size=4)
    record = ls.simulate(surface, ls.optimizer("sgd", lr=0.1), start=(1.5, 1.0), steps=400, repeats=60, noise=noise)
    (prediction,) = theory.predictions(record, "gap")
    hessian = bowl.hessian(np.zeros(2))
    eigenvalues, vectors = np.linalg.eigh(hessian)
    covariance = hessian @ np.cov(surface.shifts, bias=True) @ hessian / 4.0
    spread = np.array([v @ covariance @ v for v in vectors.T])
    assert prediction.values[0] == pytest.approx(np.sum(0.1 * spread / (2.0 * (2.0 - 0.1 * eigenvalues))))
    assert prediction.measured == pytest.approx(prediction.values[0], rel=0.1)
    for name in ("convergence", "race"):  # the same figure in both, whether the floor is drawn or not
        texts = texts_of(draw(record, view(name, quantity="gap", **SMALL)))
        assert any("mean" in text for text in texts)
        assert f"gap {ls.i18n.number(float(np.mean(record.tracks[0].value[-1] - surface.lowest)))}" in texts


def test_terms_that_differ_by_more_than_a_shift_have_no_known_floor():
    surface = ls.surface("finite_sum", surface=ls.surface("rosenbrock"), terms=8, spread=0.1)
    assert theory.noise_covariance(ls.noise("minibatch", batch_size=2), surface) is None
    assert theory.noise_covariance(ls.noise("reshuffled_minibatch", batch_size=2), surface) is None


def test_a_planted_quiet_run_breaks_the_floor():
    record = bowl(("sgd", {"lr": 0.1}), steps=300, repeats=40, noise=ls.noise("gaussian", sigma=1.0))
    quiet = dataclasses.replace(record.tracks[0], value=0.3 * record.tracks[0].value)
    assert not theory.predictions(record, "gap")[0].wrong.any()
    assert theory.predictions(dataclasses.replace(record, tracks=(quiet,)), "gap")[0].wrong.all()
    figure = draw(record, view("convergence", quantity="gap", **SMALL))
    assert drawn(figure, "floor:sgd")


def test_the_border_of_stability_is_where_runs_turn():
    for name, fields in (("sgd", {}), ("momentum", {"momentum": 0.9}), ("nesterov", {"momentum": 0.9})):
        for share, stable in ((0.999, True), (1.001, False)):
            rule = theory.Rule(name, 1.0, fields.get("momentum", 0.0))
            rule = dataclasses.replace(rule, eta=share * rule.limit / 10.0)
            assert (rule.contraction(np.array([1.0, 10.0])) < 1.0) == stable
    assert theory.Rule("momentum", 1.0, 0.9).limit == pytest.approx(3.8)
    assert theory.Rule("nesterov", 1.0, 0.9).limit == pytest.approx(1.35714, abs=1e-5)


def test_sharpness_beyond_its_border_is_marked():
    record = bowl(("sgd", {"lr": 0.21}), steps=30)
    (predicted,) = theory.predictions(record, "sharpness")
    assert predicted.values[0] == pytest.approx(2 / 0.21)
    assert predicted.wrong.all()
    calm = theory.predictions(bowl(("sgd", {"lr": 0.19}), steps=30), "sharpness")
    assert not calm[0].wrong.any()


def test_the_border_of_a_rate_that_decays_is_followed():
    record = bowl(("sgd", {"lr": 0.4}), steps=60, schedule="cosine")
    (predicted,) = theory.predictions(record, "rate")
    assert predicted.values == pytest.approx(np.full(61, 0.2))
    np.testing.assert_array_equal(predicted.wrong, record.tracks[0].lr[:, 0] > 0.2)
    (moving,) = theory.predictions(record, "sharpness")
    alive = record.tracks[0].lr[:, 0] > 0.0
    np.testing.assert_allclose(moving.values[alive], 2.0 / record.tracks[0].lr[alive, 0])
    for quantity in ("rate", "sharpness"):
        assert not overlapping(draw(record, view("convergence", quantity=quantity, **SMALL)))


def test_theory_keeps_silent_where_it_knows_nothing():
    assert theory.eigenvalues(ls.surface("rosenbrock")) is None
    assert theory.eigenvalues(ls.surface("hyperbolic_saddle")) is None
    np.testing.assert_allclose(theory.eigenvalues(ls.surface("quadratic")), [1.0, 10.0])
    for optimizer in (("adam", {"lr": 0.1}), ("sgd", {"lr": 0.1, "weight_decay": 0.1})):
        assert theory.predictions(bowl(optimizer), "gap") == []
    decayed = bowl(("sgd", {"lr": 0.1}), schedule="cosine")
    assert theory.predictions(decayed, "gap") == []


# the views


def test_the_spectrum_is_that_of_the_hessian_at_the_recorded_points():
    record = RECORDS["ravine"]
    figure = draw(record, view("spectrum", **SMALL))
    for label in record.labels[:3]:
        points = record[label].params[:, :, 0]
        known = np.linalg.eigvalsh(np.moveaxis(record.surface.hessian(points.T), -1, 0))
        (largest,) = drawn(figure, f"run:{label}")
        (least,) = drawn(figure, f"faint:{label}")
        np.testing.assert_allclose(largest.get_ydata(), known[:, 1])
        np.testing.assert_allclose(least.get_ydata(), known[:, 0])


def test_the_phase_plane_shows_positions_and_the_steps_that_led_there():
    record = bowl(("momentum", {"lr": 0.05}))
    figure = draw(record, view("phase", coordinate=1, **SMALL))
    (line,) = drawn(figure, "trail:momentum")
    position = record["momentum"].params[:, 1, 0]
    np.testing.assert_array_equal(line.get_xdata(), position)
    np.testing.assert_allclose(line.get_ydata(), np.diff(position, prepend=position[0]), atol=1e-15)


def test_a_critically_damped_ball_comes_to_rest_along_the_dashed_line():
    eta, curvature = 0.04, 1.0
    beta = (1 - math.sqrt(eta * curvature)) ** 2
    record = bowl(("momentum", {"lr": eta, "momentum": beta}), steps=120)
    figure = draw(record, view("phase", coordinate=0, **SMALL))
    (damping,) = drawn(figure, "damping")
    assert "critical damping" in [text.get_text() for text in figure.texts]
    (x0, x1), (y0, y1) = damping.get_data()
    slope = (y1 - y0) / (x1 - x0)
    position = record["momentum"].params[:, 0, 0]
    # the ratio nears that of the double root as 1 / t
    assert np.diff(position)[-1] / position[-1] == pytest.approx(slope, rel=0.06)


def test_a_ball_lies_on_the_curve():
    record = one_dimension()
    figure = draw(record, view("curve", **SMALL))
    for track in record:
        (head,) = drawn(figure, f"head:{track.label}")
        x, y = np.ravel(head.get_data())
        assert x == track.params[-1, 0, 0]
        assert y == pytest.approx(float(record.surface.value(np.array([x]))))
    with pytest.raises(ValueError, match='"curve" draws surfaces of 1 dimension, "quadratic" has 2'):
        draw(RECORDS["brief"], "curve")


def test_arrows_point_down_the_gradient_as_it_looks_on_the_page():
    record = RECORDS["saddle"]
    figure = draw(record, view("field", drawing="arrows", **SMALL))
    (arrows,) = (artist for artist in figure.findobj(Quiver) if artist.get_gid() == "flow")
    ax = figure.axes[0]
    figure.canvas.draw()
    here = ax.transData.transform(np.column_stack([arrows.X, arrows.Y]))
    slope = np.asarray(record.surface.gradient(np.array([arrows.X, arrows.Y])))
    there = ax.transData.transform(np.column_stack([arrows.X - 1e-6 * slope[0], arrows.Y - 1e-6 * slope[1]]))
    way = there - here
    drawn_ways = np.column_stack([arrows.U, arrows.V])
    cosine = np.sum(way * drawn_ways, axis=1) / np.linalg.norm(way, axis=1) / np.linalg.norm(drawn_ways, axis=1)
    np.testing.assert_allclose(cosine, 1.0, atol=1e-4)


def test_streamlines_lead_down():
    record = RECORDS["brief"]
    figure = draw(record, view("field", **SMALL))
    (lines,) = (artist for artist in figure.findobj(LineCollection) if artist.get_gid() == "flow")
    ends = np.array([segment[[0, -1]] for segment in lines.get_segments()])
    moved = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1) > 1e-3
    values = record.surface.value(ends[moved].transpose(2, 0, 1))
    assert np.all(values[:, 1] <= values[:, 0])


def test_what_a_heavy_ball_keeps_is_its_last_step():
    record = bowl(("momentum", {"lr": 0.05, "momentum": 0.7}), steps=40)
    kept = insides.replayed(record, record.tracks[0], 0)["kept"]
    steps = np.diff(record.tracks[0].params[:, :, 0], axis=0)
    np.testing.assert_allclose(kept[1:], 0.7 * steps[:-1], rtol=1e-9, atol=1e-15)
    np.testing.assert_array_equal(kept[0], 0.0)
    plain = bowl(("sgd", {"lr": 0.05}), steps=40)
    np.testing.assert_array_equal(insides.replayed(plain, plain.tracks[0], 0)["kept"], 0.0)


def test_a_rule_is_replayed_only_where_that_gives_the_record_again():
    record = bowl(("adam", {"lr": 0.05}), steps=40)
    assert insides.replayed(record, record.tracks[0], 0) is not None
    planted = record.tracks[0].params.copy()
    planted[20] += 1e-4
    track = dataclasses.replace(record.tracks[0], params=planted)
    assert insides.replayed(record, track, 0) is None
    noisy = RECORDS["noisy"]
    assert insides.replayed(noisy, noisy.tracks[0], 0) is not None
    assert insides.replayed(dataclasses.replace(noisy, seed=noisy.seed + 1), noisy.tracks[0], 0) is None
    sparse = bowl(("adam", {"lr": 0.05}), steps=40, every=3)
    assert insides.replayed(sparse, sparse.tracks[0], 0) is not None


def test_arrows_inside_a_rule_point_where_they_say():
    record = bowl(("momentum", {"lr": 0.05}), steps=60)
    figure = draw(record, view("inside", **SMALL))
    ax = figure.axes[0]
    track = record.tracks[0]
    for what, moves in (("taken", np.diff(track.params[:, :, 0], axis=0)),
                        ("gradient", -record.surface.gradient(track.params[:, :, 0].T).T)):  # fmt: skip
        arrows = drawn(figure, f"{what}:")
        assert arrows
        for arrow in arrows:
            row = int(arrow.get_gid().split(":")[1])
            (x0, y0), (x1, y1) = arrow._posA_posB
            np.testing.assert_allclose((x0, y0), track.params[row, :, 0])
            way = ax.transData.transform((x1, y1)) - ax.transData.transform((x0, y0))
            true = ax.transData.transform(moves[row]) - ax.transData.transform((0.0, 0.0))
            assert way @ true == pytest.approx(np.linalg.norm(way) * np.linalg.norm(true), rel=1e-6)
    with pytest.raises(UnknownName, match="momentum"):
        draw(record, view("inside", entrant="momentun"))


def test_an_ellipse_of_plain_descent_is_a_circle_in_its_coordinates():
    record = bowl(("sgd", {"lr": 0.01}), steps=60)
    track = record.tracks[0]
    sizes = insides.effective(record, track, 0, np.array([3, 30]))
    np.testing.assert_allclose(sizes, 0.01, rtol=1e-9)


def test_multiples_show_each_entrant_in_its_own_panel_and_look():
    record = RECORDS["ravine"]
    figure = draw(record, view("multiples", **SMALL))
    assert len(figure.axes) == len(record)
    for index, (ax, label) in enumerate(zip(figure.axes, record.labels, strict=True)):
        trails = [line for line in drawn(figure, "trail:") if line.axes is ax]
        assert [line.get_gid().split(":")[1] for line in trails] == [label]
        assert trails[0].get_color() == LIGHT.style(index).color
    assert len({ax.get_xlim() for ax in figure.axes}) == 1


def test_multiples_by_start_show_each_start_in_its_own_panel():
    record = RECORDS["starts"]
    figure = draw(record, view("multiples", by="start", **SMALL))
    assert len(figure.axes) == 4
    for ax, start in zip(figure.axes, record.starts.T, strict=True):
        for line in (line for line in drawn(figure, "trail:") if line.axes is ax):
            assert line.get_xydata()[0].tolist() == start.tolist()


def test_at_most_twelve_multiples_are_drawn_and_the_others_counted():
    figure = draw(RECORDS["crowded"], view("multiples", **SMALL))
    assert len(figure.axes) == 12
    assert "and 12 more" in texts_of(figure)


# planes


def test_a_plane_of_two_dimensions_leaves_nothing_out():
    record = RECORDS["ravine"]
    flat, shares = projections.components(record)
    seen, facts = projections.seen_in(record, flat, ("u", "v"))
    assert facts.variance == pytest.approx(1.0)
    assert sum(shares) == pytest.approx(1.0)
    assert facts.off[1] < 1e-12
    assert facts.error[1] < 1e-9
    place = flat.project(np.array([[0.3], [0.7]]))
    assert seen.surface.value(place[:, 0]) == pytest.approx(float(record.surface.value(np.array([0.3, 0.7]))))


def test_components_explain_the_most_and_the_facts_are_measured():
    record = high()
    flat, shares = projections.components(record)
    _, best = projections.seen_in(record, flat, ("u", "v"))
    assert sum(shares) == pytest.approx(best.variance)
    _, other = projections.seen_in(record, projections.through(record, (2, 7)), ("u", "v"))
    assert best.variance > 0.9 > other.variance
    assert best.off[1] < other.off[1]
    worst = max(
        float(np.abs(record.surface.value(flat.lift(flat.project(track.params[:, :, 0].T))) - track.value[:, 0]).max())
        for track in record
    )
    assert best.error[1] == pytest.approx(worst)
    np.testing.assert_allclose(flat.basis.T @ flat.basis, np.eye(2), atol=1e-12)
    figure = draw(record, view("plane", **SMALL))
    for head in ("explained variance", "distance off the plane", "error of the loss"):
        assert any(text.startswith(head) for text in texts_of(figure))


def test_the_slice_of_a_plane_is_the_surface_and_its_gradient_the_projected_one():
    record = high()
    flat = projections.spanned(projections.three_points(record))
    seen, _ = projections.seen_in(record, flat, ("u", "v"))
    places = np.random.default_rng(0).normal(size=(2, 5))
    lifted = flat.lift(places)
    np.testing.assert_allclose(seen.surface.value(places), record.surface.value(lifted))
    np.testing.assert_allclose(seen.surface.gradient(places), flat.basis.T @ record.surface.gradient(lifted))
    hessian = np.einsum("ia,ijn,jb->abn", flat.basis, record.surface.hessian(lifted), flat.basis)
    np.testing.assert_allclose(seen.surface.hessian(places), hessian)
    for point in projections.three_points(record).T:
        np.testing.assert_allclose(flat.lift(flat.project(point[:, None]))[:, 0], point, atol=1e-12)


@pytest.mark.parametrize("fields", [{"by": "coordinates", "coordinates": (3, 11)}, {"by": "points"}, {}])
def test_planes_are_drawn_of_many_dimensions(fields):
    figure = draw(high(), view("plane", **fields))
    assert not overlapping(figure)
    assert drawn(figure, "trail:sgd")


def test_a_run_along_a_line_still_has_a_plane():
    record = ls.simulate("sphere", ["sgd"], start=(2.0, 0.0), steps=5)
    assert not overlapping(draw(record, "plane"))


def test_planes_that_cannot_be_are_refused():
    record = high()
    for fields, message in (
        ({"coordinates": (0, 12)}, "must be below 12"),
        ({"coordinates": (1, 1)}, "two different"),
        ({"points": ((0.0, 0.0),) * 3}, "3 points of 12 coordinates"),
    ):
        with pytest.raises(FieldError, match=message):
            draw(record, view("plane", by="coordinates", **fields))
    with pytest.raises(ValueError, match="2 dimensions or more"):
        draw(one_dimension(), "plane")


# marks, words and ticks


def test_what_is_not_marked_is_said():
    surface = ls.surface("rastrigin")
    record = ls.simulate(surface, ["sgd"], steps=5)
    figure = draw(record, "contour")
    ax = figure.axes[0]
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    inside = [p for p in surface.critical_points if x0 <= p.point[0] <= x1 and y0 <= p.point[1] <= y1]
    assert len(inside) > MANY_POINTS
    saddles = sum(point.kind == "saddle" for point in inside)
    maxima = sum(point.kind == "maximum" for point in inside)
    assert f"not marked: {saddles} saddles and {maxima} maxima" in texts_of(figure)
    assert any(text.startswith("not marked: ") for text in texts_of(draw(surface)))
    assert not any(text.startswith("not marked") for text in texts_of(draw(RECORDS["starts"], "contour")))


@pytest.mark.parametrize(
    "ticks",
    [
        np.arange(-0.018, -0.010, 0.002),
        np.arange(-8.11e-5, -8.10e-5, 2e-8),
        np.array([1e7, 2e7, 3e7]),
        np.array([0.0, 0.5, 1.0]),
        1.0 + 1e-9 * np.arange(5),
        np.array([-2500.0, -1250.0, 0.0]),
    ],
)
def test_tick_labels_are_short_and_tell_the_value_with_their_unit(ticks):
    labels, unit = labelled(ticks)
    assert max(map(len, labels)) <= 6
    assert len(set(labels)) == len(ticks)
    read = [unit.base + float(label.replace("−", "-").replace(",", "")) * 10.0**unit.power for label in labels]
    np.testing.assert_allclose(read, ticks, rtol=1e-6, atol=1e-12)


def test_long_numbers_below_zero_leave_the_ticks_apart():
    record = RECORDS["brief"]
    value = np.array([[-8.11e-5], [-8.1100001e-5]])
    track = dataclasses.replace(record.tracks[0], value=value)
    figure = draw(dataclasses.replace(record, tracks=(track,)), "convergence")
    assert not overlapping(figure)
    easom = ls.simulate("easom", ["sgd", "momentum", "adam"], steps=40)
    for name in ("convergence", "race"):
        assert not overlapping(draw(easom, name))


def test_a_mean_of_runs_is_drawn_by_its_median_and_at_most_fifty_nine_others():
    record = RECORDS["noisy"]
    for bundle in bundles(record, LIGHT):
        assert len(bundle.thin) + len(bundle.full) <= 60


def test_a_landscape_takes_a_choice_of_runs():
    record = RECORDS["starts"]
    ax = Figure().add_subplot()
    land = Land(ax, record, ((-5.0, 5.0), (-5.0, 5.0)), LIGHT, bundles(record, LIGHT)[:1])
    land.draw_ground(levels=8)
    land.draw_runs()
    assert {line.get_gid().split(":")[1] for line in drawn(ax, "trail:")} == {record.labels[0]}
    assert isinstance(record, Record)


# movies of them


@pytest.mark.parametrize("name", ["field", "phase", "plane", "spectrum", "curve"])
def test_what_moves_ends_as_its_still(name):
    record = one_dimension() if name == "curve" else RECORDS["saddle"]
    made = view(name, **SMALL, seconds=3.0)
    movie = Movie(made, record)
    last = movie.last_frame()[..., :3].astype(int)
    figure = draw(record, made)
    figure.canvas.draw()
    still = np.asarray(figure.canvas.buffer_rgba())[..., :3].astype(int)
    panel = np.round(figure.axes[0].bbox.extents).astype(int)
    part = slice(360 - panel[3], 360 - panel[1]), slice(panel[0], panel[2])
    # the comet over the last steps is thicker in a movie, and little else differs
    assert np.mean(np.abs(last[part] - still[part]).max(axis=2) > 24) < 0.03


def test_fields_of_a_view_are_chosen_where_it_is_drawn(tmp_path):
    record = RECORDS["saddle"]
    chosen = draw(record, "contour", theme="dark", width=640, height=480, levels=9)
    made = draw(record, view("contour", theme="dark", width=640, height=480, levels=9))
    assert np.array_equal(chosen.get_size_inches(), made.get_size_inches())
    assert chosen.get_facecolor() == made.get_facecolor() != draw(record).get_facecolor()
    assert [text.get_text() for text in chosen.texts] == [text.get_text() for text in made.texts]
    assert draw(ls.surface("sphere"), theme="dark").get_facecolor() == made.get_facecolor()
    animate(record, tmp_path / "a.gif", "race", width=320, height=180, seconds=0.2, levels=5, theme="dark")
    animate(record, tmp_path / "b.gif", view("race", levels=5, theme="dark", width=320, height=180), seconds=0.2)
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()


@pytest.mark.parametrize(
    ("what", "looks", "said"),
    [
        ("saddle", {"thme": "dark"}, 'the view "contour" has no thme to choose. Did you mean "theme"?'),
        ("saddle", {"name": "race"}, 'the view "contour" has no name to choose'),
        ("saddle", {"theme": "drk"}, "theme must be one of 'light', 'dark', 'print', got 'drk'"),
        (ls.surface("sphere"), {"levels": 3}, "this picture has no levels to choose. Valid names: language, theme."),
        (ls.surface("sphere"), {"theme": 3}, "theme must be 'light' or 'dark' or 'print', got 3"),
    ],
    ids=lambda value: "" if not isinstance(value, dict) else "-".join(value),
)
def test_a_field_that_the_view_has_not_is_refused_by_name(what, looks, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        draw(RECORDS[what] if isinstance(what, str) else what, **looks)
