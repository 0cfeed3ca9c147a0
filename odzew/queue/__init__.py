"""Rows that are jobs, and the loops that run them."""
