"""Laws of code that users bring: at any number of runs it does what a plain loop over one point does, or is refused."""

import math
import warnings

import numpy as np
import pytest

import landscape as ls
from landscape.core.batches import UserCodeWarning
from landscape.core.methods import Method
from landscape.program import python
from landscape.program.trace import NotTraceable

STARTS = np.random.default_rng(3).uniform(-2.0, 2.0, (2, 40))
STEPS = 60
MIXES = "takes another step for a run beside others|cannot take runs side by side"


class Rule(ls.Optimizer):
    """Plain descent; those below change one line of it."""

    lr: float = 0.01

    def init(self, params):
        return (np.zeros_like(params), 0)

    def apply(self, params, gradient, state, lr):
        kept, step = state
        return params - lr * self.direction(params, gradient, step), (kept, step + 1)

    def direction(self, params, gradient, step):
        return gradient


class SkipsAStep(Rule):
    def direction(self, params, gradient, step):
        return 0.0 * gradient if step == 2 else gradient


class CountsInASet(Rule):
    def direction(self, params, gradient, step):
        return 3.0 * gradient if step in {5, 6, 7} else gradient


class LooksUp(Rule):
    def direction(self, params, gradient, step):
        return {4: 0.0, 9: -1.0}.get(step, 1.0) * gradient


class Alternates(Rule):
    def direction(self, params, gradient, step):
        return gradient if step % 3 else 0.5 * gradient


class Rounds(Rule):
    def direction(self, params, gradient, step):
        return np.round(gradient, 1)


class Clips(Rule):
    def direction(self, params, gradient, step):
        return gradient / max(1.0, np.linalg.norm(gradient))


class ClipsInFloats(Rule):
    def direction(self, params, gradient, step):
        return gradient / max(1.0, math.sqrt(float(np.sum(gradient * gradient))))


class OfTheLargest(Rule):
    def direction(self, params, gradient, step):
        return np.where(np.abs(gradient) == np.max(np.abs(gradient)), gradient, 0.0)


class WhereNear(Rule):
    def direction(self, params, gradient, step):
        return 0.1 * gradient if np.any(np.abs(params) < 0.3) else gradient


class Centred(Rule):
    def direction(self, params, gradient, step):
        return gradient - np.mean(gradient)


class Sorted(Rule):
    def direction(self, params, gradient, step):
        return np.sort(gradient.ravel()).reshape(gradient.shape)


class OfOnePoint(Rule):
    def init(self, params):
        return (np.zeros(2), 0)

    def apply(self, params, gradient, state, lr):
        velocity, step = state
        velocity = 0.9 * velocity + gradient
        return params - lr * velocity, (velocity, step + 1)


class OfTwoNumbers(Rule):
    def apply(self, params, gradient, state, lr):
        return np.array([params[0] - lr * float(gradient[0]), params[1] - lr * float(gradient[1])]), state


class InPlaceState(Rule):
    def apply(self, params, gradient, state, lr):
        velocity, step = state
        velocity *= 0.9
        velocity += gradient
        return params - lr * velocity, (velocity, step + 1)


class ForMany(Rule):
    def direction(self, params, gradient, step):
        return gradient / np.maximum(1.0, np.sqrt(np.sum(gradient * gradient, axis=0)))


class ForManyOnly(Rule):
    def direction(self, params, gradient, step):
        return gradient * np.ones((params.shape[0], params.shape[1]))


APART = [Clips, ClipsInFloats, OfTheLargest, WhereNear, Centred, Sorted, OfOnePoint, OfTwoNumbers]
TOGETHER = [Rule, SkipsAStep, CountsInASet, LooksUp, Alternates, Rounds, InPlaceState, ForMany, ForManyOnly]


def by_hand(rule, surface, start, column):
    """The path (rows, dim) of a loop over one run, as its author would write it."""
    p = start[:, None].copy() if column else start.copy()
    state, path = rule.init(p.copy()), [start]
    for _ in range(STEPS):
        p, state = rule.apply(p.copy(), np.array(surface.gradient(p)), state, rule.lr)
        path.append(p.ravel())
    return np.array(path)


@pytest.mark.parametrize("cls", [*TOGETHER, *APART], ids=lambda cls: cls.__name__)
def test_a_rule_of_ones_own_does_what_its_loop_does_at_any_number_of_runs(cls):
    surface, rule = ls.surface("himmelblau"), cls(lr=0.004)
    for runs in (1, 2, 40):
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            track = ls.simulate(surface, rule, start=STARTS[:, :runs], steps=STEPS)[cls.__name__]
        if cls in TOGETHER or runs == 40:  # a few runs may be made from what is recorded, each alone
            assert bool(said) == (cls in APART), [str(each.message) for each in said]
        for run in {0, runs - 1}:
            path = by_hand(rule, surface, STARTS[:, run], column=cls is ForManyOnly)
            np.testing.assert_allclose(track.params[:, :, run], path, rtol=1e-9, atol=1e-12)


class Damped(Rule):
    damping: float = 0.5

    def direction(self, params, gradient, step):
        return gradient / (1.0 + self.damping)


def test_a_number_of_a_rule_of_ones_own_may_be_one_for_each_run():
    rates, dampings = [0.001, 0.002, 0.004], [0.0, 0.5, 2.0]
    many = ls.simulate("himmelblau", Damped(lr=rates, damping=dampings), start=(0.0, 1.0), steps=30)["Damped"]
    for run in range(3):
        rule = Damped(lr=rates[run], damping=dampings[run])
        alone = ls.simulate("himmelblau", rule, start=(0.0, 1.0), steps=30)["Damped"]
        np.testing.assert_allclose(many.params[:, :, run], alone.params[:, :, 0], rtol=1e-12)
    assert len(ls.stability_map("quadratic", Damped(), across={"damping": [0.1, 0.2]}, resolution=3).runs) == 6


@pytest.mark.filterwarnings("ignore::landscape.core.batches.UserCodeWarning")
@pytest.mark.parametrize("around", ["sam", "lookahead", "clip"])
def test_a_rule_around_one_of_ones_own_is_run_as_that_is(around):
    rule = ls.optimizer(around, optimizer=Clips(lr=0.01))
    many = ls.simulate("himmelblau", rule, start=STARTS[:, :20], steps=20).tracks[0]
    alone = ls.simulate("himmelblau", rule, start=STARTS[:, 7], steps=20).tracks[0]
    np.testing.assert_allclose(many.params[:, :, 7], alone.params[:, :, 0], rtol=1e-9)


class Lookback(Method):
    """A rule that asks the oracle as for one point."""

    lr: float = 0.01
    needs = frozenset({"value", "gradient"})

    def init(self, params):
        return ()

    def step(self, params, oracle, state, lr):
        new = params - lr * oracle.gradient(params)
        return (new if float(oracle.value(new)) < float(oracle.value(params)) else params), state


def test_a_rule_that_asks_for_more_than_a_gradient_may_be_written_for_one_point():
    with pytest.warns(UserCodeWarning, match="Lookback: cannot take runs side by side"):
        many = ls.simulate("himmelblau", Lookback(), start=STARTS[:, :5], steps=STEPS, noise="gaussian")
    with pytest.warns(UserCodeWarning):
        alone = ls.simulate("himmelblau", Lookback(), start=STARTS[:, :5], steps=STEPS, noise="gaussian", runs=[3])
    assert np.array_equal(many["Lookback"].params[:, :, 3], alone["Lookback"].params[:, :, 0])


class Rarely(Rule):
    """It mixes where no trial looks."""

    def direction(self, params, gradient, step):
        return 0.1 * gradient if step > 20 and np.any(params[0] > 0.0) else gradient


def test_what_no_trial_shows_is_found_while_it_runs():
    with pytest.warns(UserCodeWarning, match=MIXES):
        track = ls.simulate("himmelblau", Rarely(lr=0.004), start=STARTS, steps=STEPS)["Rarely"]
    for run in (0, 7, 39):
        path = by_hand(Rarely(lr=0.004), ls.surface("himmelblau"), STARTS[:, run], column=False)
        np.testing.assert_allclose(track.params[:, :, run], path, rtol=1e-9, atol=1e-12)


class OwnDraws(Rule):
    def direction(self, params, gradient, step):
        return gradient + np.random.normal(size=gradient.shape)  # noqa: NPY002


class OwnNoise(ls.Noise):
    def gradient(self, moment, memory=()):
        return moment.exact + np.random.default_rng().normal(size=moment.params.shape), memory


class MixingNoise(ls.Noise):
    def gradient(self, moment, memory=()):
        return moment.exact * (1.0 + np.max(np.abs(moment.params))), memory


class SeededNoise(ls.Noise):
    def gradient(self, moment, memory=()):
        return moment.exact + moment.source.normals(moment.step, len(moment.params)), memory


@pytest.mark.parametrize("runs", [1, 2, 40])
def test_numbers_that_no_seed_repeats_are_refused(runs):
    job = {"start": STARTS[:, :runs], "steps": STEPS}
    with pytest.raises(ValueError, match=r"OwnDraws: two evaluations .*oracle\.normals"):
        ls.simulate("sphere", OwnDraws(), **job)
    with pytest.raises(ValueError, match=r"OwnNoise: two evaluations .*moment\.source"):
        ls.simulate("sphere", "sgd", noise=OwnNoise(), **job)
    assert ls.simulate("sphere", "sgd", noise=SeededNoise(), **job) == ls.simulate(
        "sphere", "sgd", noise=SeededNoise(), **job
    )


def test_a_noise_that_mixes_runs_is_made_alone():
    with pytest.warns(UserCodeWarning, match="MixingNoise"):
        many = ls.simulate("sphere", "sgd", noise=MixingNoise(), start=STARTS, steps=STEPS)["sgd"]
    with pytest.warns(UserCodeWarning, match="MixingNoise"):
        one = ls.simulate("sphere", "sgd", noise=MixingNoise(), start=STARTS, runs=[11], steps=STEPS)["sgd"]
    assert np.array_equal(many.params[:, :, 11], one.params[:, :, 0])


@pytest.mark.parametrize(
    "look", [lambda v: v == 2, lambda v: v != 2, lambda v: v < 2, lambda v: v in {2}, lambda v: v in [2], bool, hash]
)
def test_a_decision_is_not_recorded(look):
    class Looks(Rule):
        def direction(self, params, gradient, step):
            return gradient if look(step) else 2.0 * gradient

    with pytest.raises(NotTraceable):
        python.compiled(ls.surface("sphere"), Looks(), noisy=False)


def test_what_changes_between_two_recordings_is_not_recorded():
    sizes = iter(np.linspace(1.0, 2.0, 1000))

    class Drifts(Rule):
        def direction(self, params, gradient, step):
            return next(sizes) * gradient

    with pytest.raises(NotTraceable, match="two recordings differ"):
        python.compiled(ls.surface("sphere"), Drifts(), noisy=False)


def test_a_rule_that_keeps_something_outside_of_its_state_is_told_so():
    seen = [0]

    class Counts(Rule):
        def direction(self, params, gradient, step):
            seen[0] += 1
            return gradient

    with pytest.warns(UserCodeWarning, match='Counts: "seen" changes while it runs'):
        ls.simulate("sphere", Counts(), steps=5)


def test_what_a_rule_refers_to_may_change_between_simulations():
    factor = {"of": 1.0}

    class Scaled(Rule):
        def direction(self, params, gradient, step):
            return factor["of"] * gradient

    paths = []
    for size in (1.0, 0.5):
        factor["of"] = size
        paths.append(ls.simulate("sphere", Scaled(), start=(1.0, 1.0), steps=1)["Scaled"].params[-1, 0, 0])
    assert paths == [pytest.approx(0.98), pytest.approx(0.99)]


def returning(**methods):
    return type("Mine", (Rule,), methods)()


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (returning(init=lambda self, p: [p, p]), r"a state is a tuple .* got list; write \(m, v\)"),
        (returning(init=lambda self, p: {"v": p}), "a state is a tuple .* got dict"),
        (returning(init=lambda self, p: None), r"got NoneType; .*\(\) for none"),
        (returning(init=lambda self, p: np.zeros_like(p)), r"got ndarray; write .*\(m,\) for one"),
        (returning(init=lambda self, p: ([p, p], 0)), "got a list in it"),
        (returning(apply=lambda self, p, g, s, lr: [p, s]), r"must return \(params, state\), got list"),
        (returning(apply=lambda self, p, g, s, lr: p - g), r"must return \(params, state\), got ndarray"),
        (returning(apply=lambda self, p, g, s, lr: (p.astype(object), s)), "must return params of real numbers"),
        (returning(apply=lambda self, p, g, s, lr: (p + 1j, s)), "must return params of real numbers"),
        (returning(apply=lambda self, p, g, s, lr: (p[0], s)), "apply must return params in the shape"),
        (
            returning(direction=lambda self, p, g, t: np.multiply(p, 2, out=p)),
            r"changes its argument; write x = 2 \* p",
        ),
        (returning(direction=lambda self, p, g, t: np.add(g, 1, out=g)), "changes its argument"),
        (returning(direction=lambda self, p, g, t: setattr(self, "v", g)), "returns it as the state"),
    ],
)
def test_a_slip_in_a_rule_is_one_sentence_that_says_what_to_write(rule, message):
    for runs in (1, 3, 40):
        with pytest.raises(TypeError, match="Mine.*" + message):
            ls.simulate("sphere", rule, start=STARTS[:, :runs], steps=3)


class NoRate(ls.Optimizer):
    def init(self, params):
        return ()

    def apply(self, params, gradient, state, lr):
        return params - lr * gradient, state


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: ls.simulate("sphere", NoRate(), steps=1), TypeError, "NoRate: it has no lr: write `lr: float"),
        (lambda: ls.simulate("sphere", Rule, steps=1), TypeError, r"write Rule\(\)"),
        (lambda: ls.simulate("sphere", lambda p: p, steps=1), TypeError, r"derive a class from landscape\.Optimizer"),
        (lambda: ls.simulate(lambda p: p[0], "sgd", steps=1), TypeError, r"landscape\.from_function\(f"),
        (lambda: ls.simulate("sphere", "sgd", steps=1, noise=lambda g: g), TypeError, r"landscape\.Noise"),
        (lambda: ls.simulate("sphere", "sgd", steps=1, lr=0.1), TypeError, r'takes no lr=.*ls\.optimizer\("sgd", lr'),
        (lambda: ls.simulate("sphere", "sgd", step=1), TypeError, r'takes no step=. Did you mean "steps"'),
        (lambda: ls.optimizer("adam", betas=(0.9, 0.99)), ValueError, "betas is given as beta1 and beta2"),
        (lambda: ls.surface("himmelblau", dim=3), ValueError, "dim is fixed: it has 2 coordinates"),
        (
            lambda: ls.simulate("sphere", "sgd", start=np.ones((5, 2)), steps=1),
            ValueError,
            r"transpose it, np\.transpose",
        ),
    ],
)
def test_a_slip_in_a_call_is_one_sentence_that_says_what_to_write(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_an_extra_dataclass_decorator_is_refused():
    import dataclasses

    @dataclasses.dataclass
    class Decorated(ls.Optimizer):
        lr: float = 0.1

        def init(self, params):
            return ()

        def apply(self, params, gradient, state, lr):
            return params, state

    with pytest.raises(TypeError, match="leave out @dataclass"):
        Decorated()


def test_a_number_may_be_an_array_of_none_dimension():
    assert ls.optimizer("sgd", lr=np.array(0.25)) == ls.optimizer("sgd", lr=0.25)
    with pytest.raises(ValueError, match="at least 0"):
        ls.optimizer("sgd", lr=np.array(-1.0))


def test_rates_from_one_start_are_runs():
    rates = [0.1, 0.2, 0.3]
    record = ls.simulate("sphere", ["sgd", ls.optimizer("momentum", lr=rates)], start=(1.0, 1.0), steps=4)
    assert record.repeats == 3
    for run, rate in enumerate(rates):
        alone = ls.simulate("sphere", ls.optimizer("momentum", lr=rate), start=(1.0, 1.0), steps=4)
        assert np.array_equal(record["momentum"].params[:, :, run], alone["momentum"].params[:, :, 0])
    with pytest.raises(ValueError, match=r"has shape \(3,\)"):
        ls.simulate("sphere", ls.optimizer("sgd", lr=rates), start=np.ones((2, 2)), steps=1)


def of_both(step, steps):
    return 1.0 - step / (2.0 * steps)


def of_one(step):
    return 1.0 if step < 3 else 0.25


def of_lists(step, steps):
    return [0.5, 0.25][min(step, 1)]


@pytest.mark.parametrize("function", [of_both, of_one, of_lists, lambda step, steps: np.float32(0.5)])
def test_a_plain_function_is_a_schedule(function):
    steps = 100
    wanted = [function(t) if function is of_one else function(t, steps) for t in range(steps + 1)]
    for given in (function, ls.schedule("function", function=function)):
        record = ls.simulate("sphere", ["sgd", ls.entrant("momentum", schedule=given)], steps=steps, schedule=given)
        for track in record:
            assert np.allclose(track.lr[:, 0] / track.optimizer.lr, wanted, rtol=1e-12)


class Staircase(ls.Schedule):
    def __call__(self, step, steps):
        if np.max(step) > 50:
            return 0.1
        return 1.0


def test_a_schedule_of_ones_own_is_what_it_is_for_each_step_alone():
    record = ls.simulate("sphere", "sgd", steps=100, schedule=Staircase())
    assert np.allclose(record["sgd"].lr[:, 0], 0.001 * np.where(np.arange(101) > 50, 0.1, 1.0))


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda step: None, "must return a number for a step"),
        (lambda step: [1.0, 2.0], "must return a number for a step"),
        (lambda: 1.0, "fails at step 0 of 10"),
        (lambda step: 1.0 / (3 - step), "the factor of step 3 of 5 is inf|gives no number for step 3|division by zero"),
        (lambda step: "fast" if step > 2 else 1.0, "gives no number for step 3 of 5"),
    ],
)
def test_a_schedule_that_gives_no_number_is_refused(function, message):
    with pytest.raises((ValueError, TypeError, ZeroDivisionError), match=message):
        ls.simulate("sphere", "sgd", steps=5, schedule=function)


# no number is divergence


@pytest.mark.parametrize("every", [1, 7])
def test_a_loss_that_is_no_number_is_divergence(every):
    surface = ls.from_expression("x - 0.1*log(x) + y**2", window=[(0.1, 2), (-1, 1)])
    assert np.isfinite(surface.gradient((-1.0, 0.0))).all()  # so that nothing but the loss tells
    starts = np.array([[1.0, -1.0, 0.5] * 12, [1.0] * 36])
    for columns in (slice(0, 3), slice(0, 36)):
        record = ls.simulate(
            surface, ["sgd", ls.optimizer("momentum", lr=0.1)], start=starts[:, columns], steps=60, every=every
        )
        sgd, momentum = record
        assert sgd.status[:3].tolist() == ["finished", "diverged", "finished"]
        assert momentum.status[:3].tolist() == ["diverged"] * 3
        assert sgd.stopped[1] == 0
        assert np.isfinite(momentum.value[:, [0, 2]]).all()
        assert (momentum.params[-1, 0, [0, 2]] > 0.0).all()


def test_plain_mathematics_outside_of_its_domain_is_divergence():
    surface = ls.from_function(
        lambda p: p[0] - 0.1 * math.log(p[0]) + p[1] ** 2, window=[(0.1, 2), (-1, 1)], derivatives="central"
    )
    record = ls.simulate(surface, ls.optimizer("momentum", lr=0.1), start=(1.0, 1.0), steps=60)
    assert record["momentum"].status.tolist() == ["diverged"]
    assert np.isfinite(record["momentum"].value).all()


# other people's habits (benchmarks/own_rules.py runs 119 of them)


class LooksAtTheType(Rule):
    def direction(self, params, gradient, step):
        return 0.0 * gradient if isinstance(step, int) and step == 12 else gradient


class CatchesWhatIsRaised(Rule):
    def direction(self, params, gradient, step):
        try:
            return gradient if float(step) < 200.0 else 0.0 * gradient
        except TypeError:
            return gradient


class SpellsItsStep(Rule):
    def direction(self, params, gradient, step):
        return 0.0 * gradient if f"{step}".endswith("151") else gradient


@pytest.mark.parametrize("cls", [LooksAtTheType, CatchesWhatIsRaised, SpellsItsStep], ids=lambda cls: cls.__name__)
def test_a_decision_that_hides_from_a_recording_is_made_all_the_same(cls):
    rule = cls(lr=1e-4)
    track = ls.simulate("himmelblau", rule, start=STARTS[:, 0], steps=250)[cls.__name__]
    p, state = STARTS[:, 0], rule.init(STARTS[:, 0])
    for step in range(250):
        p, state = rule.apply(p, ls.surface("himmelblau").gradient(p), state, rule.lr)
        np.testing.assert_allclose(track.params[step + 1, :, 0], p, rtol=1e-9)


class Candidates(Method):
    lr: float = 0.1
    needs = frozenset({"value", "randomness"})

    def init(self, params):
        return ()

    def step(self, params, oracle, state, lr):
        candidates = params[:, None] + lr * oracle.normals(8).reshape(2, 4)
        return candidates[:, np.argmin(oracle.value(candidates))], state


def test_a_rule_of_one_point_may_ask_for_many_candidates_at_once():
    with pytest.warns(UserCodeWarning, match="Candidates"):
        track = ls.simulate("himmelblau", Candidates(), start=STARTS[:, :3], steps=STEPS)["Candidates"]
    assert (np.diff(track.value, axis=0) < 0.0).mean() > 0.6  # the first of four at random gets down half of the time
    assert (track.value[-1] < 5.0).all()
    assert track.asked["value"][-1].tolist() == [4 * STEPS] * 3


class Preconditioned(Rule):
    def init(self, params):
        return (np.diag([0.5, 1.0]), 0)

    def direction(self, params, gradient, step):
        return np.diag([0.5, 1.0]) @ gradient


class LateAndOfOnePoint(Rule):
    def direction(self, params, gradient, step):
        return gradient / np.dot(gradient, gradient) if step > 30 else gradient


@pytest.mark.parametrize("runs", [1, 2, 40])
@pytest.mark.parametrize("cls", [Preconditioned, LateAndOfOnePoint], ids=lambda cls: cls.__name__)
def test_what_cannot_take_runs_side_by_side_is_made_alone_at_any_number_of_runs(cls, runs):
    rule = cls(lr=0.004)
    with pytest.warns(UserCodeWarning, match=f"{cls.__name__}: cannot take runs side by side"):
        track = ls.simulate("himmelblau", rule, start=STARTS[:, :runs], steps=STEPS)[cls.__name__]
    path = by_hand(rule, ls.surface("himmelblau"), STARTS[:, runs - 1], column=False)
    np.testing.assert_allclose(track.params[:, :, runs - 1], path, rtol=1e-9)


class AlongTheLastAxis(Rule):
    def direction(self, params, gradient, step):
        return gradient - np.mean(gradient, axis=-1, keepdims=True)


class DrawsLate(Rule):
    def direction(self, params, gradient, step):
        return gradient + (np.random.normal() if step % 20 == 19 else 0.0)  # noqa: NPY002


class KeepsInItself(ls.Optimizer):
    def __init__(self, lr=0.01):
        self.lr, self.v = lr, 0.0

    def init(self, params):
        return ()

    def apply(self, params, gradient, state, lr):
        self.v = 0.9 * self.v + gradient
        return params - lr * self.v, state


@pytest.mark.parametrize("runs", [1, 2, 40])
@pytest.mark.parametrize(
    ("cls", "message"),
    [
        (AlongTheLastAxis, r"AlongTheLastAxis: it takes one step for a run as a point .* another as a column"),
        (DrawsLate, r"DrawsLate: two evaluations of the same steps differ"),
        (KeepsInItself, r"KeepsInItself: .*something from step to step outside of its state.*return"),
    ],
)
def test_what_is_refused_is_refused_at_any_number_of_runs(cls, message, runs):
    with pytest.raises((TypeError, ValueError), match=message):
        ls.simulate("himmelblau", cls(lr=0.001), start=STARTS[:, :runs], steps=STEPS)


class OfTheMomentAlone(ls.Noise):
    name = "Mine"

    def gradient(self, moment):
        return moment.exact, ()


class OfTheGradientAlone(Rule):
    def apply(self, params, gradient):
        return params - 0.1 * gradient, ()


def noise_giving(gradient, init=None):
    return type("Mine", (ls.Noise,), {"gradient": gradient} | ({"init": init} if init else {}))()


@pytest.mark.parametrize("runs", [1, 2, 40])
@pytest.mark.parametrize(
    ("noise", "message"),
    [
        (noise_giving(lambda self, moment, memory: moment.exact), "must return .gradient, memory., got ndarray"),
        (noise_giving(lambda self, m, memory: (m.exact + m.source.normals(m.step, 2)[:, 0], ())), "in the shape .dim"),
        (
            noise_giving(lambda self, m, memory: (m.exact, memory), lambda self, p: [p]),
            "a memory is a tuple .*got list",
        ),
        (OfTheMomentAlone(), r"write def gradient\(self, moment, memory=\(\)\)"),
    ],
)
def test_a_slip_in_a_noise_is_said_of_the_noise(noise, message, runs):
    with pytest.raises(TypeError, match="^Mine: .*" + message):
        ls.simulate("himmelblau", "sgd", noise=noise, start=STARTS[:, :runs], steps=3)


def test_of_a_rule_and_a_noise_the_one_that_mixes_runs_is_named():
    for rule, noise, name in [(Clips(), SeededNoise(), "Clips"), ("sgd", MixingNoise(), "MixingNoise")]:
        with pytest.warns(UserCodeWarning, match=f"^{name}: takes"):
            ls.simulate("himmelblau", rule, noise=noise, start=STARTS[:, :3], steps=3)


class SharedPatience(ls.Schedule):
    """It reads the loss, and counts for all runs together."""

    reads_loss = True

    def __call__(self, step, steps):
        return 1.0

    def begin(self, runs):
        return (np.inf, 1.0, 0)

    def follow(self, state, loss):
        best, factor, waited = state
        waited = 0 if np.min(loss) < best else waited + 1
        if waited > 8:
            factor, waited = 0.5 * factor, 0
        return factor, (min(best, np.min(loss)), factor, waited)


def test_a_schedule_that_reads_the_loss_of_other_runs_is_followed_for_each_alone():
    rule = ls.optimizer("momentum", lr=0.02)
    job = {"start": STARTS[:, :6], "steps": 120, "schedule": SharedPatience()}
    with pytest.warns(UserCodeWarning, match="SharedPatience: takes another step for a run beside others"):
        whole = ls.simulate("himmelblau", rule, **job)["momentum"]
    for run in range(6):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            alone = ls.simulate("himmelblau", rule, **job, runs=[run])["momentum"]
        assert np.array_equal(alone.lr[:, 0], whole.lr[:, run])


def warmed_up(step, length=10):
    return min(1.0, (step + 1) / length)


def test_what_a_schedule_has_a_default_for_is_left_to_it():
    record = ls.simulate("sphere", "sgd", steps=100, schedule=warmed_up)
    assert np.allclose(record["sgd"].lr[:, 0], 0.001 * np.minimum(1.0, np.arange(1, 102) / 10))
    halved = ls.simulate("sphere", "sgd", steps=100, schedule=lambda step, steps=0: 1.0 if step < steps / 2 else 0.5)
    assert halved["sgd"].lr[[49, 50], 0].tolist() == [0.001, 0.0005]


def test_a_table_of_the_steps_needs_no_factor_after_the_last():
    factors = [1.0, 0.5, 0.25, 0.125]
    record = ls.simulate("sphere", "sgd", steps=4, schedule=lambda step: factors[step])
    assert record["sgd"].lr[:, 0] == pytest.approx([0.001 * factor for factor in [*factors, 0.125]])
    with pytest.raises(TypeError, match="gives no number for step 4 of 9: list index out of range"):
        ls.simulate("sphere", "sgd", steps=9, schedule=lambda step: factors[step])


def counting():
    factor = 1.0

    def next_factor(step):
        nonlocal factor
        factor *= 0.99
        return factor

    return next_factor


@pytest.mark.parametrize("steps", [20, 3000])
@pytest.mark.parametrize(
    ("function", "name"),
    [(counting(), "next_factor"), (lambda step: np.random.uniform(0.5, 1.0), "<lambda>")],  # noqa: NPY002
)
def test_a_schedule_that_differs_from_call_to_call_is_refused(function, name, steps):
    with pytest.raises(
        ValueError, match=rf"^{name}: two evaluations at step .* of {steps} differ: .*default_rng\(step"
    ):
        ls.simulate("sphere", "sgd", steps=steps, schedule=function)


def test_a_record_of_a_plain_schedule_is_the_record(tmp_path):
    record = ls.simulate("sphere", "sgd", steps=4, schedule=of_one)
    with pytest.warns(UserWarning, match="of_one"):
        record.save(tmp_path / "a.npz")
    assert ls.load(tmp_path / "a.npz") == record


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ls.entrant("sgd", schedule=0.5), r"expected a schedule, .* got 0.5: write lambda step: 0.5, or"),
        (lambda: ls.entrant("sgd", schedule=[1.0, 0.5]), r"write lambda step: factors\[step\]"),
        (
            lambda: ls.simulate("sphere", KeepsInItself([0.1, 0.2]), steps=1),
            r"lr may be an array only as a field: write",
        ),
        (
            lambda: ls.simulate("sphere", OfTheGradientAlone(), steps=1),
            r"write def apply\(self, params, gradient, state, lr\)",
        ),
    ],
)
def test_what_is_given_in_the_wrong_place_is_told_what_to_write(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


class SumsAll(ls.Optimizer):
    lr: float = 0.01

    def init(self, params):
        return ()

    def apply(self, params, gradient, state, lr):
        return params - lr * gradient / (1.0 + np.linalg.norm(gradient)), state


def test_a_rule_inside_a_rule_of_the_library_is_named():
    with pytest.warns(UserCodeWarning, match="^SumsAll in sam: takes another step"):
        ls.simulate("himmelblau", ls.optimizer("sam", optimizer=SumsAll()), start=STARTS[:, :3], steps=3)


@pytest.mark.parametrize("runs", [1, 3, 40])
@pytest.mark.parametrize("rule", [ls.optimizer("sgd", lr=0.5), Rule(lr=0.5)], ids=["sgd", "own"])
def test_a_function_that_fails_on_the_way_is_named_with_the_point(rule, runs):
    def breaks_down(p):
        if np.max(np.abs(p)) > 50.0:
            raise RuntimeError("no convergence")
        return -np.sum(p**2)

    surface = ls.from_function(breaks_down)
    with pytest.raises(ls.FieldError, match=r"^breaks_down: \w+ fails at \[.*\]: no convergence"):
        ls.simulate(surface, rule, start=STARTS[:, :runs], steps=30)
