"""The checker's parts: what it reads, and its rules, one file for each theme. The entry is `tests/invariants.py`."""
