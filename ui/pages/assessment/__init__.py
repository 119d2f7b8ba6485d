"""Filling the instrument of one visit: outline, questions, inspector."""
