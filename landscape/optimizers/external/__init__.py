"""Other libraries' optimizers: SciPy, CMA-ES, PyTorch, optax."""
