"""How do I put panels into a figure of my own? Every view of one panel draws into Axes, and returns its artists."""

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import landscape as ls
from landscape.render.views.contour import Contour
from landscape.render.views.convergence import Convergence

record = ls.simulate(
    "beale",
    [ls.optimizer("sgd", lr=0.01), ls.optimizer("adam", lr=0.1)],
    start=(1.0, 1.5),
    steps=150,
)
figure = Figure(figsize=(12.8, 7.2), dpi=100)
FigureCanvasAgg(figure)
left, right = figure.subplots(1, 2)
artists = Contour().draw_into(left, record)
Convergence(quantity="gap").draw_into(right, record)
left.set_title(f"{len(artists)} artists, to be finished by hand")
right.set_title("the gap")
