"""What a rule has inside, found by replaying it on its recorded points."""

import dataclasses

import numpy as np
import pytest
from noise_laws import EXAMPLES, SUM

import landscape as ls

STARTS = np.array([[-1.5, 0.5], [2.0, -0.5]])
RULES = [ls.optimizer("momentum", lr=1e-3, momentum=0.8), ls.optimizer("adam", lr=[0.1, 0.05]), "sgd", "rmsprop"]
RECORD = ls.simulate("rosenbrock", RULES, start=STARTS, steps=40)


def test_adams_moments_are_the_averages_of_its_gradients():
    found = ls.inside(RECORD, "adam")
    g, m, v = found["gradient"], np.zeros((2, 2)), np.zeros((2, 2))
    for row in range(40):
        m, v = 0.9 * m + 0.1 * g[row], 0.999 * v + 0.001 * g[row] ** 2
        np.testing.assert_allclose(found["m"][row], m, rtol=1e-12)
        np.testing.assert_allclose(found["v"][row], v, rtol=1e-12)
        m_hat, v_hat = m / (1 - 0.9 ** (row + 1)), v / (1 - 0.999 ** (row + 1))
        np.testing.assert_allclose(found["m_hat"][row], m_hat, rtol=1e-10)
        np.testing.assert_allclose(found["v_hat"][row], v_hat, rtol=1e-10)
        step = -np.array([0.1, 0.05]) * m_hat / (np.sqrt(v_hat) + 1e-8)
        np.testing.assert_allclose(found["step"][row], step, rtol=1e-7)


def test_a_step_is_what_was_kept_and_the_way_down():
    found, track = ls.inside(RECORD, "momentum"), RECORD["momentum"]
    np.testing.assert_array_equal(found["step"], np.diff(track.params, axis=0))
    np.testing.assert_allclose(found["step"], found["kept"] - 1e-3 * found["gradient"], rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(found["kept"][1:], 0.8 * found["step"][:-1], rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(ls.inside(RECORD, "sgd")["effective_step"], 1e-3, rtol=1e-9)


def test_a_run_that_has_stopped_has_nothing_more_inside():
    record = ls.simulate("rosenbrock", ls.optimizer("sgd", lr=[1e-3, 10.0]), start=STARTS, steps=20)
    found, stopped = ls.inside(record, record.labels[0]), record.tracks[0].stopped
    assert stopped[1] < 20
    for values in found.values():
        assert np.isnan(values[stopped[1] :, ..., 1]).all()
        assert np.isfinite(values[:20, ..., 0]).all()


def test_what_is_inside_becomes_columns():
    frame = RECORD.to_dataframe(ls.inside)
    adam = frame[(frame.entrant == "adam") & (frame.run == 1)]
    np.testing.assert_array_equal(adam.v1.to_numpy()[:-1], ls.inside(RECORD, "adam")["v"][:, 1, 1])
    assert np.isnan(adam.v1.to_numpy()[-1])
    assert np.isnan(frame[frame.entrant == "sgd"].m0).all()
    assert len(frame) == len(RECORD.to_dataframe())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"every": 3, "schedule": "reduce_on_plateau"}, "its schedule read the loss, and not each of its steps"),
        ({"optimizers": "lbfgs"}, "more than a gradient"),
    ],
)
def test_what_cannot_be_replayed_says_why(given, said):
    record = ls.simulate("rosenbrock", given.pop("optimizers", "sgd"), steps=9, **given)
    with pytest.raises(ValueError, match=said):
        ls.inside(record, record.labels[0])


def rattled(noise, every=1, **more):
    """Runs of rules with and without a memory, whose hyper-parameters change on the way."""
    entrants = [
        ls.entrant(ls.optimizer("sgd", lr=[1e-3, 2e-3] * 2), schedule="cosine"),
        ls.entrant(ls.optimizer("adam", lr=0.02), schedules={"beta1": ls.schedule("linear", final_factor=0.5)}),
    ]
    given = {"start": STARTS, "steps": 13, "repeats": 2, "seed": 5} | more
    return ls.simulate(SUM, entrants, noise=noise, every=every, **given)


@pytest.mark.parametrize("noise", [each for some in EXAMPLES.values() for each in some], ids=str)
def test_a_noisy_run_is_replayed_with_the_noise_that_it_had(noise):
    record = rattled(noise)
    found, track = ls.inside(record, "sgd"), record["sgd"]
    np.testing.assert_allclose(found["gradient"], -np.diff(track.params, axis=0) / track.lr[:-1, None], rtol=1e-6)
    exact = record.surface.gradient(np.moveaxis(track.params[:-1], 1, 0))
    np.testing.assert_allclose(found["exact_gradient"], np.moveaxis(exact, 0, 1), rtol=1e-12)
    for label in record.labels:
        whole = ls.inside(record, label)
        for every in (2, 5):
            thin = ls.inside(rattled(noise, every), label)
            assert thin.keys() == whole.keys()
            for name, values in thin.items():
                np.testing.assert_array_equal(values, whole[name][::every], err_msg=name)


def test_another_noise_than_the_recorded_one_is_found_out():
    record = rattled(ls.noise("gaussian"), every=4)
    for changed in (dataclasses.replace(record, seed=6), dataclasses.replace(record, noise=None)):
        with pytest.raises(ValueError, match="step 3 leads elsewhere than recorded"):
            ls.inside(changed, "adam")


def test_every_rule_is_replayed_or_says_why_not():
    obstacles = set()
    for name in ls.optimizers.names():
        try:
            record = ls.simulate("himmelblau", name, steps=4)
        except ValueError:
            continue  # it needs fields, or another surface
        try:
            found = ls.inside(record, record.labels[0])
        except ValueError as error:
            obstacles.add(str(error).split(": ")[-1].split(" ", 2)[0])
            continue
        going = slice(record.tracks[0].stopped[0])
        np.testing.assert_array_equal(found["step"][going], np.diff(record.tracks[0].params, axis=0)[going])
    assert obstacles <= {"its", "step"}


class OfOnePoint(ls.Optimizer):
    """Written for one point: it divides by the norm of all that it is given, and changes its state in place."""

    lr: float = 0.01

    def init(self, params):
        return (np.zeros(2),)

    def apply(self, params, gradient, state, lr):
        (velocity,) = state
        velocity *= 0.9
        velocity += gradient / max(1.0, np.linalg.norm(gradient))
        return params - lr * velocity, (velocity,)


@pytest.mark.filterwarnings("ignore::landscape.core.batches.UserCodeWarning")
def test_a_rule_for_one_point_is_replayed_run_by_run():
    many = ls.simulate("rosenbrock", OfOnePoint(), start=STARTS, steps=20)
    found = ls.inside(many, "OfOnePoint")
    for run in range(2):
        v = np.zeros(2)
        for row in range(20):
            g = found["gradient"][row, :, run]
            np.testing.assert_allclose(found["kept"][row, :, run], -0.01 * 0.9 * v, rtol=1e-9, atol=1e-15)
            v = 0.9 * v + g / max(1.0, np.linalg.norm(g))
            np.testing.assert_allclose(found["0"][row, :, run], v, rtol=1e-9)
