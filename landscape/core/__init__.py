"""The base of the package: components, registries, surfaces, methods, randomness, files."""
