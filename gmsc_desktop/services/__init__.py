"""Use cases: the only door for the window and the shell; each owns its transaction and returns what changed."""
