"""Beranda: where the work stands and what comes next."""
