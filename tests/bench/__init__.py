"""What Redress can do, measured: each figure is a ratio, in one run, to a stated limit."""
