"""GMSC Desktop: the core of the assessors' program, with no window in it."""

__version__ = "0.1.0"
