"""Set a page in motion."""
