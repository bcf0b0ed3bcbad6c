"""Scenario files: TOML files with a surface, optimizers, noise, starts and views, and expectations to check.

    title = "Momentum leaves the saddle, plain descent waits"
    steps = 200
    surface = "hyperbolic_saddle"

    [[optimizers]]
    name = "sgd"
    lr = 0.1

    [[expect]]
    claim = "plain descent is still at the saddle after 40 steps"
    optimizer = "sgd"
    measure = "distance_from_saddle"
    at = 40
    below = 0.5

`Scenario.from_file(path)` reads one, or raises ScenarioError with a line for each error.
"""

from landscape.scenario.expectations import Expectation, Verdict
from landscape.scenario.model import Scenario
from landscape.scenario.problems import ScenarioError
from landscape.scenario.translations import Texts, translated

__all__ = ["Expectation", "Scenario", "ScenarioError", "Texts", "Verdict", "translated"]
