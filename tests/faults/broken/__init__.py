"""Desks in which one safeguard is missing: a test that passes here is blind.

python -m tests.faults.broken.NAME serve …
"""
