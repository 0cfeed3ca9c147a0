"""Benchmarks: one command a figure, beside its peers and its limit. They print, they never assert."""
