"""The desk writes to its own doors as a customer would, and raises an alarm when that does not come out (F5).

A probe goes out by `send`, is known again by `sign`, and is judged by `judge`; docs/adr/0034 says why so.
"""
