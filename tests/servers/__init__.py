"""Servers on the loopback address, each in a process of its own, for the tests of what goes over a network."""
