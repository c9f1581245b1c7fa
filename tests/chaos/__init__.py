"""Kills, cut lines and restarts while people work; the one checker at the end. See `__main__.py`."""
