"""Sync bundles: the container, writing it, reading and checking it."""
