"""What does the loss look like around a minimum? Along random directions, as long in each unit as its weights are."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.figure import Figure

import landscape as ls
from landscape.networks import Plane, filter_normalised
from landscape.render.style.theme import LIGHT

figure = Figure(figsize=(12.8, 7.2), dpi=100, layout="constrained")
FigureCanvasAgg(figure)
figure.suptitle("A wider network lies in a wider valley", fontsize=22, weight="bold", x=0.02, ha="left")
panels = figure.subplots(1, 2, sharey=True)
quiet = LinearSegmentedColormap.from_list("quiet", LIGHT.ramp)
levels = np.geomspace(0.02, 20.0, 19)
for ax, width in zip(panels, (3, 32), strict=True):
    fields = {"dataset": "moons", "loss": "binary_cross_entropy", "activation": "relu", "l2": 1e-3}
    net = ls.surface("network", layers=(2, width, width, 1), **fields)
    adam = ls.simulate(net, ls.optimizer("adam", lr=0.02), start=ls.start("he", count=16), steps=800, every=800)["adam"]
    p = adam.params[-1, :, np.argmin(adam.value[-1])]
    a, b, loss = Plane(net, p, *(filter_normalised(net, p, seed) for seed in (0, 1))).grid(61)
    ground = ax.contourf(a, b, loss, levels, norm=LogNorm(), extend="both", cmap=quiet)
    ax.contour(a, b, loss, levels, colors=LIGHT.contour, linewidths=0.6)
    ax.plot(0.0, 0.0, "*", color=LIGHT.gold, markeredgecolor=LIGHT.outline, markersize=24)
    ax.set_title(f"2-{width}-{width}-1, loss {adam.value[-1].min():.3f} at the star", fontsize=17)
    ax.set(xticks=[-0.5, 0.0, 0.5], yticks=[-0.5, 0.0, 0.5])
    ax.set_xlabel("first direction", fontsize=16)
    ax.tick_params(labelsize=15)
panels[0].set_ylabel("second direction", fontsize=16)
bar = figure.colorbar(ground, ax=panels, ticks=[0.1, 1.0, 10.0], format="%g")
bar.set_label("loss, log scale", fontsize=16)
bar.ax.tick_params(labelsize=15)
