"""Before a vault is open: the first start, unlocking, and the recovery code."""
