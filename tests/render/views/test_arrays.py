"""A field that may be an array, one number for each run or each coordinate, is drawn as one number is."""

import dataclasses

import numpy as np
import pytest
from catalogue import rules
from noise_laws import EXAMPLES

import landscape as ls
from landscape.analysis import theory
from landscape.core.component import Array, FieldError, checked, field_hints, split
from landscape.render import draw
from landscape.render.views._base import REGISTRY, names

BOWL = ls.surface("quadratic", condition=10.0, rotation=0.4)
STARTS = np.array([[1.0, 1.2, 0.5], [0.5, -1.0, 0.3]])
SMALL = {"width": 320, "height": 180}


def arrays(component):
    """The fields of a component that may be arrays."""
    return [field for field, hint in field_hints(type(component)).items() if Array in split(hint)[0]]


def spread(component, field, factors):
    """A field's number times factors that keep it in its range."""
    value, hint = np.max(getattr(component, field)), field_hints(type(component))[field]
    for part in (0.1, 0.01, 0.0):
        try:
            return checked(value * (1.0 - part * np.array(factors)), hint)
        except ValueError:
            continue
    raise AssertionError(f"{component.name}: {field} has no array")


def with_arrays(component, factors):
    fields = {field: spread(component, field, factors) for field in arrays(component)}
    return dataclasses.replace(component, **fields)


RULES = [with_arrays(rule, (1.0, 0.0, 0.5)) for name, rule in rules(BOWL) if arrays(rule)]
NOISES = [made for examples in EXAMPLES.values() for made in examples if arrays(made)]
NOISES = [noise for noise in NOISES if noise.name != "chain"]


def draw_every_way(record):
    for quantity in ("loss", "gap", "gradient_norm", "distance", "learning_rate", "sharpness"):
        theory.predictions(record, quantity)
    draw(record, REGISTRY.build("convergence", **SMALL))


@pytest.mark.parametrize("first", range(0, len(RULES), 12))
def test_every_hyper_parameter_may_be_an_array_in_the_pictures(first):
    record = ls.simulate(BOWL, RULES[first : first + 12], start=STARTS, steps=6)
    draw_every_way(record)
    draw(record, REGISTRY.build("contour", **SMALL))


@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: noise.name)
def test_every_noise_may_have_a_number_for_each_coordinate_in_the_pictures(noise):
    noise = with_arrays(noise, (1.0, 0.0))
    draw_every_way(ls.simulate(BOWL, ["sgd", "momentum"], start=STARTS, steps=6, noise=noise))


@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: noise.name)
@pytest.mark.parametrize("shape", [(3,), (1, 2), (2, 3)], ids=str)
def test_every_noise_refuses_an_array_of_another_shape(noise, shape):
    field = arrays(noise)[0]
    with pytest.raises(FieldError, match=f"{field} must have one number, or 2, "):
        ls.simulate(BOWL, "sgd", start=STARTS, steps=2, noise=dataclasses.replace(noise, **{field: np.ones(shape)}))


def records():
    """Runs with arrays on surfaces of every sort, and the map of two hyper-parameters."""
    made = [ls.optimizer("sgd", lr=[0.1, 0.05, 0.02]), ls.optimizer("momentum", lr=0.02, momentum=[0.9, 0.8, 0.5])]
    for surface in (BOWL, ls.surface("gramacy_lee"), ls.surface("network", layers=[2, 2, 1], dataset="xor")):
        noise = ls.noise("gaussian", sigma=np.linspace(0.1, 0.2, surface.dim))
        start = np.ones((surface.dim, 3)) * (0.9, 0.7, 0.5)
        yield ls.simulate(surface, made, start=start, steps=6, noise=noise)
    yield ls.stability_map(BOWL, "momentum", resolution=3, steps=4)


RECORDS = list(records())


@pytest.mark.parametrize("name", names())
def test_every_view_shows_runs_with_arrays(name):
    """At least some of them; a view that cannot show a record says so."""
    view, refused = REGISTRY.build(name, **SMALL), []
    for record in RECORDS:
        try:
            draw(record, view)
        except ValueError as error:
            refused.append(str(error))
    assert len(refused) < len(RECORDS)
    assert all(f'"{name}"' in reason for reason in refused)
