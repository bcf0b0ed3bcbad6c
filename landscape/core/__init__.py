"""What everything stands on: components, registries, surfaces, methods, randomness, files."""
