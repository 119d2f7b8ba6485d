"""What the words mean: regions, instruments, visits, scores. Frozen values and pure functions, no I/O."""
