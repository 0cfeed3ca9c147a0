"""What the desk survives (SAFETY P1–P15): real processes, killed, starved and lied to, on loopback only.

Two tiers: unmarked tests run with each change, those marked `faults` at night (`make faults`) with
more of the same; FAULTS_SEED replays one run. Each has a positive control: a desk of
tests/faults/broken, in which one safeguard is missing, must fail the same measurement.
"""
