"""Plain descent and momentum."""
