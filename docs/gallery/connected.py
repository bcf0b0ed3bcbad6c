"""Are two trained networks separated by a barrier? The straight line says so, and a bent way goes around it."""

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import landscape as ls

network = ls.surface("network", layers=(2, 8, 8, 1), dataset="moons", loss="binary_cross_entropy")
adam = ls.optimizer("adam", lr=0.02)
ends = ls.simulate(network, adam, start=ls.start("xavier", count=2), steps=400)["adam"].params[-1]
path = ls.surface("bezier_path", surface=network, first=tuple(ends[:, 0]), last=tuple(ends[:, 1]))
bend = ls.simulate(path, adam, start=path.middle, steps=300)["adam"].params[-1, :, 0]

figure = Figure(figsize=(12.8, 7.2), dpi=100, layout="constrained")
FigureCanvasAgg(figure)
ax = figure.add_subplot()
for point, label, color in ((path.middle, "straight line", "#D55E00"), (bend, "trained curve", "#0072B2")):
    ax.plot(*path.losses(point, 201), color=color, linewidth=4, label=label)
ax.set_yscale("log")
ax.set_xticks([0.0, 0.5, 1.0])
ax.set_xlabel("from one network to the other", fontsize=16)
ax.set_ylabel("loss, log scale", fontsize=16)
figure.suptitle("Two trained networks are connected, but by no straight line", fontsize=20, weight="bold")
ax.tick_params(labelsize=14)
ax.spines[["top", "right"]].set_visible(False)
ax.legend(fontsize=16, frameon=False)
