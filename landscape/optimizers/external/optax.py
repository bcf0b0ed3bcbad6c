"""Run optax's transformations as entrants: any GradientTransformation.

    adam = optax_optimizer(optax.adam(0.05))
    chain = optax_optimizer(optax.chain(optax.clip(1.0), optax.sgd(0.05, momentum=0.9)))
    landscape.simulate("rosenbrock", [adam, chain, optax_optimizer("lion", learning_rate=0.01)], steps=500)

In a scenario: `[[optimizers]] name = "optax", transformation = "adam", arguments = { learning_rate = 0.05 }`. Needs
optax and jax: the extra `optax`. Everything is computed in float64.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from landscape.core.component import Array, FieldError, NonNegativeHyper
from landscape.core.extras import library
from landscape.core.foreign import GIVEN, call_arguments, named, not_restorable, object_of, plain, usable
from landscape.core.methods import Method, Optimizer, Oracle
from landscape.core.names import hint
from landscape.core.user_code import NotFound
from landscape.optimizers._bases.playback import SingleRun, charge
from landscape.optimizers._registry import REGISTRY, register

NAMES = ("optax", "optax_loss")


class _NeedsLoss(FieldError):
    """A transformation needs more than a gradient."""


@register("optax")
class Optax(Optimizer):
    """A transformation of optax that needs a gradient and nothing else, carried out by optax.

    u, state <- transformation.update(g, state, p)
    p <- p + lr u

    transformation: its name, "adam" or "contrib.prodigy", or "module:function" for others; arguments: what the function
    is given, such as { learning_rate = 0.05 }, in which optax's own rate is. lr: a factor on the update, 1 unless
    given: optax has its rate and schedules inside, and they are not applied twice. A transformation that was built in
    Python is not kept in a record: the record loads, but cannot be run again. Random numbers inside a transformation
    are the same in every run.
    Defaults: optax's.
    Source: DeepMind et al. 2020, "The DeepMind JAX ecosystem", https://github.com/google-deepmind/optax; the
    transformation's own documentation.
    Differences: none: it is optax's code, in float64.
    """

    needs_library = "optax"
    transformation: str | tuple  # type: ignore[type-arg]
    lr: NonNegativeHyper = 1.0
    arguments: dict = dataclasses.field(default_factory=dict)  # type: ignore[type-arg]

    def _check(self) -> None:
        made = _checked(self)
        if made is not None and (reply := _refusal(made, loss=False)):
            reason = f'needs more than a gradient: take "optax_loss". optax reports: {reply}'
            raise _NeedsLoss(self.name, "transformation", reason)

    def init(self, params: Array) -> tuple[Array, ...]:
        """optax's state at params (dim, runs), flat."""
        rule = _rule(_found(self), len(params))
        return rule.columns(rule.begin(rule.rows(params)), params.shape[1])

    def apply(self, params: Array, gradient: Array, state: tuple[Array, ...], lr: Any) -> tuple[Array, Any]:
        """One step at params (dim, runs) with gradient (dim, runs)."""
        params, gradient = np.asarray(params, np.float64), np.asarray(gradient, np.float64)
        rule, runs = _rule(_found(self), len(params)), params.shape[1]
        updates, after = rule.update(rule.rows(gradient), [rule.rows(leaf) for leaf in state], rule.rows(params))
        return params + lr * rule.columns([updates], runs)[0], rule.columns(after, runs)


@register("optax_loss")
class OptaxLoss(Method):
    """A transformation of optax that needs the loss as well, such as polyak_sgd, or searches along a line, as lbfgs.

    u, state <- transformation.update(g, state, p, value=f(p), grad=g, value_fn=f)
    p <- p + lr u

    transformation: its name, "lbfgs" or "contrib.momo", or "module:function" for others; arguments: what the function
    is given; lr: a factor on the update, 1 unless given. Each run is carried out by itself, and every loss and gradient
    that optax evaluates in between is counted; those at p are taken from its state where a search has left them there.
    Defaults: optax's.
    Source: DeepMind et al. 2020, "The DeepMind JAX ecosystem", https://github.com/google-deepmind/optax; the
    transformation's own documentation.
    Differences: none: it is optax's code, in float64.
    """

    needs_library = "optax"
    transformation: str | tuple  # type: ignore[type-arg]
    lr: NonNegativeHyper = 1.0
    arguments: dict = dataclasses.field(default_factory=dict)  # type: ignore[type-arg]

    needs = frozenset({"exact", "value", "gradient"})

    def _check(self) -> None:
        made = _checked(self)
        if made is not None and (reply := _refusal(made, loss=True)):
            reason = f"needs more than the loss and its gradient. optax reports: {reply}"
            raise FieldError(self.name, "transformation", reason)

    def init(self, params: Array) -> tuple[Array, ...]:
        """optax's state at params (dim, runs), flat."""
        rule = _rule(_found(self), len(params))
        return rule.columns(rule.begin(rule.rows(params)), params.shape[1])

    def step(self, params: Array, oracle: Oracle, state: tuple[Array, ...], lr: Any) -> tuple[Array, Any]:
        """One step from params (dim, runs), a run after the other."""
        rule = _rule(_found(self), len(params))
        known: dict[bytes, Any] = {}  # a single run comes twice
        done = []
        for run in range(params.shape[1]):
            leaves, point = [leaf[..., run] for leaf in state], np.array(params[:, run])
            key = b"".join(each.tobytes() for each in (*leaves, point))
            if key not in known:
                loss = SingleRun(oracle, params, run)
                known[key] = (*rule.searched(loss, leaves, point), loss.counts)
            done.append(known[key])
        updates, after, counts = zip(*done, strict=True)
        charge(oracle, list(counts))
        return params + lr * np.stack(updates, axis=-1), tuple(
            np.stack(leaves, axis=-1) for leaves in zip(*after, strict=True)
        )


def optax_optimizer(transformation: Any, *, lr: Any = 1.0, **arguments: Any) -> Method:
    """A GradientTransformation of optax, or the name of a function that makes one, as an optimizer for `simulate`.

    optax's rate and schedules are inside the transformation, so that lr, a factor on its updates, is 1 unless given.
    arguments: those of a function given by its name; FieldError with optax's message where they are not valid.
    MissingExtra names the extra that installs optax.
    """
    library("optax")
    try:
        return REGISTRY.build("optax", transformation=transformation, lr=lr, arguments=arguments)
    except _NeedsLoss:
        return REGISTRY.build("optax_loss", transformation=transformation, lr=lr, arguments=arguments)


def _checked(rule: Any) -> Any:
    """The rule's transformation, None where it is not available here; its name put into its field."""
    object.__setattr__(rule, "arguments", plain(rule.name, "arguments", rule.arguments))
    if isinstance(rule.transformation, str):
        return _made(rule) if usable("optax", rule.transformation) else None
    optax = library("optax")
    if not isinstance(rule.transformation, optax.GradientTransformation):
        reason = f"must be a GradientTransformation of optax or the name of one, got {rule.transformation!r}"
        raise FieldError(rule.name, "transformation", reason)
    if rule.arguments:
        raise FieldError(rule.name, "arguments", "go with a name, not with a transformation that is built already")
    object.__setattr__(rule, "transformation", named(rule.transformation, label="a transformation of optax"))
    return _made(rule)


def _made(rule: Any) -> Any:
    """The transformation that a rule's fields name; None where it was given in another process."""
    if rule.transformation.startswith(GIVEN):
        return object_of(rule.transformation)
    try:
        function = _function(rule.transformation)
    except NotFound as error:
        raise FieldError(rule.name, "transformation", str(error)) from None
    try:
        made = _built(function, json.dumps(rule.arguments))
    except Exception as error:
        said = f"{rule.arguments} are refused by optax's {rule.transformation}: {error}"
        raise FieldError(rule.name, "arguments", said) from None
    if not isinstance(made, library("optax").GradientTransformation):
        raise FieldError(rule.name, "transformation", f'"{rule.transformation}" does not make a GradientTransformation')
    return made


def _found(rule: Any) -> Any:
    library("optax")
    library("jax")
    made = _made(rule)
    if made is None:
        raise not_restorable(rule.name, rule.transformation)
    return made


def _function(name: str) -> Callable[..., Any]:
    """What makes a transformation, by its name. NotFound where optax has none of that name."""
    optax = library("optax")
    if ":" in name:
        function = object_of(name)
    else:
        inside, _, last = name.rpartition(".")
        place = {"": optax, "contrib": library("optax").contrib}.get(inside)
        function = getattr(place, last, None) if place is not None else None
        if not callable(function):
            known = [each for each, what in vars(optax).items() if callable(what) and not each.startswith("_")]
            raise NotFound(f'optax has no "{name}". {hint(name, known)}')
    if not callable(function):
        raise NotFound(f'"{name}" is not a function')
    made: Callable[..., Any] = function
    return made


@functools.lru_cache(maxsize=256)
def _built(function: Callable[..., Any], arguments: str) -> Any:
    """One transformation for the same arguments, so that it is compiled once."""
    with library("jax").enable_x64(True):
        return function(**call_arguments(json.loads(arguments)))


@functools.lru_cache(maxsize=256)
def _refusal(made: Any, loss: bool) -> str:
    """Why a transformation cannot do with a gradient, or with a gradient and the loss; empty where it can."""
    jax = library("jax")

    def tried(p: Any) -> Any:
        given = {"value": p.sum(), "grad": p, "value_fn": lambda q: q.sum()} if loss else {}
        return made.update(p, made.init(p), p, **given)

    with jax.enable_x64(True):
        try:
            jax.eval_shape(tried, jax.ShapeDtypeStruct((2,), np.float64))
        except Exception as error:
            return str(error).partition("\n")[0] or type(error).__name__
    return ""


class _Rule(NamedTuple):
    """A transformation compiled for points (dim,), for many runs one after the other: rows (n, ...).

    begin(params) -> leaves; update(gradient, leaves, params) -> (updates, leaves); searched(loss, leaves, point) ->
    (update, leaves) of one run.
    """

    begin: Callable[..., Any]
    update: Callable[..., Any]
    searched: Callable[..., Any]

    @staticmethod
    def rows(columns: Array) -> Array:
        """(..., runs) as rows (n, ...), n a power of two: the last run is repeated, so that few widths are compiled."""
        runs = columns.shape[-1]
        return np.moveaxis(columns[..., np.minimum(np.arange(1 << (runs - 1).bit_length()), runs - 1)], -1, 0)

    @staticmethod
    def columns(leaves: Any, runs: int) -> tuple[Array, ...]:
        """Rows (n, ...) as arrays (..., runs)."""
        return tuple(np.ascontiguousarray(np.moveaxis(np.asarray(leaf)[:runs], 0, -1)) for leaf in leaves)


@functools.lru_cache(maxsize=64)
def _rule(made: Any, dim: int) -> _Rule:
    """A transformation compiled. It loops over runs instead of widening, so that each has the numbers it has alone."""
    jax, optax = library("jax"), library("optax")
    with jax.enable_x64(True):
        template = jax.eval_shape(made.init, jax.ShapeDtypeStruct((dim,), np.float64))
    shapes, tree = jax.tree.flatten(template)
    keys = [jax.numpy.issubdtype(leaf.dtype, jax.dtypes.prng_key) for leaf in shapes]

    def flat(state: Any) -> list[Any]:
        leaves = jax.tree.leaves(state)
        return [jax.random.key_data(leaf) if key else leaf for leaf, key in zip(leaves, keys, strict=True)]

    def whole(leaves: Any) -> Any:
        typed = [jax.random.wrap_key_data(leaf) if key else leaf for leaf, key in zip(leaves, keys, strict=True)]
        return jax.tree.unflatten(tree, typed)

    def one(inputs: Any) -> Any:
        gradient, leaves, point = inputs
        update, state = made.update(gradient, whole(leaves), point)
        return update, flat(state)

    asking: list[SingleRun] = []  # the run that a search is for

    def looked_up(point: Any) -> Any:
        return np.float64(asking[-1].value(np.asarray(point)))

    def sloped(point: Any) -> Any:
        at = np.asarray(point)
        return np.float64(asking[-1].value(at)), asking[-1].gradient(at)

    number, vector = jax.ShapeDtypeStruct((), np.float64), jax.ShapeDtypeStruct((dim,), np.float64)

    @jax.custom_vjp  # type: ignore[untyped-decorator, unused-ignore]
    def f(point: Any, **_: Any) -> Any:
        return jax.pure_callback(looked_up, number, point)

    def forwards(point: Any) -> Any:
        return jax.pure_callback(sloped, (number, vector), point)

    f.defvjp(forwards, lambda slope, upstream: (upstream * slope,))

    def search(leaves: Any, point: Any) -> Any:
        state = whole(leaves)
        try:
            value, gradient = optax.value_and_grad_from_state(f)(point, state=state)
        except ValueError:  # it keeps none
            value, gradient = jax.value_and_grad(f)(point)
        update, state = made.update(gradient, state, point, value=value, grad=gradient, value_fn=f)
        return update, flat(state)

    begun = jax.jit(lambda points: jax.lax.map(lambda point: flat(made.init(point)), points))
    stepped = jax.jit(lambda gradients, leaves, points: jax.lax.map(one, (gradients, leaves, points)))
    found = jax.jit(search)

    def begin(points: Array) -> Any:
        with jax.enable_x64(True):
            return begun(points)

    def update(gradients: Array, leaves: Any, points: Array) -> Any:
        with jax.enable_x64(True):
            return stepped(gradients, leaves, points)

    def searched(loss: SingleRun, leaves: Any, point: Array) -> Any:
        asking.append(loss)
        try:
            with jax.enable_x64(True):
                step, after = found(leaves, point)
                return np.asarray(step), [np.asarray(leaf) for leaf in after]
        finally:
            asking.pop()

    return _Rule(begin, update, searched)
