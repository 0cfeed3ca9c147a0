"""Benchmarks: one command a figure, beside its peers and its limit, in one run. They print, they never assert."""
