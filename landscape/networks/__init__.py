"""Networks whose loss is a surface over their weights: activations, data, losses, initial weights, and the network.

    network = landscape.surface("network", layers=(2, 16, 1), activation="relu", dataset="moons", loss="logistic")
    landscape.simulate(network, "adam", start="he", noise=landscape.noise("minibatch", batch_size=32), steps=1000)

One module for each family; they are imported when a name in one of their registries is first asked for.
"""
