"""What is refused says what was given and what is allowed; the nearest thing that is allowed is taken."""

import math

import numpy as np
import pytest

import landscape as ls
from landscape.analysis import metric
from landscape.core.component import FieldError
from landscape.core.methods import Oracle
from landscape.core.random import Source
from landscape.derivatives.trust import NotDifferentiable
from landscape.networks import slices
from landscape.program.trace import NotTraceable, trace
from landscape.scenario import set_options
from landscape.scenario.toml_writer import toml_value

POINT = np.array([0.3, 0.7])


def forward(f):
    return lambda: ls.gradient(f, method="forward")(POINT)


def formula(text, **fields):
    return lambda: ls.surface("expression", text=text, window=((-1.0, 1.0),), **fields)


def swept():
    """A table with two surfaces, two entrants and two rates."""
    rules = [ls.optimizer("sgd", lr=0.1), ls.optimizer("momentum", lr=0.1)]
    return ls.sweep(["sphere", "booth"], rules, over={"lr": [0.01, 0.1], "weight_decay": [0.0, 0.1]}, steps=2)


def sweep(surface="sphere", **changed):
    options = {"over": {"lr": [0.1, 0.2]}, "steps": 1, "progress": False}
    return ls.sweep(surface, "sgd", **options | changed)


def race():
    return ls.simulate("sphere", "sgd", start=(1.0, 1.0), steps=2)


def network(**fields):
    return ls.surface("network", layers=(2, 2, 1), **fields)


def untraced(of):
    return lambda: trace(lambda p: of(p[0]), "x")


# name -> (what is refused, the kind of error, what it says, what is taken in its place or None)
REFUSED = {
    # components and surfaces
    "a layer 0": (
        lambda: metric("layer", layer=0),
        FieldError,
        "must be 1 or more, or -1 or less to count from the output, got 0",
        lambda: (metric("layer", layer=1), metric("layer", layer=-1)),
    ),
    "points that are text": (
        lambda: ls.surface("sphere").value(["a", "b"]),
        ValueError,
        "sphere: points are numbers, got <U1",
        lambda: ls.surface("sphere").value([1, True]),
    ),
    "an even base": (
        lambda: ls.surface("weierstrass", b=4),
        FieldError,
        "must be an odd number, got 4",
        lambda: ls.surface("weierstrass", b=5),
    ),
    "an odd number of coordinates": (
        lambda: ls.surface("extended_rosenbrock", dim=3),
        FieldError,
        "must be even, got 3",
        lambda: ls.surface("extended_rosenbrock", dim=4),
    ),
    "a slope of 0": (
        lambda: ls.surface("joined", slope=0.0),
        FieldError,
        "slope must not be 0",
        lambda: ls.surface("joined", slope=-0.1),
    ),
    "a function without its module": (
        lambda: ls.surface("function", function="bowl"),
        FieldError,
        'must be "module:function", got "bowl"',
        None,
    ),
    "an output that is never below 0": (
        lambda: network(loss="hinge", output="sigmoid"),
        FieldError,
        'must be "identity", or go below 0 too: hinge puts one class below 0, where sigmoid never is',
        lambda: network(loss="hinge", output="tanh"),
    ),
    "the accuracy of a regression": (
        lambda: ls.surface("network", layers=(1, 2, 1), dataset="noisy_sine").accuracy(np.zeros(7)),
        ValueError,
        "noisy_sine has no classes to be right about",
        lambda: network().accuracy(np.zeros(9)),
    ),
    "balancing what is not homogeneous": (
        lambda: slices.balanced(network(activation="tanh"), np.ones(9)),
        ValueError,
        r"balanced needs activations with phi\(c z\) = c phi\(z\), and layer 1 has tanh",
        lambda: slices.balanced(network(activation="relu"), np.ones(9)),
    ),
    # formulas
    "a number beyond the largest": (
        formula("x + 1.1e100"),
        FieldError,
        "holds a number beyond 1e[+]100",
        formula("x + 1e100"),
    ),
    "powers of powers": (
        formula("((x**9)**9)**9"),
        FieldError,
        "has powers of powers beyond",
        formula("((x**2)**2)**2"),
    ),
    "a formula that is nested": (
        formula("sin(" * 70 + "x" + ")" * 70),
        FieldError,
        "is nested more than [0-9]+ deep|is not a formula",
        formula("sin(" * 5 + "x" + ")" * 5),
    ),
    "a letter that is not plain": (formula("x + é"), FieldError, 'may hold only plain letters, .* not "é"', None),
    "a comment": (formula("x + 1 # one"), FieldError, 'may hold only plain letters, .* not "#"', None),
    "a function without its argument": (
        formula("sin + x"),
        FieldError,
        r"needs an argument after sin: sin\(x\)",
        formula("sin(x)"),
    ),
    "no variable": (formula("1 + 2"), FieldError, "must hold 1 to 12 variables, got 0", formula("x + 2")),
    "thirteen variables": (
        formula(" + ".join("abcdfghijklmn")),
        FieldError,
        "must hold 1 to 12 variables, got 13",
        lambda: ls.surface("expression", text=" + ".join("abcdfghijklm"), window=((-1.0, 1.0),) * 12),
    ),
    "a window without a width": (
        lambda: ls.surface("expression", text="x**2", window=((1.0, 1.0),)),
        FieldError,
        "must have lo below hi in each pair",
        None,
    ),
    # derivatives
    "the derivative of what is no function": (
        lambda: ls.gradient(3.0, method="forward"),
        TypeError,
        "expected a surface or a function, got 3.0",
        None,
    ),
    "einsum by numbers": (
        forward(lambda p: np.einsum(p, [0], p, [0])),
        NotDifferentiable,
        "np.einsum: the subscripts as text",
        forward(lambda p: np.einsum("i,i", p, p)),
    ),
    "a reduction that has no rule": (
        forward(np.hypot.reduce),
        NotDifferentiable,
        "does not go through np.hypot with reduce",
        forward(np.logaddexp.reduce),
    ),
    "a norm that counts": (
        forward(lambda p: np.linalg.norm(p, 0)),
        NotDifferentiable,
        "np.linalg.norm: no norm 0",
        forward(lambda p: np.linalg.norm(p, 3)),
    ),
    "the spectral norm": (
        forward(lambda p: np.linalg.norm(np.outer(p, p), 2)),
        NotDifferentiable,
        "np.linalg.norm: no matrix norm 2",
        forward(lambda p: np.linalg.norm(np.outer(p, p), 1)),
    ),
    "one number of several": (
        forward(lambda p: (2.0 * p).item()),
        ValueError,
        "can only convert an array of size 1 to a number",
        forward(lambda p: (2.0 * p[:1]).item()),
    ),
    "an average with its weights": (
        forward(lambda p: np.average(p, returned=True)[0]),
        NotDifferentiable,
        "np.average: no returned=True",
        forward(np.average),
    ),
    "several quantiles": (
        forward(lambda p: np.sum(np.quantile(p, [0.2, 0.4]))),
        NotDifferentiable,
        "quantiles: one number q, method linear",
        forward(lambda p: np.quantile(p, 0.4)),
    ),
    "a quantile by another method": (
        forward(lambda p: np.quantile(p, 0.4, method="nearest")),
        NotDifferentiable,
        "quantiles: one number q, method linear",
        None,
    ),
    "a periodic interpolation": (
        forward(lambda p: np.interp(p[0], [0.0, 1.0], [0.0, 2.0], period=2.0)),
        NotDifferentiable,
        "np.interp: with respect to x and fp, no period",
        forward(lambda p: np.interp(p[0], [0.0, 1.0], [0.0, 2.0])),
    ),
    "interpolation between places that vary": (
        forward(lambda p: np.interp(0.5, p, [0.0, 2.0])),
        NotDifferentiable,
        "np.interp: with respect to x and fp, no period",
        None,
    ),
    "what is not finite where it must be": (
        forward(lambda p: np.sum(np.asarray_chkfinite(p / np.array([0.0, 1.0])))),
        ValueError,
        "array must not contain infs or NaNs",
        forward(lambda p: np.sum(np.asarray_chkfinite(p))),
    ),
    "an order of no array": (
        forward(lambda p: np.sum(np.reshape(p, (1, 2), order="A"))),
        NotDifferentiable,
        'np.reshape: order "C" or "F"',
        forward(lambda p: np.sum(np.reshape(p, (1, 2), order="F"))),
    ),
    "a pad of copies": (
        forward(lambda p: np.sum(np.pad(p, 1, mode="edge"))),
        NotDifferentiable,
        "np.pad: mode constant only",
        forward(lambda p: np.sum(np.pad(p, 1))),
    ),
    "a value that is changed in secret": (
        forward(lambda p: 2.0 * p[0] if type(p) is np.ndarray else 3.0 * p[0]),
        NotDifferentiable,
        "the function has another value, .* something that Variables do not follow",
        forward(lambda p: 2.0 * p[0]),
    ),
    "a complex value": (
        forward(lambda p: p[0] * np.array(1j)),
        NotDifferentiable,
        "goes through real numbers only",
        forward(lambda p: p[0] * np.array(1.0)),
    ),
    "the real part of a complex value": (
        forward(lambda p: (p[0] * np.array(1j)).real),
        NotDifferentiable,
        "does not go through complex numbers",
        forward(lambda p: p[0].real),
    ),
    "a cross product of four numbers": (
        forward(lambda p: np.sum(np.cross(np.concatenate([p, p]), np.ones(4)))),
        NotDifferentiable,
        "np.cross: of three numbers along the last axis",
        forward(lambda p: np.sum(np.cross(np.append(p, 1.0), np.ones(3)))),
    ),
    # recordings
    "a value that is looked up": (untraced(lambda a: {a: 1}[a]), NotTraceable, "looks a value up", None),
    "a value that becomes text": (untraced(str), NotTraceable, "makes text of a value", None),
    "a value that decides": (untraced(lambda a: a if a > 0 else -a), NotTraceable, "decides by a value", None),
    "a value that becomes a number": (untraced(float), NotTraceable, "makes a plain number of a value", None),
    # simulations, sweeps and records
    "points that begin nowhere": (
        lambda: ls.from_points("sphere", {"a": np.array([[1e200, 0.0], [1.0, 1.0]])}),
        ValueError,
        'points of "a" must begin where "sphere" has a finite value',
        lambda: ls.from_points("sphere", {"a": np.array([[1.0, 1.0], [math.nan, 0.0]])}),
    ),
    "a map of three hyper-parameters": (
        lambda: ls.stability_map("quadratic", "adam", across=dict.fromkeys(("beta1", "beta2", "eps"), (0.1, 0.2))),
        ValueError,
        "across must name two hyper-parameters, got beta1, beta2, eps",
        None,
    ),
    "a good range of a summary": (
        lambda: swept().summary().good_range(),
        ValueError,
        "the table has a row a cell",
        lambda: swept().good_range(),
    ),
    "a map of several maps": (
        lambda: ls.draw(swept(), "map", ax=_axes()),
        ValueError,
        "the table has 4 maps: choose one, as by table.where",
        lambda: ls.draw(swept().where(entrant="sgd", surface="sphere"), "map", ax=_axes()),
    ),
    "rates of several surfaces": (
        lambda: ls.draw(swept(), "rates", ax=_axes()),
        ValueError,
        "the table has several surfaces: choose one",
        lambda: ls.draw(swept().where(surface="sphere"), "rates", ax=_axes()),
    ),
    "no processes": (
        lambda: sweep(executor=0),
        ValueError,
        "the number of processes must be from 1 to 1024, got 0",
        None,
    ),
    "too many processes": (
        lambda: sweep(executor=1025),
        ValueError,
        "the number of processes must be from 1 to 1024, got 1025",
        None,
    ),
    "a function that makes no executor": (
        lambda: sweep(executor=lambda: 3),
        TypeError,
        "the function must make a concurrent.futures.Executor, got 3",
        None,
    ),
    # surfaces and starts whose fields do not fit together
    "a least step above the largest": (
        lambda: ls.optimizer("rprop", step_size_min=2.0, step_size_max=1.0),
        FieldError,
        "step_size_min must be at most step_size_max, got 2",
        lambda: ls.optimizer("rprop", step_size_min=1.0, step_size_max=1.0),
    ),
    "an index of all dimensions": (
        lambda: ls.surface("index_saddle", dim=3, index=3),
        FieldError,
        "index must be below dim = 3, got 3",
        lambda: ls.surface("index_saddle", dim=3, index=2),
    ),
    "more hidden units than singular values": (
        lambda: ls.surface("linear_network", singular_values=(2.0, 1.0), hidden=3),
        FieldError,
        "hidden must be at most 2, got 3",
        lambda: ls.surface("linear_network", singular_values=(2.0, 1.0), hidden=2),
    ),
    "singular values that are one": (
        lambda: ls.surface("linear_network", singular_values=(2.0, 2.0)),
        FieldError,
        "must hold numbers that differ from one another",
        None,
    ),
    "no positive eigenvalue": (
        lambda: ls.surface("matrix_factorization", eigenvalues=(-2.0, 0.0)),
        FieldError,
        "must hold a positive number",
        lambda: ls.surface("matrix_factorization", eigenvalues=(-2.0, 1e-9)),
    ),
    "a rank beyond the matrix": (
        lambda: ls.surface("matrix_factorization", eigenvalues=(2.0, 1.0), rank=3),
        FieldError,
        "rank must be at most 2, got 3",
        lambda: ls.surface("matrix_factorization", eigenvalues=(2.0, 1.0), rank=2),
    ),
    "eigenvalues that are one": (
        lambda: ls.surface("matrix_factorization", eigenvalues=(2.0, 2.0)),
        FieldError,
        "must differ from one another",
        None,
    ),
    "a spectrum of zeros": (
        lambda: ls.surface("spectral_quadratic", eigenvalues=(0.0, 0.0)),
        FieldError,
        "must hold a number that is not 0",
        lambda: ls.surface("spectral_quadratic", eigenvalues=(0.0, -1.0)),
    ),
    "a ring on a line": (
        lambda: ls.start("ring").place(ls.surface("gramacy_lee"), 0),
        ValueError,
        'ring: needs at least 2 coordinates, the surface "gramacy_lee" has 1',
        lambda: ls.start("ring").place(ls.surface("booth"), 0),
    ),
    "a label without a letter": (
        lambda: ls.entrant("sgd", label=" "),
        ValueError,
        "an entrant's label must be text that is not empty, got ' '",
        lambda: ls.entrant("sgd", label="a"),
    ),
    "basins of no surface": (
        lambda: ls.basins(3, "sgd", steps=2),
        TypeError,
        "basins takes a surface or its name, got 3",
        None,
    ),
    # sweeps
    "a sweep over no table": (lambda: sweep(over=[0.1]), TypeError, r"over must be a table.*got \[0.1\]", None),
    "a key that is no name": (lambda: sweep(over={3: [0.1]}), TypeError, "a key is the name of a field, got 3", None),
    "a field that is given twice": (
        lambda: ls.sweep(
            "sphere",
            ls.optimizer("clip", optimizer="sgd"),
            steps=1,
            progress=False,
            over={"lr": [0.1], "optimizer.lr": [0.2]},
        ),
        ValueError,
        'over: "lr" and "optimizer.lr" are the same field of clip',
        None,
    ),
    "a value that is there twice": (lambda: sweep(over={"lr": [0.1, 0.1]}), ValueError, "lr has 0.1 twice", None),
    "a value that is not finite": (
        lambda: sweep(over={"lr": [0.1, math.inf]}),
        ValueError,
        "lr must be finite numbers",
        lambda: sweep(over={"lr": [0.1, 0.2]}),
    ),
    "a range without its end": (
        lambda: sweep(over={"lr": {"low": 0.1, "count": 2}}),
        ValueError,
        'lr needs "high"',
        None,
    ),
    "a range of one value": (
        lambda: sweep(over={"lr": {"low": 0.1, "high": 1.0, "count": 1}}),
        ValueError,
        'lr needs "count", a whole number of at least 2, got 1',
        lambda: sweep(over={"lr": {"low": 0.1, "high": 1.0, "count": 2}}),
    ),
    "a logarithm that is no truth": (
        lambda: sweep(over={"lr": {"low": 0.1, "high": 1.0, "count": 2, "log": 1}}),
        ValueError,
        "lr has log = 1, which must be true or false",
        lambda: sweep(over={"lr": {"low": 0.1, "high": 1.0, "count": 2, "log": True}}),
    ),
    "a logarithm from 0": (
        lambda: sweep(over={"lr": {"low": 0.0, "high": 1.0, "count": 2, "log": True}}),
        ValueError,
        "lr is even in the logarithm, so it must be above 0",
        lambda: sweep(over={"lr": {"low": 0.0, "high": 1.0, "count": 2}}),
    ),
    "a range that falls": (
        lambda: sweep(over={"lr": {"low": 1.0, "high": 1.0, "count": 2}}),
        ValueError,
        "lr must go from a lower to a higher number, got 1 to 1",
        None,
    ),
    "a count beside points": (
        lambda: sweep(over={"lr": {"low": 0.1, "high": 1.0, "count": 2}}, design="random", points=2),
        ValueError,
        'lr takes no count in the design "random"',
        lambda: sweep(over={"lr": {"low": 0.1, "high": 1.0}}, design="random", points=1),
    ),
    "a number where a range is": (
        lambda: sweep(over={"lr": [0.1]}, design="random", points=2),
        ValueError,
        "lr must be a range",
        lambda: sweep(over={"lr": [0.1, 1.0, "log"]}, design="random", points=2),
    ),
    "no points": (
        lambda: sweep(over={"lr": [0.1, 1.0]}, design="random", points=0),
        ValueError,
        'the design "random" needs points=, a whole number of at least 1, got 0',
        lambda: sweep(over={"lr": [0.1, 1.0]}, design="random", points=1),
    ),
    "a surface that is there twice": (
        lambda: sweep(["sphere", "sphere"]),
        ValueError,
        'the surface "sphere" is there twice',
        lambda: sweep([ls.surface("quadratic", condition=2.0), ls.surface("quadratic", condition=3.0)]),
    ),
    "no surface": (lambda: sweep([]), ValueError, "surface: at least one is required", None),
    "a tolerance below 0": (
        lambda: sweep(tolerance=-1e-9),
        ValueError,
        "tolerance must be a finite number, at least 0",
        lambda: sweep(tolerance=0.0),
    ),
    "measures that are no names": (lambda: sweep(measures=3), TypeError, "measures must be names of measures", None),
    "a summary of a summary": (
        lambda: sweep().summary().summary(),
        ValueError,
        "the table has a row a cell already",
        None,
    ),
    "quantiles beyond 1": (
        lambda: sweep().summary(quantiles=(0.5, 1.5)),
        ValueError,
        "quantiles must be from 0 to 1, at least one",
        lambda: sweep().summary(quantiles=(0.0, 1.0)),
    ),
    # pictures
    "a picture of no record": (
        lambda: ls.draw(3),
        TypeError,
        "expected a Record, as simulate makes, got 3",
        None,
    ),
    "a movie in a notebook with a path": (
        lambda: ls.animate(race(), "a.mp4", inline=True),
        ValueError,
        'inline is for a movie in a notebook, which has no path; got the path "a.mp4"',
        None,
    ),
    "a movie of the loss against time": (
        lambda: ls.animate(race(), "a.gif", view="convergence", against="evaluations"),
        ValueError,
        'a movie moves in steps, and the curves are to be drawn against "evaluations"',
        None,
    ),
    "a plane through points on a line": (
        lambda: ls.draw(
            ls.simulate(ls.surface("sphere", dim=3), "sgd", start=np.ones(3), steps=2),
            "plane",
            points=((0.0, 1.0, 0.0), (1.0, 2.0, 1.0), (2.0, 3.0, 2.0)),
        ),
        FieldError,
        "must not lie on one line, as these three do",
        None,
    ),
    "quantiles that do not rise": (
        lambda: ls.draw(race(), "convergence", quantiles=(0.5, 0.5)),
        FieldError,
        r"quantiles must be \(low, high\) with low < high < 1",
        None,
    ),
    "a coordinate of what has none": (
        lambda: ls.draw(race(), "convergence", coordinate=1),
        FieldError,
        'coordinate cannot be set, as the quantity "loss" has no coordinates',
        lambda: ls.draw(race(), "convergence", quantity="gradient_norm", coordinate=1, width=320, height=180),
    ),
    "a coordinate beyond the last": (
        lambda: ls.draw(race(), "convergence", quantity="gradient_norm", coordinate=2),
        FieldError,
        'coordinate must be below 2, the dimension of "sphere" here, got 2',
        None,
    ),
    # scenarios
    "an option without a value": (
        lambda: set_options.read("steps"),
        ValueError,
        "must be KEY=VALUE, such as steps=200",
        lambda: set_options.read("steps="),
    ),
    "what TOML has not": (lambda: toml_value(1j), TypeError, "no TOML for 1j", lambda: toml_value([1, {"a": None}])),
    "steps that do not ascend": (
        lambda: ls.schedule("piecewise_linear", knots=(3, 3), factors=(1.0, 0.5)),
        FieldError,
        r"must ascend, got \[3, 3\]",
        lambda: ls.schedule("piecewise_linear", knots=(3, 4), factors=(1.0, 0.5)),
    ),
    "a box whose ends are one": (
        lambda: ls.start("random_box", box=((0.0, 1.0), (1.0, 1.0))).place(ls.surface("sphere"), 0),
        FieldError,
        r"needs 2 pairs \(low, high\) with low < high",
        lambda: ls.start("random_box", box=((0.0, 1.0), (0.5, 1.0))).place(ls.surface("sphere"), 0),
    ),
    "a share that leaves no point": (
        lambda: ls.start("near", share=1e-300).place(ls.surface("booth"), 0),
        FieldError,
        "is too small to leave the points themselves, got 1e-300",
        lambda: ls.start("near", share=1e-10).place(ls.surface("booth"), 0),
    ),
}


def _axes():
    from matplotlib.figure import Figure

    return Figure().add_subplot()


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_what_is_allowed_and_what_is_allowed_is_taken(name, tmp_path, monkeypatch):
    refused, kind, said, allowed = REFUSED[name]
    monkeypatch.chdir(tmp_path)
    with np.errstate(all="ignore"):
        with pytest.raises(kind, match=said):
            refused()
        if allowed is not None:
            allowed()
    assert not list(tmp_path.iterdir())


def test_an_oracle_says_which_source_it_lacks():
    surface, noise = ls.surface("sphere"), ls.noise("gaussian")
    with pytest.raises(ValueError, match="an Oracle with noise needs a source of randomness"):
        Oracle(surface, noise).gradient(np.ones((2, 1)))
    with pytest.raises(ValueError, match="a rule that draws random numbers needs a source of its own"):
        Oracle(surface).uniforms(2)
    source = Source(0, np.arange(1), "noise")
    assert Oracle(surface, noise, source, source).gradient(np.ones((2, 1))).shape == (2, 1)
