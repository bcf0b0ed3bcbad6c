"""The version of this distribution, which records carry."""

__version__ = "0.1.0"
