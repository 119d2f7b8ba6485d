"""Random attacks on what reads a bundle, for as long as wanted: ``python -m tests.fuzz --help``."""
