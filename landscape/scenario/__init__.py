"""Scenario files: a TOML file that names a surface, optimizers, noise, starts and pictures, and claims something.

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

`Scenario.from_file(path)` reads one, or raises ScenarioError with a line for each thing that is wrong with it.
"""

from landscape.scenario.languages import Texts, translated
from landscape.scenario.model import Expectation, Scenario, Verdict
from landscape.scenario.problems import ScenarioError

__all__ = ["Expectation", "Scenario", "ScenarioError", "Texts", "Verdict", "translated"]
