"""Surfaces made of surfaces: shifted, rotated, scaled, added, cut."""
