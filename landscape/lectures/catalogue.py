"""Which lectures there are, in the order of the course.

lecture("momentum").title["zh"]     # "动量"
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from landscape.core.names import UnknownName


@dataclass(frozen=True)
class Lecture:
    """A lecture: its name, its title and the question that it asks by language, the extras that its code needs."""

    name: str
    title: dict[str, str]
    question: dict[str, str]
    extras: tuple[str, ...] = ()


def _lecture(name: str, en: tuple[str, str], zh: tuple[str, str], *extras: str) -> Lecture:
    return Lecture(name, {"en": en[0], "zh": zh[0]}, {"en": en[1], "zh": zh[1]}, extras)


LECTURES = (
    _lecture(
        "activations",
        ("Activations", "Why does the choice of one small function decide whether a deep network learns?"),
        ("激活函数", "为什么一个小小的函数，决定了深层网络能不能学习？"),
    ),
    _lecture(
        "backpropagation",
        ("Feed-forward networks and backpropagation", "What does a network cost, and what does its gradient?"),
        ("前馈网络与反向传播", "算一次网络要多少代价？算它的梯度呢？"),
    ),
    _lecture(
        "gradients",
        ("Four ways to a gradient", "By hand, by differences, by symbols, automatically: who pays what?"),
        ("求梯度的四种方法", "手工、数值、符号、自动：各要付出什么代价？"),
        "symbolic",
    ),
    _lecture(
        "local_minima",
        ("Local minima", "In few dimensions, who decides where an optimizer ends?"),
        ("局部极小值", "在低维空间里，优化器停在哪里由谁决定？"),
    ),
    _lecture(
        "saddle_points",
        ("Saddle points", "In many dimensions, what holds an optimizer up?"),
        ("鞍点", "在高维空间里，是什么拖住了优化器？"),
    ),
    _lecture(
        "noise_and_decay",
        ("Noise and learning-rate decay", "Why does SGD never come to rest, and what helps?"),
        ("噪声与学习率衰减", "SGD 为什么停不下来？怎样补救？"),
    ),
    _lecture(
        "momentum",
        ("Momentum", "Why is an optimizer with a memory faster?"),
        ("动量", "为什么有记忆的优化器更快？"),
    ),
    _lecture(
        "adaptive",
        ("Adaptive methods", "What does a learning rate for every coordinate buy, and what does it cost?"),
        ("自适应方法", "每个坐标一个学习率：得到什么，又失去什么？"),
    ),
    _lecture(
        "network_landscapes",
        ("Landscapes of networks", "What does the loss of a real network look like?"),
        ("神经网络的损失曲面", "真实网络的损失曲面是什么样子？"),
    ),
    _lecture(
        "pytorch",
        ("Training a network in PyTorch", "Do the lessons hold in the library that you will use?"),
        ("用 PyTorch 训练网络", "这些结论在你将要使用的库里还成立吗？"),
        "torch",
    ),
)


def lecture(name: str) -> Lecture:
    """The lecture of a name. UnknownName where there is none."""
    for each in LECTURES:
        if each.name == name:
            return each
    raise UnknownName("lecture", name, [each.name for each in LECTURES])


def listed(language: str) -> list[dict[str, Any]]:
    """Every lecture with its title and its question in a language."""
    return [
        {"name": each.name, "title": each.title[language], "question": each.question[language]} for each in LECTURES
    ]
