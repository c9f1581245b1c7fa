"""The duty engine: every clause that binds someone on a complaint, its clock, and the event that proves it."""
