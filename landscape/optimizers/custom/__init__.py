"""Rules of your own, as text."""
