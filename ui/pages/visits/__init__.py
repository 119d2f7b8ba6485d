"""The visits: list, particulars, history."""
